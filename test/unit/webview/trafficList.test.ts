import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import type { InspectorRequest, InspectorResponse, TrafficRow } from '../../../src/messages/inspector.ts';
import { isInspectorEvent, isInspectorResponse } from '../../../src/messages/inspectorChecks.ts';
import { type ListFilter, TrafficList } from '../../../src/webview/inspector/trafficList.ts';
import { HostChannel } from '../../../src/webview/shared/channel.ts';
import { HandClock, settled } from './support.ts';

type Answer = (request: InspectorRequest) => InspectorResponse | undefined;

/** A list and its host, which answers in the same turn as `answer` says; what it does not answer is answered later by `reply`. */
function listWith(
  answer: Answer,
  filter: ListFilter = { text: '', heads: false, health: false },
  clock: Clock = systemClock,
): {
  list: TrafficList;
  asked: InspectorRequest[];
  reply: (index: number, body: InspectorResponse) => void;
  tell: (event: unknown) => void;
} {
  const asked: InspectorRequest[] = [];
  let hear = (_message: unknown): void => {};
  const port = {
    post(message: unknown): void {
      // The channel of the list posts nothing else.
      const { request, body } = message as { request: number; body: InspectorRequest };
      asked.push(body);
      const response = answer(body);
      if (response !== undefined) hear({ response: request, body: response });
    },
    listen: (listener: typeof hear) => (hear = listener),
  };
  const channel = new HostChannel(port, systemClock, isInspectorResponse, isInspectorEvent);
  const list = new TrafficList(channel, clock, filter);
  return {
    list,
    asked,
    reply: (index, body) => hear({ response: index + 1, body }),
    tell: (event) => hear({ event }),
  };
}

function row(seq: number): TrafficRow {
  return {
    seq,
    time: 0,
    server: 's',
    direction: 'sent',
    channel: 'stdio',
    kind: 'other',
    origin: 'user',
    label: 'x',
    size: 1,
  };
}

const welcome = { type: 'ready', log: 'sample', savedFilters: [], isRecording: false } as const;

/** A host with `total` rows that answers everything. */
function wellBehaved(total: number): Answer {
  return (request) => {
    switch (request.type) {
      case 'ready':
        return { ...welcome, servers: ['s'], total };
      case 'filter':
        return { type: 'filter', total };
      case 'page': {
        const rows = Array.from({ length: request.count }, (_, index) => row(request.first + index));
        return { type: 'page', first: request.first, rows, total };
      }
      default:
        return undefined;
    }
  };
}

describe('the traffic list', () => {
  it('fetches what is looked at', async () => {
    const { list, asked } = listWith(wellBehaved(1000));
    await list.start();
    list.show(450, 550);
    await settled();
    assert.deepEqual([list.at(450)?.seq, list.at(549)?.seq], [450, 549]);
    assert.deepEqual(asked.slice(2), [
      { type: 'page', first: 400, count: 100 },
      { type: 'page', first: 500, count: 100 },
    ]);
  });

  it('takes the server that the host asks for, without the text of before', async () => {
    const answer: Answer = (request) =>
      request.type === 'ready' ? { ...welcome, servers: ['s'], server: 's', total: 0 } : { type: 'filter', total: 0 };
    const { list, asked } = listWith(answer, { text: 'x', heads: true, health: true });
    await list.start();
    assert.deepEqual(asked[1], { type: 'filter', text: '', heads: true, health: true, server: 's' });
    assert.deepEqual(list.filter, { text: '', heads: true, health: true, server: 's' });
  });

  it('keeps its own filter when the host asks for none', async () => {
    const answer: Answer = (request) =>
      request.type === 'ready' ? { ...welcome, servers: [], total: 0 } : { type: 'filter', total: 0 };
    const { list } = listWith(answer, { text: 'x', heads: false, health: false, server: 's' });
    await list.start();
    assert.deepEqual(list.filter, { text: 'x', heads: false, health: false, server: 's' });
  });

  it('believes the answer to the last filter only, whatever comes first', async () => {
    const { list, reply } = listWith(() => undefined);
    const first = list.setFilter({ text: 'a', heads: false, health: false });
    const second = list.setFilter({ text: 'ab', heads: false, health: false });
    reply(1, { type: 'filter', total: 2 });
    reply(0, { type: 'filter', total: 1 });
    await Promise.all([first, second]);
    assert.equal(list.total, 2);
  });

  it('keeps the rows of the last good filter when the next one is wrong', async () => {
    let error: string | undefined;
    const good = wellBehaved(5);
    const answer: Answer = (request) =>
      request.type === 'filter' && error !== undefined ? { type: 'filter', total: 5, error } : good(request);
    const { list } = listWith(answer);
    await list.start();
    list.show(0, 5);
    await settled();
    error = 'no such word';
    await list.setFilter({ text: 'x:y', heads: false, health: false });
    assert.deepEqual(list.filterError, { message: 'no such word' });
    assert.equal(list.at(4)?.seq, 4);
  });

  it('does not ask for ever when the host leaves rows out', async () => {
    const good = wellBehaved(100);
    const answer: Answer = (request) =>
      request.type === 'page' ? { type: 'page', first: request.first, rows: [], total: 100 } : good(request);
    const { list, asked } = listWith(answer);
    list.onDidChange(() => list.show(0, 100));
    await list.start();
    await settled();
    assert.equal(list.status.kind, 'lost');
    assert.equal(asked.filter(({ type }) => type === 'page').length, 1);
  });

  it('begins again when a host that was lost speaks', async () => {
    let broken = true;
    const good = wellBehaved(3);
    const { list, tell } = listWith((request) => (broken ? { type: 'clear' } : good(request)));
    await list.start();
    assert.equal(list.status.kind, 'lost');
    broken = false;
    tell({ type: 'appended', total: 3, dropped: 0 });
    await settled();
    assert.equal(list.status.kind, 'ready');
    assert.equal(list.total, 3);
  });

  it('asks again for what is seen while something in it waits, four times a second at most', async () => {
    let isPending = true;
    const good = wellBehaved(10);
    const clock = new HandClock();
    const answer: Answer = (request) =>
      request.type === 'page'
        ? { type: 'page', first: request.first, rows: [{ ...row(request.first), isPending }], total: 1 }
        : good(request);
    const { list, asked } = listWith(answer, undefined, clock);
    const pages = (): number => asked.filter(({ type }) => type === 'page').length;
    list.onDidChange(() => list.show(0, 1));
    await list.start();
    await clock.pass(2000);
    assert.ok(pages() >= 8 && pages() <= 10, `${pages()} pages`);
    isPending = false;
    await clock.pass(250);
    const before = pages();
    await clock.pass(5000);
    assert.equal(pages(), before);
    assert.equal(list.at(0)?.isPending, false);
  });

  it('leaves the rows of a file alone', async () => {
    const good = wellBehaved(1);
    const clock = new HandClock();
    const answer: Answer = (request) => {
      if (request.type === 'ready') return { ...welcome, servers: [], total: 1, file: 'x.mcptraffic' };
      if (request.type !== 'page') return good(request);
      return { type: 'page', first: 0, rows: [{ ...row(0), isPending: true }], total: 1 };
    };
    const { list, asked } = listWith(answer, undefined, clock);
    list.onDidChange(() => list.show(0, 1));
    await list.start();
    await clock.pass(5000);
    assert.equal(asked.filter(({ type }) => type === 'page').length, 1);
  });

  it('asks for a sorted list again when it grew, and does not follow it', async () => {
    const clock = new HandClock();
    const sort = { column: 'size', descending: true } as const;
    let total = 10;
    const { list, asked, tell } = listWith(
      (request) => wellBehaved(total)(request),
      { text: '', heads: false, health: false, sort },
      clock,
    );
    let moves = 0;
    list.onDidChange(() => list.show(0, 5));
    list.onDidMove(() => (moves += 1));
    await list.start();
    assert.equal(list.isFollowing, false);
    await clock.pass(5000);
    const before = asked.length;
    total = 13;
    tell({ type: 'appended', total: 12, dropped: 3 });
    tell({ type: 'appended', total: 13, dropped: 0 });
    await clock.pass(0);
    assert.equal(moves, 1);
    assert.deepEqual([list.base, list.total, list.unseen], [0, 13, 3]);
    assert.ok(asked.slice(before).some((request) => request.type === 'page' && request.first === 0));
    list.userScrolled(true);
    assert.equal(list.isFollowing, false);
    list.follow();
    await settled();
    assert.deepEqual(
      asked.findLast(({ type }) => type === 'filter'),
      {
        type: 'filter',
        text: '',
        heads: false,
        health: false,
      },
    );
    assert.equal(list.isFollowing, true);
  });

  it('asks again for rows that the host says look different now, and shows why a search was given up', async () => {
    const { list, asked, tell } = listWith(wellBehaved(300));
    await list.start();
    list.show(0, 40);
    await settled();
    const before = asked.length;
    tell({ type: 'changed', first: 250, last: 260 });
    list.show(0, 40);
    assert.equal(asked.length, before);
    tell({ type: 'changed', first: 5, last: 5 });
    list.show(0, 40);
    assert.deepEqual(asked.slice(before), [{ type: 'page', first: 0, count: 100 }]);
    tell({ type: 'problem', message: 'too slow' });
    assert.deepEqual(list.filterError, { message: 'too slow' });
  });

  describe('in a rush of new rows', () => {
    /** A list whose last 20 rows are drawn whenever it changes; `answerNext` answers the oldest request for rows that waits. */
    async function rushing(): Promise<{
      list: TrafficList;
      clock: HandClock;
      grow: (total: number, dropped?: number) => void;
      answerNext: () => Promise<void>;
      pages: () => InspectorRequest[];
      drawn: () => string;
    }> {
      const clock = new HandClock();
      let [total, answered] = [1000, 0];
      const { list, asked, reply, tell } = listWith(
        (request) => (request.type === 'page' ? undefined : wellBehaved(total)(request)),
        undefined,
        clock,
      );
      let drawn = '';
      list.onDidChange(() => {
        list.show(list.end - 20, list.end);
        drawn = `${list.end}: ${list.at(list.end - 1)?.seq ?? 'blank'}`;
      });
      const pages = (): InspectorRequest[] => asked.filter(({ type }) => type === 'page');
      const answerNext = async (): Promise<void> => {
        const request = pages()[answered];
        answered += 1;
        if (request?.type !== 'page') throw new Error('nothing waits');
        const rows = Array.from({ length: request.count }, (_, index) => row(request.first + index));
        reply(asked.indexOf(request), { type: 'page', first: request.first, rows, total });
        await settled();
      };
      await list.start();
      while (answered < pages().length) await answerNext();
      const grow = (next: number, dropped = 0): void => {
        total = next;
        tell({ type: 'appended', total, dropped });
      };
      return { list, clock, grow, answerNext, pages, drawn: () => drawn };
    }

    it('draws the newest when they are here, asks for no others, and shows what is there until then', async () => {
      const { list, grow, answerNext, pages, drawn } = await rushing();
      const before = pages().length;
      grow(5050);
      assert.deepEqual(pages().slice(before), [{ type: 'page', first: 5030, count: 20 }]);
      assert.deepEqual([list.end, drawn()], [1000, '1000: 999']);
      await answerNext();
      assert.equal(drawn(), '5050: 5049');
    });

    it('has one request under way, however much faster the host is, and takes the newest after it', async () => {
      const { grow, answerNext, pages, drawn } = await rushing();
      const before = pages().length;
      for (const total of [2050, 3050, 4050]) grow(total);
      assert.equal(pages().length, before + 1);
      await answerNext();
      assert.equal(drawn(), '2050: 2049');
      await answerNext();
      assert.equal(drawn(), '4050: 4049');
    });

    it('fetches what is beside the newest when it is over', async () => {
      const { list, clock, grow, answerNext, pages } = await rushing();
      assert.equal(list.isRush, false);
      grow(5050);
      await answerNext();
      assert.equal(list.isRush, true);
      const before = pages().length;
      await clock.pass(500);
      assert.equal(list.isRush, false);
      assert.deepEqual(pages().slice(before), [
        { type: 'page', first: 4900, count: 100 },
        { type: 'page', first: 5000, count: 30 },
      ]);
    });

    it('shows the newest in the end, whatever came in which order', async function () {
      this.timeout(60_000);
      const step = fc.oneof(
        fc.record({
          kind: fc.constant('grow' as const),
          by: fc.integer({ min: 1, max: 300 }),
          dropped: fc.constant(0),
        }),
        fc.record({ kind: fc.constant('grow' as const), by: fc.nat(3000), dropped: fc.nat(400) }),
        fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(300) }),
        fc.record({ kind: fc.constant('answer' as const), which: fc.nat(3) }),
        fc.record({ kind: fc.constant('draw' as const) }),
        fc.record({ kind: fc.constant('scroll' as const) }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const clock = new HandClock();
          let [total, dropped] = [1000, 0];
          const open: number[] = [];
          const { list, asked, reply, tell } = listWith(
            (request) => (request.type === 'page' ? undefined : wellBehaved(total)(request)),
            undefined,
            clock,
          );
          // Drawn a frame later, as the page does; where the list does not follow, the window stays where it is.
          let [isDue, top] = [false, 980];
          list.onDidChange(() => (isDue = true));
          const draw = (): void => {
            isDue = false;
            top = Math.max(list.base, list.isFollowing ? list.end - 20 : top);
            list.show(top, top + 20);
          };
          const answer = async (which: number): Promise<void> => {
            for (const [index, { type }] of asked.entries())
              if (type === 'page' && !open.includes(index)) open.push(index);
            const waiting = open.filter((index) => !answered.has(index));
            const index = waiting[which % Math.max(1, waiting.length)];
            const request = index === undefined ? undefined : asked[index];
            if (index === undefined || request?.type !== 'page') return;
            answered.add(index);
            const count = Math.max(0, Math.min(request.count, total - request.first));
            const rows = Array.from({ length: count }, (_, at) => row(dropped + request.first + at));
            reply(index, { type: 'page', first: request.first, rows, total });
            await settled();
          };
          const answered = new Set<number>();
          await list.start();
          for (const one of steps) {
            if (one.kind === 'grow') {
              const lost = Math.min(one.dropped, total);
              total += one.by - lost;
              dropped += lost;
              tell({ type: 'appended', total, dropped: lost });
            } else if (one.kind === 'pass') await clock.pass(one.ms);
            else if (one.kind === 'answer') await answer(one.which);
            else if (one.kind === 'draw' && isDue) draw();
            else if (one.kind === 'scroll') list.userScrolled(false);
          }
          list.follow();
          for (let turn = 0; turn < 60; turn += 1) {
            if (isDue) draw();
            await answer(0);
            await clock.pass(20);
          }
          assert.equal(list.status.kind, 'ready');
          assert.equal(list.end, total + dropped);
          for (let place = list.end - 1; place >= Math.max(list.base, list.end - 20); place -= 1)
            assert.equal(list.at(place)?.seq, place);
        }),
        { numRuns: 300 },
      );
    });

    it('shows all at once when rows are dropped meanwhile, or when somebody goes elsewhere', async () => {
      const { list, grow } = await rushing();
      grow(5050);
      grow(5000, 100);
      assert.deepEqual([list.base, list.end], [100, 5100]);
      const other = await rushing();
      other.grow(5050);
      other.list.userScrolled(false);
      assert.equal(other.list.end, 5050);
      assert.equal(other.list.unseen, 4050);
    });
  });
});
