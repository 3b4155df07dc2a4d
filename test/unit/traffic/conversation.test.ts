import assert from 'node:assert/strict';
import { Redactor } from '../../../src/base/redact.ts';
import type { TrafficRow } from '../../../src/traffic/entry.ts';
import { statistics } from '../../../src/traffic/statistics.ts';
import type { TrafficLog } from '../../../src/traffic/trafficLog.ts';
import {
  appendCall,
  comment,
  event,
  filterOf,
  newLog,
  nextTurn,
  once,
  record,
  requestBody,
  responseHead,
  rpc,
} from './records.ts';

const sent = { direction: 'sent' } as const;

/** What the rows say of each: its mark, that it is pending, or nothing. */
function states(log: TrafficLog): (TrafficRow['mark'] | 'pending' | '')[] {
  return Array.from({ length: log.lastSeq }, (_, index) => {
    const row = log.row(index + 1);
    return row?.mark ?? (row?.isPending === true ? 'pending' : '');
  });
}

function call(id: number | string, meta?: object): Record<string, unknown> {
  return rpc({ id, method: 'tools/call', params: { name: 'slow', arguments: {}, ...(meta ? { _meta: meta } : {}) } });
}

describe('A conversation', () => {
  it('has a request pending until its answer comes', () => {
    const log = newLog();
    log.append(record(JSON.stringify(call(1)), sent));
    assert.deepEqual(states(log), ['pending']);
    log.append(record(JSON.stringify(rpc({ id: 1, result: {} }))));
    assert.deepEqual(states(log), ['', '']);
  });

  it('marks the answer of a tool that says that it failed, and finds and counts it as an error', () => {
    const log = newLog();
    log.append(record(JSON.stringify(call(1)), sent));
    log.append(record(JSON.stringify(rpc({ id: 1, result: { content: [], isError: true } }))));
    log.append(record(JSON.stringify(rpc({ id: 2, method: 'resources/read' })), sent));
    log.append(record(JSON.stringify(rpc({ id: 2, result: { contents: [], isError: true } }))));
    assert.deepEqual(states(log), ['', 'failed', '', '']);
    for (const words of ['is:failed', 'is:error'])
      assert.deepEqual(
        log.entries(filterOf(words)).map(({ seq }) => seq),
        [2],
      );
    assert.deepEqual(
      statistics(log, new Redactor()).map(({ method, errors }) => [method, errors]),
      [
        ['tools/call', 1],
        ['resources/read', 0],
      ],
    );
  });

  it('marks an answer that nobody asked for, and a second one', () => {
    const log = newLog();
    log.append(record(JSON.stringify(rpc({ id: 9, result: {} }))));
    log.append(record(JSON.stringify(call(1)), sent));
    log.append(record(JSON.stringify(rpc({ id: 1, result: {} }))));
    log.append(record(JSON.stringify(rpc({ id: 1, error: { code: 1, message: '' } }))));
    assert.deepEqual(states(log), ['orphan', '', '', 'duplicate']);
  });

  it('marks an answer that comes after the request was cancelled as late, by the id as it stands', () => {
    for (const id of [1, '1', 'a "quoted" id']) {
      const log = newLog();
      log.append(record(JSON.stringify(call(id)), sent));
      log.append(record(JSON.stringify(rpc({ method: 'notifications/cancelled', params: { requestId: id } })), sent));
      assert.deepEqual(states(log), ['unanswered', '']);
      log.append(record(JSON.stringify(rpc({ id, result: {} }))));
      assert.deepEqual(states(log), ['unanswered', '', 'late']);
    }
  });

  it('takes an id that is used again for a new request', () => {
    const log = newLog();
    for (const _round of [1, 2]) {
      log.append(record(JSON.stringify(call(1)), sent));
      log.append(record(JSON.stringify(rpc({ id: 1, result: {} }))));
    }
    assert.deepEqual(states(log), ['', '', '', '']);
  });

  it('leaves a request unanswered whose exchange ends, unless another stream brings the answer after all', () => {
    const log = newLog();
    const exchange = log.nextExchange();
    log.append(requestBody(call(1), { exchange }));
    log.append(responseHead(200, 'content-type: text/event-stream\r\n', { exchange }));
    log.reach(exchange, 'ended', 1_700_000_000_500);
    assert.equal(states(log)[0], 'unanswered');
    log.append(event(rpc({ id: 1, result: {} }), { exchange: log.nextExchange() }));
    assert.deepEqual(states(log), ['', '', '']);
    assert.equal(log.entry(3)?.pairedWith, 1);
  });

  it('keeps waiting where the answer comes elsewhere, as 202 says, until the last stream on which it could come is over', () => {
    const log = newLog();
    const [first, second, post] = [log.nextExchange(), log.nextExchange(), log.nextExchange()];
    for (const exchange of [first, second, second]) log.append(comment('stream', { exchange }));
    log.append(requestBody(call(1), { exchange: post }));
    log.append(responseHead(202, '', { exchange: post }));
    log.reach(post, 'ended', 1_700_000_000_500);
    assert.equal(states(log)[3], 'pending');
    for (let times = 0; times < 2; times += 1) log.reach(first, 'ended', 1_700_000_000_600);
    assert.equal(states(log)[3], 'pending');
    log.reach(second, 'ended', 1_700_000_000_700);
    assert.equal(states(log)[3], 'unanswered');
    log.append(event(rpc({ id: 1, result: {} }), { exchange: log.nextExchange() }));
    assert.equal(states(log)[3], '');
  });

  it('does not wait where 202 says that the answer comes elsewhere, and there is no stream on which it could', () => {
    const log = newLog();
    const other = log.nextExchange();
    log.append(comment('stream', { exchange: other, server: 'beta' }));
    const post = log.nextExchange();
    log.append(requestBody(call(1), { exchange: post }));
    log.append(responseHead(202, '', { exchange: post }));
    log.reach(post, 'ended', 1_700_000_000_500);
    assert.equal(states(log)[1], 'unanswered');
  });

  it('takes the request of its own session for the one that is cancelled', () => {
    const log = newLog();
    for (const sessionId of ['a', 'b']) log.append(requestBody(call(1), { sessionId }));
    const cancel = rpc({ method: 'notifications/cancelled', params: { requestId: 1 } });
    log.append(requestBody(cancel, { sessionId: 'a' }));
    assert.deepEqual(states(log), ['unanswered', 'pending', '']);
  });

  it('leaves unanswered what a process was asked that is gone, and nobody else', () => {
    const log = newLog();
    log.append(record(JSON.stringify(call(1)), sent));
    log.append(record(JSON.stringify(call(1)), { ...sent, server: 'beta' }));
    log.append(record('session 1', { channel: 'process', direction: 'internal', part: 'boundary' }));
    assert.deepEqual(states(log), ['pending', 'pending', '']);
    log.append(record('exited with code 1', { channel: 'process', direction: 'internal', part: 'end' }));
    assert.deepEqual(states(log), ['unanswered', 'pending', '', '']);
    assert.deepEqual([log.row(3)?.isBoundary, log.row(4)?.isBoundary, log.row(1)?.isBoundary], [true, true, undefined]);
  });

  it('gives progress to the call that its token names, on whichever stream it comes', () => {
    const log = newLog();
    log.append(record(JSON.stringify(call(1, { progressToken: 'one' })), sent));
    log.append(record(JSON.stringify(call(2, { progressToken: 2 })), sent));
    const progress = (progressToken: unknown): Record<string, unknown> =>
      rpc({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
    for (const token of ['one', 2, '2', 'none']) log.append(record(JSON.stringify(progress(token))));
    assert.deepEqual(
      [3, 4, 5, 6].map((seq) => log.row(seq)?.call),
      [1, 2, undefined, undefined],
    );
  });

  it('gives log messages and requests of the server to the call in whose stream they come', () => {
    const log = newLog();
    const [, request] = appendCall(log, 7);
    log.append(event(rpc({ method: 'notifications/message', params: {} }), { exchange: 1 }));
    log.append(event(rpc({ id: 1, method: 'sampling/createMessage' }), { exchange: 1 }));
    log.append(event(rpc({ method: 'notifications/message', params: {} }), { exchange: 2 }));
    assert.deepEqual([log.row(5)?.call, log.row(6)?.call, log.row(7)?.call], [request, request, undefined]);
  });

  it('finds no token in arguments that only look like one', () => {
    const log = newLog();
    const args = { text: '"progressToken": 5' };
    log.append(
      record(JSON.stringify(rpc({ id: 1, method: 'tools/call', params: { name: 'x', arguments: args } })), sent),
    );
    log.append(record(JSON.stringify(rpc({ method: 'notifications/progress', params: { progressToken: 5 } }))));
    assert.equal(log.row(2)?.call, undefined);
  });
});

describe('The time of an exchange', () => {
  it('stands on its request: connected, first byte, answer, end', () => {
    const log = newLog();
    const exchange = log.nextExchange();
    log.append(requestBody(call(1), { exchange, time: 1000 }));
    log.reach(exchange, 'connected', 1002);
    log.append(responseHead(200, '', { exchange, time: 1010 }));
    log.append(event(rpc({ id: 1, result: {} }), { exchange, time: 1030 }));
    log.reach(exchange, 'ended', 1031);
    assert.deepEqual(log.row(1)?.timing, { connectMs: 2, firstByteMs: 10, answerMs: 30, endMs: 31 });
    assert.equal(log.row(2)?.timing, undefined);
  });

  it('is told as a change of entries that have been told before, and of no others', async () => {
    const log = newLog();
    const exchange = log.nextExchange();
    log.append(requestBody(call(1), { exchange, time: 1000 }));
    await once(log.onDidAppend);
    const changes: unknown[] = [];
    log.onDidChange((range) => changes.push(range));
    log.reach(exchange, 'connected', 1002);
    await nextTurn();
    log.append(requestBody(call(2), { exchange: log.nextExchange(), time: 1000 }));
    log.reach(2, 'connected', 1003);
    await nextTurn();
    assert.deepEqual(changes, [{ first: 1, last: 1 }]);
  });
});

describe('Remarks made later', () => {
  const note = { rule: 'jsonrpc.reusedId', severity: 'warning', message: 'The id is in use.' } as const;

  it('stand beside those that came with the record, the worst and their number on the row', () => {
    const log = newLog();
    log.append(record('x', { note: { rule: 'wire.cut', severity: 'info', message: 'Cut.' } }));
    log.addNotes(1, [{ ...note, section: 'JSON-RPC 2.0, 4' }]);
    assert.deepEqual(
      log.entry(1)?.notes.map(({ rule }) => rule),
      ['wire.cut', 'jsonrpc.reusedId'],
    );
    assert.deepEqual(log.row(1)?.notes, { count: 2, severity: 'warning' });
  });

  it('are bounded, and go nowhere when the entry is gone', () => {
    const log = newLog();
    log.append(record('x'));
    for (let count = 0; count < 60; count += 1) log.addNotes(1, [note]);
    assert.equal(log.entry(1)?.notes.length, 50);
    log.clear();
    log.addNotes(1, [note]);
    assert.equal(log.entry(1), undefined);
  });

  it('of heads do not count that they are rebuilt', () => {
    const log = newLog();
    log.append(responseHead(200, ''));
    assert.deepEqual([log.entry(1)?.notes.length, log.row(1)?.notes], [1, undefined]);
  });
});
