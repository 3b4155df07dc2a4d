import assert from 'node:assert/strict';
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

const welcome = { type: 'ready', savedFilters: [], isRecording: false } as const;

/** A host with `total` rows that answers everything. */
function wellBehaved(total: number): Answer {
  return (request) => {
    switch (request.type) {
      case 'ready':
        return { ...welcome, servers: ['s'], filter: '', total };
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

  it('takes the filter that the host asks for', async () => {
    const answer: Answer = (request) =>
      request.type === 'ready'
        ? { ...welcome, servers: [], filter: 'server:x', total: 0 }
        : { type: 'filter', total: 7 };
    const { list, asked } = listWith(answer);
    await list.start();
    assert.equal(list.filter.text, 'server:x');
    assert.deepEqual(asked[1], { type: 'filter', text: 'server:x', heads: false, health: false });
    assert.equal(list.total, 7);
  });

  it('takes the server that the host asks for, without the text of before', async () => {
    const answer: Answer = (request) =>
      request.type === 'ready'
        ? { ...welcome, servers: ['s'], filter: '', server: 's', total: 0 }
        : { type: 'filter', total: 0 };
    const { list } = listWith(answer, { text: 'x', heads: true, health: true });
    await list.start();
    assert.deepEqual(list.filter, { text: '', heads: true, health: true, server: 's' });
  });

  it('keeps its own filter when the host asks for none', async () => {
    const answer: Answer = (request) =>
      request.type === 'ready' ? { ...welcome, servers: [], filter: '', total: 0 } : { type: 'filter', total: 0 };
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
      if (request.type === 'ready') return { ...welcome, servers: [], filter: '', total: 1, file: 'x.mcptraffic' };
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
});
