import assert from 'node:assert/strict';
import { systemClock } from '../../../src/base/clock.ts';
import type { InspectorRequest, InspectorResponse } from '../../../src/messages/inspector.ts';
import { isInspectorEvent, isInspectorResponse, type TrafficRow } from '../../../src/messages/inspector.ts';
import { type ListFilter, TrafficList } from '../../../src/webview/inspector/trafficList.ts';
import { HostChannel } from '../../../src/webview/shared/channel.ts';

type Answer = (request: InspectorRequest) => InspectorResponse | undefined;

/** A list and its host, which answers in the same turn as `answer` says; what it does not answer is answered later by `reply`. */
function listWith(
  answer: Answer,
  filter: ListFilter = { text: '', heads: false, health: false },
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
  const list = new TrafficList(channel, filter);
  return {
    list,
    asked,
    reply: (index, body) => hear({ response: index + 1, body }),
    tell: (event) => hear({ event }),
  };
}

function row(seq: number): TrafficRow {
  return { seq, time: 0, server: 's', direction: 'sent', channel: 'stdio', kind: 'other', label: 'x', size: 1 };
}

/** A host with `total` rows that answers everything. */
function wellBehaved(total: number): Answer {
  return (request) => {
    switch (request.type) {
      case 'ready':
        return { type: 'ready', servers: ['s'], filter: '', total };
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

/** Answers given in the same turn have arrived after this. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
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
        ? { type: 'ready', servers: [], filter: 'server:x', total: 0 }
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
        ? { type: 'ready', servers: ['s'], filter: '', server: 's', total: 0 }
        : { type: 'filter', total: 0 };
    const { list } = listWith(answer, { text: 'x', heads: true, health: true });
    await list.start();
    assert.deepEqual(list.filter, { text: '', heads: true, health: true, server: 's' });
  });

  it('keeps its own filter when the host asks for none', async () => {
    const answer: Answer = (request) =>
      request.type === 'ready' ? { type: 'ready', servers: [], filter: '', total: 0 } : { type: 'filter', total: 0 };
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
    assert.equal(list.filterError, 'no such word');
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
});
