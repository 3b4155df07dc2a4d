import assert from 'node:assert/strict';
import { Redactor } from '../../../src/base/redact.ts';
import { type RelatedGroup, related } from '../../../src/traffic/related.ts';
import { appendCall, event, newLog, record, requestBody, requestHead, responseHead, rpc } from './records.ts';

function groupOf(groups: readonly RelatedGroup[], kind: RelatedGroup['kind']): number[] | undefined {
  return groups.find((group) => group.kind === kind)?.rows.map(({ seq }) => seq);
}

describe('What is related to an entry', () => {
  it('is its call: the answer, what the server said meanwhile, and what it asked with the answers to that', () => {
    const log = newLog();
    const exchange = log.nextExchange();
    const params = { name: 'echo', _meta: { progressToken: 5 } };
    log.append(requestHead('POST /mcp\r\n\r\n', { exchange }));
    log.append(requestBody(rpc({ id: 1, method: 'tools/call', params }), { exchange }));
    log.append(responseHead(200, '', { exchange }));
    const progress = rpc({ method: 'notifications/progress', params: { progressToken: 5, progress: 1 } });
    log.append(event(progress, { exchange }));
    log.append(event(rpc({ method: 'notifications/message', params: {} }), { exchange }));
    log.append(event(rpc({ id: 'q', method: 'roots/list' }), { exchange }));
    appendCall(log, 9);
    log.append(requestBody(rpc({ id: 'q', result: {} }), { exchange: log.nextExchange() }));
    // On a stream of its own, so that only the token tells where it belongs.
    log.append(event(progress, { exchange: log.nextExchange() }));
    log.append(event(rpc({ id: 1, result: {} }), { exchange }));
    const expected = [2, 4, 5, 6, 11, 12, 13];
    for (const seq of [1, 2, 4, 12, 13]) assert.deepEqual(groupOf(related(log, seq), 'call'), expected, `of ${seq}`);
    const groups = related(log, 13);
    assert.equal(groups[0]?.title, 'Call “echo”, id 1');
    assert.deepEqual(groupOf(groups, 'exchange'), [1, 2, 3, 4, 5, 6, 13]);
    assert.deepEqual(groupOf(related(log, 6), 'call'), [6, 11]);
  });

  it('is its session, by the first two hundred entries, across segments', () => {
    const log = newLog({ maxBytes: 4 * 1024 * 1024 });
    for (let index = 0; index < 1000; index += 1) {
      log.append(record('x', { sessionId: index % 2 === 0 ? 'even' : `odd ${index}` }));
    }
    const groups = related(log, 999);
    assert.deepEqual(
      groups.map(({ kind, title, rows, more }) => [kind, title, rows.length, rows[199]?.seq, more]),
      [['session', 'Session even', 200, 399, 300]],
    );
  });

  it('is nothing for what stands alone, or is gone', () => {
    const log = newLog();
    log.append(record('x', { channel: 'process' }));
    log.append(requestHead('GET /\r\n\r\n', { exchange: log.nextExchange(), sessionId: 'one' }));
    assert.deepEqual(related(log, 1), []);
    assert.deepEqual(related(log, 2), []);
    assert.deepEqual(related(log, 3), []);
  });

  it('shows no secret in a title', () => {
    const redactor = new Redactor();
    redactor.add('top-secret');
    const log = newLog({ redactor });
    for (const time of [1, 2]) appendCall(log, time, 'top-secret', time);
    log.append(record('x', { sessionId: 'top-secret' }));
    log.append(record('x', { sessionId: 'top-secret' }));
    assert.equal(related(log, 2)[0]?.title, 'Call “**********”, id 1');
    assert.equal(related(log, 9)[0]?.title, 'Session **********');
  });
});
