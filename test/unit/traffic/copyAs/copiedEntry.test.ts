import assert from 'node:assert/strict';
import { Redactor } from '../../../../src/base/redact.ts';
import { copiedEntry } from '../../../../src/traffic/copyAs/copiedEntry.ts';
import { event, newLog, record, requestBody, requestHead, responseHead, rpc } from '../records.ts';

const call = rpc({ id: 1, method: 'tools/call', params: { name: 'echo' } });

describe('The entry that is copied', () => {
  it('brings the whole HTTP request, from whichever entry of the exchange', () => {
    const log = newLog();
    const exchange = log.nextExchange();
    log.append(requestHead('POST /mcp?a=1\r\naccept: */*\r\nx-a: 1\r\n\r\n', { exchange }));
    log.append(requestBody(call, { exchange }));
    log.append(responseHead(200, '', { exchange }));
    log.append(event(rpc({ id: 'q', method: 'roots/list' }), { exchange }));
    log.append(event(rpc({ id: 1, result: {} }), { exchange }));
    const headers = [
      { name: 'accept', value: '*/*' },
      { name: 'x-a', value: '1' },
    ];
    const http = { method: 'POST', target: '/mcp?a=1', headers, body: JSON.stringify(call), origin: 'http://a' };
    for (const seq of [1, 2, 3, 4, 5]) {
      assert.deepEqual(copiedEntry(log, seq, { origin: 'http://a' })?.http, http, `of ${seq}`);
    }
    const own = log.nextExchange();
    log.append(requestHead('POST /other\r\n\r\n', { exchange: own }));
    log.append(requestBody(rpc({ id: 'q', result: {} }), { exchange: own }));
    assert.equal(copiedEntry(log, 7)?.http?.target, '/other', 'of our answer');
    const answer = copiedEntry(log, 5);
    assert.equal(answer?.json, JSON.stringify(rpc({ id: 1, result: {} })));
    assert.match(answer?.raw ?? '', /^event: message\ndata: \{/);
    assert.equal(answer?.isMasked, false);
  });

  it('has no HTTP request over pipes, but the one that was written there', () => {
    const log = newLog();
    log.append(record(JSON.stringify(call), { direction: 'sent' }));
    log.append(record(JSON.stringify(rpc({ id: 1, result: {} }))));
    const stdio = { command: 'node', args: ['a.js'] };
    const copied = copiedEntry(log, 2, { stdio });
    assert.equal(copied?.http, undefined);
    assert.equal(copied?.request, JSON.stringify(call));
    assert.deepEqual(copied?.stdio, stdio);
  });

  it('has no request without its head, which may have been dropped', () => {
    const log = newLog();
    log.append(requestBody(call, { exchange: 3 }));
    assert.equal(copiedEntry(log, 1)?.http, undefined);
    assert.equal(copiedEntry(log, 2), undefined);
  });

  it('tells whether anything is masked, by value or by the name of a header', () => {
    const redactor = new Redactor();
    const log = newLog({ redactor });
    for (const header of ['x-plain: ****', 'authorization: Bearer a']) {
      const exchange = log.nextExchange();
      log.append(requestHead(`POST /mcp\r\n${header}\r\n\r\n`, { exchange }));
      log.append(requestBody(call, { exchange }));
    }
    assert.equal(copiedEntry(log, 2)?.isMasked, false);
    const masked = copiedEntry(log, 4);
    assert.equal(masked?.isMasked, true);
    assert.deepEqual(masked?.http?.headers, [{ name: 'authorization', value: '********' }]);
    redactor.add('tools/call');
    assert.equal(copiedEntry(log, 2)?.isMasked, true);
  });
});
