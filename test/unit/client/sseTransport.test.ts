import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { AuthProvider } from '@modelcontextprotocol/client';
import {
  answerEvent,
  event,
  type LegacyBehaviour,
  type LegacyExchange,
  legacySse,
} from '../../servers/legacySseServer.ts';
import { startScript } from '../../servers/start.ts';
import { text } from '../../servers/support/exchange.ts';
import { atEnd, endAll, failureOf } from '../wire/support.ts';
import { connected, gone, legacy, requests } from './sseTransportSupport.ts';
import { serve } from './support.ts';

describe('client: HTTP+SSE transport', () => {
  afterEach(endAll);

  it('speaks with server-everything', async () => {
    const script = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'));
    const server = await startScript(script, { args: ['sse'] });
    atEnd(() => server.stop());
    const { client, call, connect, transport, closes } = legacy(`http://127.0.0.1:${server.port}/sse`);
    await connect();
    assert.equal((await client.listTools()).tools.length, 13);
    assert.deepEqual(await call({ message: 'hello' }), { content: [{ type: 'text', text: 'Echo: hello' }] });
    assert.match(transport.sessionId ?? '', /^[0-9a-f-]{36}$/);
    await client.close();
    assert.equal(closes(), 1);
    assert.equal(transport.failure, undefined);
  });

  it('sends the headers of the definition with every request', async () => {
    const seen: unknown[] = [];
    const handler = legacySse();
    const url = await serve((request, response) => {
      seen.push(request.headers['x-key']);
      handler(request, response);
    });
    await legacy(url, { headers: { 'x-key': 'k' } }).connect();
    assert.deepEqual(seen, ['k', 'k', 'k']);
  });

  it('signs in where the server wants it, on the stream and on a message, and goes on', async () => {
    const valid = new Set<string>();
    const handler = legacySse();
    const url = await serve((request, response) => {
      const isKnown = valid.delete(request.headers.authorization ?? '');
      if (isKnown) handler(request, response);
      else response.writeHead(401).end();
    });
    let token = '';
    const authProvider: AuthProvider = {
      token: () => Promise.resolve(token),
      onUnauthorized: () => {
        token = `t${token.length}`;
        valid.add(`Bearer ${token}`);
        return Promise.resolve();
      },
    };
    // Each token is good for one request.
    const { connect, call, traffic } = legacy(url, { authProvider });
    await connect();
    assert.deepEqual(await call({ message: 'hi' }), text('hi'));
    assert.equal(requests(traffic).length, 8);
  });

  describe('messages', () => {
    it('delivers every progress notification in order and before the answer, though they come in one chunk', async () => {
      const { call, seen } = await connected({
        callTool: (exchange) => {
          const progress = [1, 2, 3].map((value) =>
            event({ method: 'notifications/progress', params: { progressToken: 1, progress: value } }),
          );
          exchange.stream.write([...progress, answerEvent(exchange, text('done'))].join(''));
        },
      });
      assert.deepEqual(await call(), text('done'));
      assert.deepEqual(seen, ['progress 1', 'progress 2', 'progress 3', 'answer']);
    });

    it('goes on when the taker of a notification throws', async () => {
      const failing = {
        deliver(): boolean {
          throw new Error('a caller who is careless');
        },
      };
      const { call, client } = await connected(
        {
          callTool: (exchange) => {
            const note = event({ method: 'notifications/progress', params: { progressToken: 1, progress: 1 } });
            exchange.stream.write(note + answerEvent(exchange, text('done')));
          },
        },
        { sink: failing },
      );
      const errors: string[] = [];
      client.onerror = (error) => errors.push(error.message);
      assert.deepEqual(await call(), text('done'));
      assert.deepEqual(errors, ['a caller who is careless']);
    });

    it('ignores an answer with the id of another request, and one that comes twice', async () => {
      const { call, seen } = await connected({
        callTool: (exchange) => {
          exchange.stream.write(event({ id: 4711, result: text('not yours') }));
          const answer = answerEvent(exchange, text('yours'));
          exchange.stream.write(answer + answer);
        },
      });
      assert.deepEqual(await call(), text('yours'));
      assert.deepEqual(await call(), text('yours'));
      assert.deepEqual(seen, ['answer', 'answer']);
    });

    it('waits for its timeout when only a wrong id comes, and the next call works', async () => {
      let calls = 0;
      const { call } = await connected({
        callTool: (exchange) => {
          calls += 1;
          const id = calls === 1 ? 4711 : exchange.message.id;
          exchange.stream.write(event({ id, result: text('hi') }));
        },
      });
      await failureOf(call({}, { timeout: 100 }), 'timeout');
      assert.deepEqual(await call(), text('hi'));
    });

    it('takes the id of an answer as text too', async () => {
      const { call } = await connected({
        callTool: ({ message, stream }) => stream.write(event({ id: String(message.id), result: text('hi') })),
      });
      assert.deepEqual(await call(), text('hi'));
    });

    it('skips an event that is not JSON', async () => {
      const { call } = await connected({
        callTool: (exchange) => exchange.stream.write(`data: tea?\n\n${answerEvent(exchange, text('hi'))}`),
      });
      assert.deepEqual(await call(), text('hi'));
    });

    for (const [name, eol] of [
      ['CR', '\r'],
      ['CRLF', '\r\n'],
    ] as const) {
      it(`reads lines that end in ${name} as soon as they are there`, async () => {
        const { call } = await connected({ eol });
        assert.deepEqual(await call({ message: 'hi' }), text('hi'));
      });
    }

    it('does not mind a reconnection time that overflows a timer', async () => {
      const { call, traffic } = await connected({
        callTool: (exchange) => exchange.stream.write(`retry: 3000000000\n\n${answerEvent(exchange, text('hi'))}`),
      });
      assert.deepEqual(await call(), text('hi'));
      assert.equal(requests(traffic).filter((head) => head.startsWith('GET')).length, 1);
    });

    it('does not wait for the end of a POST whose answer has come', async () => {
      const { call } = await connected({
        post(exchange) {
          if (exchange.message.method !== 'tools/call') return false;
          exchange.response.writeHead(200, { 'content-type': 'application/json' }).write('{"never":');
          return Boolean(exchange.stream.write(answerEvent(exchange, text('hi'))));
        },
      });
      assert.deepEqual(await call(), text('hi'));
    });

    it('leaves the event stream that answers a POST at once, however its type is spelled', async () => {
      for (const type of ['text/event-stream', 'Text/Event-Stream', ' TEXT/EVENT-STREAM ;charset=utf-8']) {
        const left = Promise.withResolvers<unknown>();
        const { call } = await connected({
          post(exchange) {
            const { message, response, stream } = exchange;
            if (message.method !== 'tools/call') return false;
            left.resolve(gone(response));
            response.writeHead(200, { 'content-type': type }).write(': welcome\n\n');
            return Boolean(stream.write(answerEvent(exchange, text('hi'))));
          },
        });
        assert.deepEqual(await call(), text('hi'));
        await left.promise;
      }
    });

    it('takes the first of two answers where the POST is answered too', async () => {
      let late = '';
      const { call, client, seen } = await connected({
        post({ message, response, stream }) {
          stream.write(late);
          late = '';
          if (message.method !== 'tools/call') return false;
          late = event({ id: message.id, result: text('second') });
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, error: { code: -32000, message: 'first' } }));
          return true;
        },
      });
      assert.equal((await failureOf(call(), 'protocol')).rpcCode, -32000);
      await client.ping();
      assert.deepEqual(seen, ['answer', 'answer'], 'the first one, and that to the ping');
    });
  });

  describe('a POST that is refused', () => {
    const refusing = (status: number, body: string): LegacyBehaviour => ({
      post({ message, response }) {
        if (message.method !== 'tools/call') return false;
        response.writeHead(status).end(body);
        return true;
      },
    });

    it('fails the call with status and words', async () => {
      const { call, client } = await connected(refusing(500, 'out of paper'));
      const error = await failureOf(call(), 'connection');
      assert.equal(error.httpStatus, 500);
      assert.match(error.message, /out of paper/);
      await client.ping();
    });

    it('is a lost session where the server no longer knows it', async () => {
      const { call } = await connected(refusing(404, 'Not found'));
      assert.equal((await failureOf(call(), 'session')).httpStatus, 404);
    });

    it('means nothing where it brought a notification', async () => {
      for (const status of [400, 404, 500]) {
        const { client } = await connected({
          post({ message, response }) {
            if (message.method !== 'notifications/initialized') return false;
            response.writeHead(status).end('unknown method');
            return true;
          },
        });
        await client.ping();
      }
    });

    it('is a wrong address where there was no session yet', async () => {
      const url = await serve(
        legacySse({
          post: ({ response }) => Boolean(response.writeHead(404).end()),
        }),
      );
      assert.match((await failureOf(legacy(url).connect(), 'protocol')).message, /no MCP endpoint/);
    });

    it('is a redirect that nobody followed', async () => {
      const { call } = await connected({
        post({ message, response }) {
          if (message.method !== 'tools/call') return false;
          response.writeHead(307, { location: 'http://127.0.0.2:1/message' }).end();
          return true;
        },
      });
      const error = await failureOf(call(), 'protocol');
      assert.equal(error.httpStatus, 307);
      assert.match(error.message, /redirects to another address/);
    });
  });

  describe('a call that is cancelled', () => {
    it('ends at once, tells the server, and ignores the answer that comes later', async () => {
      const arrived = Promise.withResolvers<LegacyExchange>();
      const told = Promise.withResolvers<unknown>();
      const { call, seen, client } = await connected({
        post: ({ message }) => {
          if (message.method === 'notifications/cancelled') told.resolve(message.params);
          return false;
        },
        callTool: (exchange) => arrived.resolve(exchange),
      });
      const abort = new AbortController();
      const calling = failureOf(call({}, { signal: abort.signal }), 'cancelled');
      const exchange = await arrived.promise;
      abort.abort();
      await calling;
      assert.equal(Reflect.get(Object(await told.promise), 'requestId'), exchange.message.id);
      exchange.stream.write(answerEvent(exchange, text('too late')));
      await client.ping();
      assert.deepEqual(seen, ['answer'], 'the answer to the ping alone');
    });

    it('ends its send and its POST, where that is still open', async () => {
      const arrived = Promise.withResolvers<LegacyExchange>();
      const { transport } = await connected({
        post: (exchange) => {
          if (exchange.message.method !== 'slow') return false;
          arrived.resolve(exchange);
          return true;
        },
      });
      const sent = transport.send({ jsonrpc: '2.0', id: 'mine', method: 'slow' });
      const { response } = await arrived.promise;
      const left = gone(response);
      await Promise.all([
        assert.rejects(sent, { name: 'AbortError' }),
        transport.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'mine' } }),
      ]);
      await left;
    });
  });

  it('ends the stream and the calls when it is closed', async () => {
    const arrived = Promise.withResolvers<LegacyExchange>();
    const { call, client, transport, closes } = await connected({ callTool: (exchange) => arrived.resolve(exchange) });
    const calling = failureOf(call(), 'connection');
    const { stream } = await arrived.promise;
    const left = gone(stream);
    await client.close();
    await transport.close();
    await calling;
    await left;
    assert.equal(closes(), 1);
    assert.equal(transport.failure, undefined);
  });
});
