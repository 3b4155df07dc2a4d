import { Validator } from '@cfworker/json-schema';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Redactor } from '../../../../src/base/redact.ts';
import type { HarOptions } from '../../../../src/traffic/exchangeFiles/har.ts';
import { exportHar } from '../../../../src/traffic/exchangeFiles/har.ts';
import type { HarEntry, HarMcpEntry } from '../../../../src/traffic/exchangeFiles/harTypes.ts';
import type { Segments } from '../../../../src/traffic/segments.ts';
import {
  appendCall,
  event,
  filterOf,
  newLog,
  record,
  requestBody,
  requestHead,
  responseHead,
  rpc,
} from '../records.ts';
import { har12 } from './har12.ts';
import { steps } from './randomTraffic.ts';
import { Files, jsonlOf } from './support.ts';

describe('HAR', () => {
  const validator = new Validator(har12, '2020-12', false);
  const files = new Files();
  after(() => files.dispose());

  async function harOf(log: Segments, options: Partial<HarOptions> = {}): Promise<Har> {
    let text = '';
    for await (const piece of exportHar(log, { redactor: new Redactor(), version: '1.2.3', ...options })) text += piece;
    const har = JSON.parse(text) as Har;
    assert.deepEqual(validator.validate(har).errors, []);
    return har;
  }

  it('has an entry for each HTTP exchange, with heads, bodies and times', async () => {
    const log = newLog();
    const exchange = log.nextExchange();
    const headers = 'host: 127.0.0.1:3000\r\ncontent-type: application/json\r\ncookie: a=b\r\n';
    const body = rpc({ id: 1, method: 'tools/list' });
    const time = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    log.append(requestHead(`POST /mcp?a=1&b=x%20y\r\n${headers}\r\n`, { exchange, time, sessionId: 's' }));
    log.append(requestBody(body, { exchange, time }));
    log.reach(exchange, 'connected', time + 2);
    log.append(responseHead(200, 'content-type: application/json\r\n', { exchange, time: time + 5 }));
    log.append(record('{"é":1}', { exchange, channel: 'http-response', time: time + 7, status: 200 }));
    log.reach(exchange, 'ended', time + 9);
    const { log: har } = await harOf(log);
    assert.deepEqual([har.version, har.creator], ['1.2', { name: 'External MCP', version: '1.2.3' }]);
    const [entry] = har.entries;
    const { _mcp, ...rest } = entry ?? {};
    assert.deepEqual(rest, {
      startedDateTime: '2026-01-02T03:04:05.678Z',
      time: 9,
      request: {
        method: 'POST',
        url: 'http://127.0.0.1:3000/mcp?a=1&b=x%20y',
        httpVersion: 'HTTP/1.1',
        cookies: [],
        headers: [
          { name: 'host', value: '127.0.0.1:3000' },
          { name: 'content-type', value: 'application/json' },
          { name: 'cookie', value: '***' },
        ],
        queryString: [
          { name: 'a', value: '1' },
          { name: 'b', value: 'x y' },
        ],
        headersSize: -1,
        bodySize: JSON.stringify(body).length,
        postData: { mimeType: 'application/json', text: JSON.stringify(body) },
      },
      response: {
        status: 200,
        statusText: '',
        httpVersion: 'HTTP/1.1',
        cookies: [],
        headers: [{ name: 'content-type', value: 'application/json' }],
        content: { size: 8, mimeType: 'application/json', text: '{"é":1}' },
        redirectURL: '',
        headersSize: -1,
        bodySize: -1,
      },
      cache: {},
      timings: { blocked: -1, dns: -1, connect: 2, send: 0, wait: 3, receive: 4, ssl: -1 },
      _resourceType: 'fetch',
    });
    assert.deepEqual(
      [_mcp?.server, _mcp?.sessionId, _mcp?.entries.map(({ seq }) => seq)],
      ['alpha', 's', [1, 2, 3, 4]],
    );
  });

  it('has the events of a stream as content and one by one', async () => {
    const log = newLog();
    appendCall(log, 1);
    log.append(event(rpc({ method: 'notifications/message' }), { exchange: 1, time: 1010, offset: 60 }));
    const [entry] = (await harOf(log)).log.entries;
    const events = entry?._mcp.entries.filter(({ channel }) => channel === 'sse') ?? [];
    assert.deepEqual(
      events.map(({ seq, time, kind, offset }) => [seq, time, kind, offset]),
      [
        [4, 1005.25, 'response', undefined],
        [5, 1010, 'notification', 60],
      ],
    );
    assert.equal(entry?.response.content.text, events.map(({ text }) => text).join(''));
    // Without its parameters, with which Chrome would not take it for a stream.
    assert.equal(entry?.response.content.mimeType, 'text/event-stream');
  });

  it('has lines of pipes and what happened to processes, which are no HTTP, beside the exchanges', async () => {
    const log = newLog();
    log.append(record('began', { part: 'boundary', channel: 'process', direction: 'internal' }));
    log.append(record(JSON.stringify(rpc({ id: 1, method: 'ping' })), { direction: 'sent' }));
    log.append(record(Uint8Array.of(0xff)));
    const { entries, _mcp } = (await harOf(log)).log;
    assert.deepEqual(entries, []);
    assert.deepEqual(
      _mcp.entries.map(({ channel, part, method, text, base64 }) => [channel, part, method, text ?? base64]),
      [
        ['process', 'boundary', undefined, 'began'],
        ['stdio', 'content', 'ping', '{"jsonrpc":"2.0","id":1,"method":"ping"}'],
        ['stdio', 'content', undefined, '/w=='],
      ],
    );
  });

  it('writes bodies that are no text as base64', async () => {
    const log = newLog();
    const raw = Uint8Array.of(0, 0xff, 0x80);
    log.append(requestHead('POST /\r\n\r\n', { exchange: 1 }));
    log.append(record(raw, { exchange: 1, channel: 'http-request', direction: 'sent' }));
    log.append(responseHead(200, '', { exchange: 1 }));
    log.append(record(raw, { exchange: 1, channel: 'http-response' }));
    const [entry] = (await harOf(log)).log.entries;
    assert.deepEqual(entry?.response.content, { size: 3, mimeType: 'x-unknown', text: 'AP+A', encoding: 'base64' });
    assert.deepEqual(entry?.request.postData, { mimeType: 'application/json', text: 'AP+A', _encoding: 'base64' });
  });

  it('says why there is no answer, and where a redirect goes', async () => {
    const log = newLog();
    log.append(requestHead('GET /\r\n\r\n', { exchange: 1 }));
    log.append(record('refused', { exchange: 1, channel: 'http-response', direction: 'internal' }));
    log.append(requestHead('GET /\r\nHost: x\r\n\r\n', { exchange: 2, server: 'beta' }));
    log.append(responseHead(302, 'Location: /there\r\n', { exchange: 2, server: 'beta' }));
    const originOf = (server: string): string | undefined => (server === 'beta' ? 'https://beta.example' : undefined);
    const [first, second] = (await harOf(log, { originOf })).log.entries;
    assert.deepEqual(
      [first?.response.status, first?.response._error, first?.response.content.text, first?.request.url],
      [0, 'refused', undefined, 'http://unknown/'],
    );
    assert.deepEqual(
      [second?.response.redirectURL, second?.response.status, second?.request.url],
      ['/there', 302, 'https://beta.example/'],
    );
  });

  it('has whole exchanges of which one entry passes the filter', async () => {
    const log = newLog();
    appendCall(log, 1, 'first');
    appendCall(log, 2, 'second');
    log.append(record('other'));
    const { entries, _mcp } = (await harOf(log, { filter: filterOf('kind:request tool:second') })).log;
    assert.deepEqual(
      entries.map((entry) => entry._mcp.entries.map(({ seq }) => seq)),
      [[5, 6, 7, 8]],
    );
    assert.deepEqual(_mcp.entries, []);
  });

  it('is valid whatever was recorded, in memory or in a file', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (of) => {
        const log = newLog();
        for (const step of of) step(log);
        const har = await harOf(log);
        const file = await files.read(await jsonlOf(log, { withSecrets: true }));
        assert.deepEqual(await harOf(file), har);
        file.dispose();
        log.dispose();
      }),
    );
  });

  it('writes a flood of events and a large message in small pieces, and can be cancelled in between', async () => {
    const log = newLog();
    const exchange = log.nextExchange();
    log.append(requestHead('POST /mcp\r\n\r\n', { exchange }));
    log.append(requestBody(rpc({ id: 1, method: 'x', params: { large: '"é😀'.repeat(100_000) } }), { exchange }));
    log.append(responseHead(200, 'content-type: text/event-stream\r\n', { exchange }));
    for (let index = 0; index < 5000; index += 1)
      log.append(event(rpc({ method: 'm', params: { index } }), { exchange }));
    log.append(event(rpc({ id: 1, result: { large: '\n'.repeat(500_000) } }), { exchange }));
    const lengths: number[] = [];
    let text = '';
    for await (const piece of exportHar(log, { redactor: new Redactor(), version: '1' })) {
      lengths.push(piece.length);
      text += piece;
    }
    assert.ok(Math.max(...lengths) < 128 * 1024, `${Math.max(...lengths)}`);
    const har = JSON.parse(text) as Har;
    assert.deepEqual(validator.validate(har).errors, []);
    // What a `JSON.stringify` of the whole would have written.
    assert.equal(text.replace(/\n/g, ''), JSON.stringify(har));
    const [entry] = har.log.entries;
    const inContent = entry?.response.content.text ?? '';
    assert.equal(entry?._mcp.entries.map((of) => (of.channel === 'sse' ? of.text : '')).join(''), inContent);
    assert.equal(entry?.response.content.size, Buffer.byteLength(inContent));
    const controller = new AbortController();
    const onProgress = (): void => controller.abort(new Error('enough'));
    await assert.rejects(harOf(log, { signal: controller.signal, onProgress }), { message: 'enough' });
  });

  it('ends with the reason when it is cancelled', async () => {
    const log = newLog();
    for (let id = 0; id < 300; id += 1) appendCall(log, id);
    const controller = new AbortController();
    const shares: number[] = [];
    const onProgress = (share: number): void => {
      shares.push(share);
      controller.abort(new Error('enough'));
    };
    await assert.rejects(harOf(log, { signal: controller.signal, onProgress }), { message: 'enough' });
    assert.ok(shares.length === 1 && Number(shares[0]) < 1);
  });
});

interface Har {
  log: { version: string; creator: unknown; entries: HarEntry[]; _mcp: { entries: HarMcpEntry[] } };
}
