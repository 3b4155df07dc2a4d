import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { serveRaw } from '../../servers/serve.ts';
import { atEnd, endAll, failureOf, refusingUrl, serveBytes, testWire } from './support.ts';

async function serve(handler: RequestListener): Promise<string> {
  const server = await serveRaw(handler);
  atEnd(() => server.close());
  return server.url;
}

const short = { timeoutMs: 60 };

/** What a beginning within a short time limit comes to; a busy machine that does not get there is given four times as long. */
async function begun<T>(begin: (timeoutMs: number) => Promise<T>): Promise<T> {
  for (let { timeoutMs } = short; ; timeoutMs *= 4) {
    try {
      return await begin(timeoutMs);
    } catch (error) {
      if (timeoutMs > 10_000) throw error;
    }
  }
}

describe('wire: failures', () => {
  afterEach(endAll);

  it('says that nothing listens, and that repeating is harmless', async () => {
    const url = await refusingUrl();
    const error = await failureOf(testWire().fetch(url, { method: 'POST', body: '{}' }), 'connection');
    assert.match(error.message, /Nothing answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)\. Check/);
    assert.equal(error.retryable, true);
    assert.equal(error.outcomeUnknown, undefined);
  });

  it('ends a wait for the head at its timeout', async () => {
    const url = await serveBytes(() => {});
    const error = await failureOf(testWire().fetch(url, { method: 'POST', body: '{}' }, short), 'timeout');
    assert.match(error.message, /within 0\.06 s\. Raise "timeout"/);
    assert.equal(error.outcomeUnknown, true);
    assert.equal(error.retryable, false);
  });

  it('ends a body that trickles by the wall clock', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 5);
      response.once('close', () => clearInterval(timer));
    });
    const response = await begun((timeoutMs) => testWire().fetch(url, {}, { timeoutMs }));
    await failureOf(response.text(), 'timeout');
  });

  it('leaves the length of an event stream to whoever reads it', async () => {
    const held: (() => void)[] = [];
    const url = await serve((request, response) => {
      if (request.url === '/slow') return;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      held.push(() => response.end('data: late\n\n'));
    });
    const wire = testWire();
    const [stream, timeoutMs] = await begun(
      async (limit) => [await wire.fetch(url, {}, { timeoutMs: limit }), limit] as const,
    );
    // As long as this one took, the stream's own limit would have passed.
    await failureOf(wire.fetch(new URL('/slow', url).href, {}, { timeoutMs: timeoutMs * 2 }), 'timeout');
    for (const release of held) release();
    assert.equal(await stream.text(), 'data: late\n\n');
  });

  it('tells a reset in the middle of a body from one before the request left', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"half":', () => response.socket?.resetAndDestroy());
    });
    const failures: unknown[] = [];
    const response = await testWire().fetch(url, {}, { onBodyFailure: (error) => void failures.push(error) });
    const error = await failureOf(response.text(), 'connection');
    assert.match(error.message, /broke \(.+\)\. See its output/);
    assert.equal(error.outcomeUnknown, true);
    assert.deepEqual(failures, [error]);
  });

  it('does not know the outcome when the connection ends without an answer', async () => {
    const url = await serveBytes((socket) => socket.end());
    const error = await failureOf(testWire().fetch(url, { method: 'POST', body: '{}' }), 'connection');
    assert.equal(error.outcomeUnknown, true);
  });

  it('does not follow a redirect, so that no header reaches another origin', async () => {
    let reached = 0;
    const other = await serve((_request, response) => {
      reached += 1;
      response.end();
    });
    const url = await serve((_request, response) => void response.writeHead(307, { location: other }).end());
    const response = await testWire().fetch(url, { method: 'POST', body: '{}', headers: { 'x-api-key': 'k' } });
    assert.equal(response.status, 307);
    assert.equal(response.headers.get('location'), other);
    assert.equal(reached, 0);
  });

  it('lets go of the connection at an abort, with the reason it was given', async () => {
    const closed = Promise.withResolvers<void>();
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      response.once('close', closed.resolve);
    });
    const caller = new AbortController();
    const response = await testWire().fetch(url, { signal: caller.signal });
    const reason = new Error('enough');
    caller.abort(reason);
    await assert.rejects(response.text(), reason);
    await closed.promise;
  });

  it('lets go of the connection when the reader leaves', async () => {
    const closed = Promise.withResolvers<void>();
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      response.once('close', closed.resolve);
    });
    const response = await testWire().fetch(url);
    await response.body?.cancel();
    await closed.promise;
  });

  it('sends nothing when it was aborted before', async () => {
    const wire = testWire();
    await assert.rejects(wire.fetch(await refusingUrl(), { signal: AbortSignal.abort() }), { name: 'AbortError' });
    assert.deepEqual(wire.traffic.records, []);
  });

  it('leaves no listener on a signal that lives on', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/reset') return void response.socket?.resetAndDestroy();
      response.setHeader('content-type', request.url === '/sse' ? 'text/event-stream' : 'application/json');
      response.end('data: 1\n\n');
    });
    const { signal } = new AbortController();
    const wire = testWire();
    for (let call = 0; call < 100; call += 1) {
      const path = ['/json', '/sse', '/reset'][call % 3] ?? '';
      await wire
        .fetch(new URL(path, url).href, { signal })
        .then((response) => response.text())
        .catch(() => {});
    }
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('closes an idle connection before servers usually do, and takes a new one', async () => {
    const sockets: Socket[] = [];
    const url = await serveBytes((socket) => {
      if (!sockets.includes(socket)) sockets.push(socket);
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
    const wire = testWire();
    const call = async (): Promise<string> => (await wire.fetch(url, { method: 'POST', body: '{}' })).text();
    assert.equal(await call(), 'ok');
    const [first] = sockets;
    assert.ok(first);
    // The server never closes it.
    await once(first, 'close');
    assert.equal(await call(), 'ok');
    assert.equal(sockets.length, 2);
  });

  it('survives a server that closes each connection without having said so', async () => {
    const url = await serveBytes((socket) => {
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nok');
    });
    const wire = testWire();
    for (let call = 0; call < 40; call += 1) {
      assert.equal(await (await wire.fetch(url, { method: 'POST', body: '{}' })).text(), 'ok');
    }
  });
});
