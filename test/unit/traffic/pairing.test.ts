import assert from 'node:assert/strict';
import fc from 'fast-check';
import { appendCall, comment, event, newLog, record, requestBody, requestHead, responseHead, rpc } from './records.ts';

const sent = { direction: 'sent' } as const;

describe('pairing', () => {
  it('has an answer caused by whoever asked, whoever opened the stream on which it comes', () => {
    const log = newLog();
    const [post, stream] = [log.nextExchange(), log.nextExchange()];
    log.append(requestBody(rpc({ id: 1, method: 'ping' }), { exchange: post, origin: 'health' }));
    log.append(comment('keep-alive', { exchange: stream, origin: 'internal' }));
    log.append(event(rpc({ id: 1, result: {} }), { exchange: stream, origin: 'internal' }));
    assert.deepEqual(
      log.entries().map(({ origin }) => origin),
      ['health', 'internal', 'health'],
    );
  });

  it('joins request and answer and lets the whole exchange know what it is about', () => {
    const log = newLog();
    const [head = 0, request = 0, responseTop = 0, answer = 0] = appendCall(log, 7, 'add');
    for (const seq of [head, request, responseTop, answer]) {
      const { method, tool, rpcId } = log.entry(seq) ?? {};
      assert.deepEqual([method, tool, rpcId], ['tools/call', 'add', 7]);
    }
    assert.deepEqual([log.entry(request)?.pairedWith, log.entry(request)?.durationMs], [answer, 5.25]);
    assert.deepEqual([log.entry(answer)?.pairedWith, log.entry(answer)?.durationMs], [request, 5.25]);
    assert.equal(log.entry(head)?.pairedWith, undefined);
  });

  it('keeps the method of a notification within a call, and tells the tool', () => {
    const log = newLog();
    appendCall(log, 1, 'slow');
    log.append(event(rpc({ method: 'notifications/progress' }), { exchange: 1 }));
    log.append(comment('ping', { exchange: 1 }));
    const { method, tool, rpcId } = log.entry(5) ?? {};
    assert.deepEqual([method, tool, rpcId], ['notifications/progress', 'slow', undefined]);
    assert.deepEqual([log.entry(6)?.kind, log.entry(6)?.method], ['comment', 'tools/call']);
  });

  it('prefers the request of the same exchange when ids repeat', () => {
    const log = newLog();
    log.append(requestBody(rpc({ id: 0, method: 'first' }), { exchange: 1 }));
    log.append(requestBody(rpc({ id: 0, method: 'second' }), { exchange: 2 }));
    log.append(event(rpc({ id: 0, result: {} }), { exchange: 1 }));
    log.append(event(rpc({ id: 0, result: {} }), { exchange: 2 }));
    assert.deepEqual([log.entry(3)?.pairedWith, log.entry(4)?.pairedWith], [1, 2]);
  });

  it('keeps the sessions of a server apart, in each of which ids begin anew', () => {
    const log = newLog();
    for (const sessionId of ['a', 'b']) log.append(requestBody(rpc({ id: 1, method: sessionId }), { sessionId }));
    for (const sessionId of ['a', 'b']) log.append(event(rpc({ id: 1, result: {} }), { sessionId }));
    assert.deepEqual([log.entry(3)?.pairedWith, log.entry(4)?.pairedWith], [1, 2]);
  });

  it('tells a number from its text where both are asked, and takes one for the other where only one is', () => {
    const log = newLog();
    for (const id of ['1', 1, '2']) log.append(record(JSON.stringify(rpc({ id, method: 'ping' })), sent));
    for (const id of ['1', 1, 2]) log.append(record(JSON.stringify(rpc({ id, result: {} }))));
    assert.deepEqual(
      [4, 5, 6].map((seq) => log.entry(seq)?.pairedWith),
      [1, 2, 3],
    );
  });

  it('finds the answer on another stream', () => {
    const log = newLog();
    log.append(requestBody(rpc({ id: 'a', method: 'ping' }), { exchange: 2 }));
    log.append(responseHead(202, '', { exchange: 2 }));
    log.append(event(rpc({ id: 'a', result: {} }), { exchange: 1 }));
    assert.deepEqual([log.entry(3)?.pairedWith, log.entry(3)?.method, log.entry(1)?.pairedWith], [1, 'ping', 3]);
  });

  it('joins a request of the server to our answer, ids being counted apart by direction', () => {
    const log = newLog();
    log.append(record(JSON.stringify(rpc({ id: 1, method: 'tools/list' })), sent));
    log.append(record(JSON.stringify(rpc({ id: 1, method: 'roots/list' }))));
    log.append(record(JSON.stringify(rpc({ id: 1, result: { roots: [] } })), sent));
    log.append(record(JSON.stringify(rpc({ id: 1, result: { tools: [] } }))));
    assert.deepEqual([log.entry(3)?.pairedWith, log.entry(3)?.method], [2, 'roots/list']);
    assert.deepEqual([log.entry(4)?.pairedWith, log.entry(4)?.method], [1, 'tools/list']);
  });

  it('does not join servers', () => {
    const log = newLog();
    log.append(record(JSON.stringify(rpc({ id: 1, method: 'ping' })), { ...sent, server: 'alpha' }));
    log.append(record(JSON.stringify(rpc({ id: 1, result: {} })), { server: 'beta' }));
    assert.equal(log.entry(2)?.pairedWith, undefined);
  });

  it('takes an id quoted by the server for the same id', () => {
    const log = newLog();
    log.append(record(JSON.stringify(rpc({ id: 5, method: 'ping' })), sent));
    log.append(record(JSON.stringify(rpc({ id: '5', result: {} }))));
    assert.deepEqual([log.entry(2)?.pairedWith, log.entry(2)?.rpcId], [1, '5']);
  });

  it('takes an error without id for the answer in its own exchange only', () => {
    const log = newLog();
    log.append(requestBody(rpc({ id: 1, method: 'ping' }), { exchange: 1 }));
    log.append(event(rpc({ id: null, error: { code: -32700 } }), { exchange: 9 }));
    log.append(event(rpc({ id: null, error: { code: -32700 } }), { exchange: 1 }));
    assert.deepEqual([log.entry(2)?.pairedWith, log.entry(3)?.pairedWith, log.entry(3)?.rpcId], [undefined, 1, 1]);
  });

  it('leaves the second answer and the one to an unknown id unpaired', () => {
    const log = newLog();
    appendCall(log, 1);
    log.append(event(rpc({ id: 1, result: {} }), { exchange: 1 }));
    log.append(event(rpc({ id: 99, result: {} }), { exchange: 1 }));
    assert.deepEqual([log.entry(5)?.pairedWith, log.entry(6)?.pairedWith], [undefined, undefined]);
    assert.deepEqual([log.entry(2)?.pairedWith, log.entry(6)?.rpcId], [4, 99]);
  });

  it('gives up the oldest of more than two thousand open requests of a server, and says that it is unanswered', () => {
    const log = newLog();
    for (let id = 0; id <= 2000; id += 1) log.append(record(JSON.stringify(rpc({ id, method: 'x' })), sent));
    assert.deepEqual([log.row(1)?.mark, log.row(2)?.isPending], ['unanswered', true]);
    log.append(record(JSON.stringify(rpc({ id: 0, result: {} }))));
    log.append(record(JSON.stringify(rpc({ id: 1, result: {} }))));
    assert.deepEqual([log.entry(2002)?.pairedWith, log.entry(2003)?.pairedWith], [undefined, 2]);
  });

  it('joins a request that was given up to an answer in its own exchange', () => {
    const log = newLog();
    for (let id = 0; id <= 2000; id += 1) log.append(requestBody(rpc({ id, method: 'x' }), { exchange: id + 1 }));
    log.append(event(rpc({ id: 0, result: {} }), { exchange: 1 }));
    assert.deepEqual([log.entry(2002)?.pairedWith, log.row(1)?.mark], [1, undefined]);
  });

  it('does not let the requests of one server, or of the other side, push out those of another', () => {
    const log = newLog();
    log.append(record(JSON.stringify(rpc({ id: 'mine', method: 'x' })), sent));
    for (const server of ['alpha', 'beta']) {
      const asked = Array.from({ length: 1000 }, (_, id) => rpc({ id, method: 'roots/list' }));
      for (let times = 0; times < 3; times += 1) log.append(record(JSON.stringify(asked), { server }));
    }
    log.append(record(JSON.stringify(rpc({ id: 'mine', result: {} }))));
    assert.equal(log.entry(log.lastSeq)?.pairedWith, 1);
  });

  it('remembers a call that has nothing to say for as long as it lasts', () => {
    const log = newLog();
    const slow = log.nextExchange();
    log.append(requestHead('POST /mcp\r\n\r\n', { exchange: slow }));
    log.append(requestBody(rpc({ id: 0, method: 'slow' }), { exchange: slow, time: 10 }));
    for (let id = 1; id <= 3000; id += 1) appendCall(log, id);
    log.append(responseHead(200, '', { exchange: slow, time: 40 }));
    log.append(event(rpc({ id: 0, result: {} }), { exchange: slow, time: 50 }));
    log.reach(slow, 'ended', 60);
    assert.equal(log.entry(log.lastSeq)?.pairedWith, 2);
    assert.deepEqual([log.row(2)?.timing?.firstByteMs, log.row(2)?.timing?.endMs], [30, 50]);
  });

  it('still tells method and duration when the request was dropped, and points at nothing', () => {
    const log = newLog();
    log.append(requestHead('POST /mcp\r\n\r\n', { exchange: 1 }));
    log.append(requestBody(rpc({ id: 1, method: 'tools/call', params: { name: 'slow' } }), { exchange: 1, time: 10 }));
    log.clear();
    log.append(event(rpc({ id: 1, result: {} }), { exchange: 1, time: 30 }));
    const { method, tool, durationMs, pairedWith } = log.entry(3) ?? {};
    assert.deepEqual([method, tool, durationMs, pairedWith], ['tools/call', 'slow', 20, undefined]);
  });

  it('always joins two entries that exist, one of each kind, and both ways', () => {
    const message = fc.record({
      id: fc.integer({ min: 0, max: 3 }),
      exchange: fc.integer({ min: 1, max: 3 }),
      isRequest: fc.boolean(),
      direction: fc.constantFrom('sent', 'received'),
      channel: fc.constantFrom('http-request', 'sse', 'stdio'),
      padding: fc.constantFrom(0, 3000),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 200 }), (given) => {
        // Small enough that some of it is dropped.
        const log = newLog({ maxBytes: 40_000 });
        for (const { id, exchange, isRequest, direction, channel, padding } of given) {
          const body = JSON.stringify(rpc({ id, ...(isRequest ? { method: 'm' } : { result: 'x'.repeat(padding) }) }));
          log.append(record(channel === 'sse' ? `data: ${body}\n\n` : body, { channel, direction, exchange }));
        }
        for (const entry of log.entries()) {
          if (entry.pairedWith === undefined) continue;
          const other = log.entry(entry.pairedWith);
          assert.equal(other?.pairedWith, entry.seq);
          assert.equal(other.durationMs, entry.durationMs);
          assert.notEqual(other.direction, entry.direction);
          assert.deepEqual([entry.kind, other.kind].toSorted(), ['request', 'response']);
        }
        log.dispose();
      }),
    );
  });
});
