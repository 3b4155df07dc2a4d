import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { serveRaw } from '../../servers/serve.ts';
import { atEnd, endAll, serveBytes, testWire, textOf } from './support.ts';

async function serve(handler: RequestListener): Promise<string> {
  const server = await serveRaw(handler);
  atEnd(() => server.close());
  return server.url;
}

describe('wire: recording', () => {
  afterEach(endAll);

  it('records the request head with names and values in the order sent, and its body byte for byte', async () => {
    const url = await serve((_request, response) => void response.end());
    const { fetch, traffic } = testWire();
    const body = '{"text":"Grüße 👩‍💻"}';
    await fetch(`${url}?a=1`, { method: 'post', headers: { 'x-first': '1', accept: 'text/plain' }, body });
    const [head, content] = traffic.records;
    const lines = textOf(head).split('\r\n');
    assert.equal(lines[0], 'POST /mcp?a=1');
    assert.deepEqual(lines.slice(-2), ['', '']);
    assert.ok(lines.includes('x-first: 1'));
    assert.ok(lines.includes('accept-encoding: identity'));
    assert.ok(lines.includes(`content-length: ${Buffer.byteLength(body)}`));
    assert.match(lines[1] ?? '', /^host: 127\.0\.0\.1:\d+$/);
    assert.deepEqual(Buffer.from(content?.raw ?? []), Buffer.from(body));
    assert.equal(content?.channel, 'http-request');
    assert.equal(content.direction, 'sent');
    assert.equal(content.offset, 0);
  });

  it('records the response head as the server wrote it: order, case, repetition, latin1', async () => {
    const url = await serveBytes((socket) =>
      socket.end(
        Buffer.from(
          'HTTP/1.1 200 OK\r\nX-B: 1\r\nx-a: é\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 2\r\n\r\nok',
          'latin1',
        ),
      ),
    );
    const { fetch, traffic } = testWire();
    assert.equal(await (await fetch(url)).text(), 'ok');
    assert.equal(
      textOf(traffic.records[1]),
      '200\r\nX-B: 1\r\nx-a: é\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 2\r\n\r\n',
    );
    assert.equal(traffic.records[1]?.part, 'head');
    assert.equal(traffic.records[1].status, 200);
  });

  it('records a body whole and remembers where each read began', async () => {
    const url = await serveBytes((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n');
      socket.write('4\r\n[1,2\r\n3\r\n,34\r\n1\r\n]\r\n0\r\n\r\n');
    });
    const { fetch, traffic } = testWire();
    assert.deepEqual(await (await fetch(url)).json(), [1, 2, 34]);
    const body = traffic.records.at(-1);
    assert.equal(textOf(body), '[1,2,34]');
    assert.deepEqual(body?.chunkStarts, [4, 7]);
    assert.equal(body.offset, 0);
    assert.equal(body.status, 200);
  });

  it('gives large bodies and events away without a copy, and says where their largest value lies', async () => {
    const value = JSON.stringify(Array.from({ length: 40_000 }, (_, index) => ({ index, text: 'x'.repeat(30) })));
    for (const [type, before, after] of [
      ['application/json', '', ''],
      ['text/event-stream', 'id: 7\ndata: ', '\n\n'],
    ] as const) {
      const url = await serve((_request, response) => {
        response.writeHead(200, { 'content-type': type });
        response.end(`${before}{"result":${value},"id":1}${after}`);
      });
      const { fetch, traffic } = testWire();
      const text = await (await fetch(url)).text();
      const [record] = traffic.records.slice(-1);
      assert.equal(textOf(record), text);
      assert.equal(record?.mayKeep, true);
      assert.equal(text.slice(record.largestValue?.start, record.largestValue?.end), value);
    }
  });

  it('records each event by itself, and all of them together are the body', async () => {
    const events = [': hello\n\n', 'id: 1\ndata: {"a":"ü"}\n\n', 'data: x\r\n\r\n', 'data: y\r\r', 'data: not ended'];
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).end(events.join(''));
    });
    const { fetch, traffic } = testWire();
    const text = await (await fetch(url)).text();
    assert.equal(text, events.join(''));
    const blocks = traffic.records.filter(({ channel }) => channel === 'sse');
    assert.deepEqual(
      blocks.map(({ raw }) => Buffer.from(raw).toString()),
      events,
    );
    let offset = 0;
    for (const block of blocks) {
      assert.equal(block.offset, offset);
      offset += block.raw.length;
    }
    assert.deepEqual(traffic.received('sse'), Buffer.from(events.join('')));
  });

  it('gives everything of an exchange one number, its origin and server, and times that never run back', async () => {
    const url = await serve((request, response) => void request.resume().on('end', () => response.end('{}')));
    const { fetch, traffic } = testWire();
    await Promise.all([1, 2, 3].map(async () => (await fetch(url, { method: 'POST', body: '{}' })).text()));
    const { records } = traffic;
    assert.deepEqual(new Set(records.map(({ exchange }) => exchange)), new Set([1, 2, 3]));
    for (const number of [1, 2, 3]) {
      const parts = records.filter(({ exchange }) => exchange === number);
      assert.deepEqual(
        parts.map(({ channel, part }) => `${channel} ${part}`),
        ['http-request head', 'http-request content', 'http-response head', 'http-response content'],
      );
    }
    assert.ok(records.every(({ origin, server }) => origin === 'user' && server === 'test'));
    assert.ok(records.every(({ time }, index) => time >= (records[index - 1]?.time ?? 0)));
  });

  it('names the session from the request, and from the answer that begins one', async () => {
    const url = await serve((request, response) => {
      if (request.headers['mcp-session-id'] === undefined) response.setHeader('mcp-session-id', 'new');
      response.end('{}');
    });
    const { fetch, traffic } = testWire();
    await (await fetch(url)).text();
    await (await fetch(url, { headers: { 'mcp-session-id': 'known' } })).text();
    assert.deepEqual(
      traffic.records.map(({ sessionId }) => sessionId),
      [undefined, 'new', 'new', 'known', 'known', 'known'],
    );
  });

  it('has the entries before anyone sees the answer', async () => {
    const url = await serve((request, response) => {
      response.setHeader('content-type', request.url === '/sse' ? 'text/event-stream' : 'application/json');
      response.write('data: 1\n\n');
      response.write('data: 2\n\n');
      response.end();
    });
    const { fetch, traffic } = testWire();
    for (const channel of ['http-response', 'sse'] as const) {
      const response = await fetch(channel === 'sse' ? new URL('/sse', url).href : url);
      assert.ok(traffic.records.some(({ direction, part }) => direction === 'received' && part === 'head'));
      let seen = 0;
      for await (const chunk of response.body ?? []) {
        seen += chunk.length;
        assert.ok(traffic.received(channel).length >= seen);
      }
      assert.equal(seen, 18);
    }
  });

  it('shows what had come when the connection broke, and why no more did', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\ndata: ha', () => response.socket?.resetAndDestroy());
    });
    const { fetch, traffic } = testWire();
    await assert.rejects((await fetch(url)).text());
    const last = traffic.records.at(-1);
    assert.equal(textOf(last), 'data: ha');
    assert.equal(last?.note?.rule, 'wire.cut');
    assert.match(last.note.message, /broke/);
    assert.equal(traffic.received('sse').toString(), 'data: 1\n\ndata: ha');
  });

  it('notes what a stream ends with that is no event yet', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: 1\n\ndata: 2\n');
    });
    const { fetch, traffic } = testWire();
    await (await fetch(url)).text();
    const notes = traffic.records.slice(-2).map((each) => [textOf(each), each.note?.message]);
    assert.deepEqual(notes, [
      ['data: 1\n\n', undefined],
      ['data: 2\n', 'Cut off here: The stream ended without the empty line that ends an event.'],
    ]);
  });

  it('notes a request that got no answer at all', async () => {
    const url = await serveBytes((socket) => socket.destroy());
    const { fetch, traffic } = testWire();
    await assert.rejects(fetch(url));
    const last = traffic.records.at(-1);
    assert.equal(last?.direction, 'internal');
    assert.equal(last.exchange, 1);
    assert.match(last.note?.message ?? '', /broke/);
  });
});
