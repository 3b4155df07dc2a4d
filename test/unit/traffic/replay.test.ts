import assert from 'node:assert/strict';
import { Redactor } from '../../../src/base/redact.ts';
import { changedIn, replayedRequest } from '../../../src/traffic/replay.ts';
import { appendCall, event, newLog, record, requestBody, requestHead, responseHead, rpc } from './records.ts';

describe('What is sent when an entry is replayed', () => {
  it('is the same request, from whichever entry of its exchange, without what belonged to its connection', () => {
    const log = newLog();
    const exchange = log.nextExchange();
    const params = { name: 'echo', arguments: { a: [1] }, _meta: { progressToken: 1 } };
    log.append(requestHead('POST /mcp\r\n\r\n', { exchange }));
    log.append(requestBody(rpc({ id: 1, method: 'tools/call', params }), { exchange }));
    log.append(responseHead(200, '', { exchange }));
    log.append(event(rpc({ method: 'notifications/message' }), { exchange }));
    log.append(event(rpc({ id: 1, result: {} }), { exchange }));
    for (const seq of [1, 2, 3, 4, 5]) {
      assert.deepEqual(replayedRequest(log, seq, 'send'), {
        server: 'alpha',
        method: 'tools/call',
        params: { name: 'echo', arguments: { a: [1] } },
        tool: { name: 'echo', args: { a: [1] } },
        isMasked: false,
      });
    }
  });

  it('is put into the words of the specification', () => {
    const log = newLog();
    for (const params of [
      { name: 'echo', arguments: { a: 1 } },
      { tool: 'echo', params: { a: 1 } },
    ]) {
      log.append(requestBody({ id: 1, method: 'call_tool', params }));
      const replayed = replayedRequest(log, log.lastSeq, 'send');
      assert.equal(replayed?.method, 'tools/call');
      assert.deepEqual(replayed?.params, { name: 'echo', arguments: { a: 1 } });
    }
    log.append(requestBody({ id: 2, method: 'list_tools' }));
    assert.equal(replayedRequest(log, 3, 'send')?.method, 'tools/list');
  });

  it('has its secrets where it is sent, and masks where it is edited', () => {
    const redactor = new Redactor();
    redactor.add('top-secret');
    const log = newLog({ redactor });
    log.append(requestBody(rpc({ id: 1, method: 'resources/read', params: { uri: 'a:top-secret' } })));
    assert.deepEqual(replayedRequest(log, 1, 'send')?.params, { uri: 'a:top-secret' });
    assert.deepEqual(replayedRequest(log, 1, 'edit')?.params, { uri: 'a:**********' });
    assert.deepEqual(
      [replayedRequest(log, 1, 'send')?.isMasked, replayedRequest(log, 1, 'edit')?.isMasked],
      [false, true],
    );
  });

  it('names a number that would be sent with other digits', () => {
    const log = newLog();
    for (const id of ['7', '12345678901234567890'])
      log.append(record(`{"id":1,"method":"resources/read","params":{"at":${id}}}`, { direction: 'sent' }));
    assert.deepEqual(
      [1, 2].map((seq) => changedIn(log, seq)),
      [undefined, '12345678901234567890'],
    );
  });

  it('is nothing for handshakes, notifications, requests of the server, heads without a message, and what is gone', () => {
    const log = newLog();
    log.append(requestBody(rpc({ id: 1, method: 'initialize' })));
    log.append(requestBody(rpc({ id: 2, method: 'server/discover' })));
    log.append(requestBody(rpc({ method: 'notifications/initialized' })));
    log.append(event(rpc({ id: 1, method: 'roots/list' })));
    log.append(requestHead('GET /mcp\r\n\r\n', { exchange: log.nextExchange() }));
    log.append(record('not JSON'));
    for (let seq = 1; seq <= 7; seq += 1) assert.equal(replayedRequest(log, seq, 'send'), undefined, `${seq}`);
  });

  it('is nothing for an answer whose request has been dropped', () => {
    const log = newLog();
    const [, , , answer = 0] = appendCall(log, 1);
    assert.ok(replayedRequest(log, answer, 'send'));
    log.clear();
    log.append(event(rpc({ id: 1, result: {} })));
    assert.equal(replayedRequest(log, log.lastSeq, 'send'), undefined);
  });
});
