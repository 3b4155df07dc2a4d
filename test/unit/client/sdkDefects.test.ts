import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ErrorKind, ExternalMcpError } from '../../../src/base/errors.ts';
import { silentLog } from '../../../src/base/log.ts';
import { stateless } from '../../servers/eras/stateless.ts';
import { serveRaw } from '../../servers/serve.ts';
import {
  answerTo,
  beginEvents,
  type Exchange,
  sendError,
  sendJson,
  text,
  writeEvent,
} from '../../servers/support/exchange.ts';
import { mcp } from '../../servers/support/mcp.ts';
import { endAll, failureOf, MB } from '../wire/support.ts';
import { type Era, eras, growthDuring, type Peer, peer, WatchedClock } from './hardeningSupport.ts';
import { clientFor, connected, serve, user } from './support.ts';

/*
 * The defects of the protocol library's own transports (facts/protocol.md, section 4), each as a client that people trust must not show it.
 * Not here: HTTP+SSE, lost progress (sseTransport.test.ts) and silent death (sseTransportStream.test.ts) included; 404 on a session, for ten
 * calls at once too (sessions.test.ts); -32020 and -32021 to the first question (ladder.test.ts).
 */

interface Failed extends Peer {
  readonly error: ExternalMcpError;
}

/** Fails a call of the tool "bad", which misbehaves like this; behind it the same client must still work. */
async function failing(era: Era, kind: ErrorKind, bad: (exchange: Exchange) => void): Promise<Failed> {
  const test = await peer(era, {
    callTool(exchange) {
      if (exchange.message.params?.name === 'bad') bad(exchange);
      else sendJson(exchange, answerTo(exchange, text('fine')));
    },
  });
  const error = await failureOf(test.client.callTool('bad', {}, user), kind);
  assert.deepEqual((await test.client.callTool('good', {}, user)).content, [{ type: 'text', text: 'fine' }]);
  return { ...test, error };
}

/** Fails a first contact; what the server says to `server/discover` is not what an old server says. */
async function failingProbe(kind: ErrorKind, answer: (exchange: Exchange) => void): Promise<ExternalMcpError> {
  const heard: string[] = [];
  const handler = stateless({
    post(exchange) {
      heard.push(exchange.message.method ?? '');
      if (exchange.message.method !== 'server/discover') return false;
      answer(exchange);
      return true;
    },
  });
  const url = await serve((request, response) => {
    if (request.method !== 'POST') heard.push(request.method ?? '');
    handler(request, response);
  });
  const error = await failureOf(clientFor(url).client.connect(user), kind);
  assert.deepEqual(heard, ['server/discover'], 'it is not taken for a server of another era');
  return error;
}

function endStream(response: ServerResponse, lines = ''): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(lines);
}

describe('client: defects of the protocol library', () => {
  afterEach(endAll);

  for (const era of eras) {
    describe(`in the era of ${era === 'handshake' ? 'the handshake' : 'no state'}`, () => {
      it('early end of a POST’s stream: fails at once', async () => {
        const { error } = await failing(era, 'connection', ({ response }) => endStream(response, ': no more\n\n'));
        assert.equal(error.outcomeUnknown, true);
      });

      it('reset of a POST’s stream: fails at once', async () => {
        const { error } = await failing(era, 'connection', (exchange) => {
          beginEvents(exchange);
          exchange.response.write(': soon\n\n', () => exchange.response.socket?.resetAndDestroy());
        });
        assert.equal(error.outcomeUnknown, true);
      });

      it('202 to a request: fails at once', async () => {
        const { error } = await failing(era, 'protocol', ({ response }) => void response.writeHead(202).end());
        assert.equal(error.httpStatus, 202);
        assert.equal(error.outcomeUnknown, true);
      });

      it('wrong response id: fails at once', async () => {
        for (const asEvent of [false, true]) {
          const { error } = await failing(era, 'protocol', (exchange) => {
            const wrong = { jsonrpc: '2.0', id: 'nobody', result: text('x') };
            if (!asEvent) return sendJson(exchange, wrong);
            beginEvents(exchange);
            writeEvent(exchange, wrong);
            exchange.response.end();
          });
          assert.match(error.message, /id of another request/);
        }
      });

      it('oversized event: a typed error, and no more memory than the limit asks for', async () => {
        const closed = Promise.withResolvers<void>();
        let sent = 0;
        const piece = Buffer.alloc(MB, 'x');
        const growth = await growthDuring(() =>
          failing(era, 'protocol', (exchange) => {
            beginEvents(exchange);
            const { response } = exchange;
            response.once('close', closed.resolve);
            response.write('data: ');
            const more = (): void => {
              while (sent < 300 && !response.destroyed) {
                sent += 1;
                if (!response.write(piece)) return void response.once('drain', more);
              }
            };
            more();
          }).then(({ error }) => assert.match(error.message, /more than 16 MB\. Raise "maxMessageMb"/)),
        );
        await closed.promise;
        assert.ok(sent < 100, `the server got rid of ${sent} MB`);
        assert.ok(growth < 200, `it took ${growth} MB`);
      });

      it('lost last progress: all three come, though in one piece with the answer', async () => {
        const { client } = await peer(era, {
          callTool(exchange) {
            const progressToken = exchange.message.params?._meta?.progressToken;
            beginEvents(exchange);
            exchange.response.cork();
            for (const progress of [1, 2, 3]) {
              const params = { progressToken, progress };
              writeEvent(exchange, { jsonrpc: '2.0', method: 'notifications/progress', params });
            }
            writeEvent(exchange, answerTo(exchange, text('done')));
            exchange.response.uncork();
            exchange.response.end();
          },
        });
        const seen: number[] = [];
        await client.callTool('slow', {}, { ...user, onProgress: ({ progress }) => void seen.push(progress) });
        assert.deepEqual(seen, [1, 2, 3]);
      });

      it('404 with -32601 as an HTTP error: it is a protocol error with its code, and no session is renewed', async () => {
        const { error, heard } = await failing(era, 'protocol', (exchange) =>
          sendError(exchange, 404, -32601, 'Method not found'),
        );
        assert.equal(error.rpcCode, -32601);
        assert.equal(error.outcomeUnknown, undefined);
        assert.equal(heard.filter((method) => method === 'initialize').length, era === 'handshake' ? 1 : 0);
      });

      it('a stream left open behind its answer: the client lets go of it', async () => {
        const clock = new WatchedClock();
        const closed: Promise<unknown>[] = [];
        const { client } = await peer(
          era,
          {
            callTool(exchange) {
              beginEvents(exchange);
              closed.push(once(exchange.response, 'close'));
              writeEvent(exchange, answerTo(exchange, text('fine')));
            },
          },
          { clock },
        );
        for (let call = 0; call < 5; call += 1) {
          const waited = clock.passing(1000);
          assert.deepEqual((await client.callTool('x', {}, user)).content, [{ type: 'text', text: 'fine' }]);
          await waited;
          await closed.at(-1);
        }
      });

      it('abort that leaves a stream open: the server sees it close', async () => {
        const closed = Promise.withResolvers<void>();
        const { client, arrival, heard } = await peer(era, {
          callTool(exchange) {
            if (exchange.message.params?.name !== 'slow') return sendJson(exchange, answerTo(exchange, text('fine')));
            beginEvents(exchange);
            exchange.response.once('close', closed.resolve);
          },
        });
        const caller = new AbortController();
        const failure = failureOf(client.callTool('slow', {}, { ...user, signal: caller.signal }), 'cancelled');
        const { id } = await arrival('tools/call');
        caller.abort();
        await failure;
        await closed.promise;
        if (era === 'handshake') {
          const { params } = await arrival('notifications/cancelled');
          assert.equal(Reflect.get(params ?? {}, 'requestId'), id);
        }
        await client.callTool('next', {}, user);
        assert.equal(heard.includes('notifications/cancelled'), era === 'handshake');
      });
    });
  }

  describe('taking up a stream', () => {
    for (const status of [405, 404, 500]) {
      it(`${status} on a resuming GET: the call fails instead of waiting`, async () => {
        const resumed: unknown[] = [];
        const { client } = await connected({
          callTool: ({ response }) => endStream(response, 'retry: 1\nid: 7\ndata:\n\n'),
          get(request, response) {
            const id = request.headers['last-event-id'];
            if (id === undefined) return void response.writeHead(405).end();
            resumed.push(id);
            response.writeHead(status).end();
          },
        });
        const error = await failureOf(client.callTool('slow', {}, user), 'connection');
        assert.equal(error.outcomeUnknown, true);
        assert.ok(resumed.length >= 1 && resumed.length <= 3, `${resumed.length} attempts`);
        assert.ok(resumed.every((id) => id === '7'));
        await client.ping(user);
      });
    }

    for (const type of ['text/html', 'application/json']) {
      it(`a GET answered with ${type}: no stream, so it is not asked for again`, async () => {
        const clock = new WatchedClock();
        const { client, heard } = await peer(
          'handshake',
          {
            callTool: ({ response }) => endStream(response, 'retry: 1\nid: 7\ndata:\n\n'),
            get: (_request, response) => void response.writeHead(200, { 'content-type': type }).end('{}'),
          },
          { clock },
        );
        const waited = clock.passing(100);
        const failure = failureOf(client.callTool('slow', {}, user), 'connection');
        await waited;
        assert.equal((await failure).outcomeUnknown, true);
        assert.equal(heard.filter((method) => method === 'GET').length, 2, 'once to listen, once to go on');
        assert.deepEqual(
          clock.asked.filter((ms) => ms === 1000),
          [],
        );
      });
    }

    it('Last-Event-ID in the stateless era: no GET is ever sent, also when the events had ids', async () => {
      for (const how of ['end', 'reset']) {
        const { error, heard } = await failing('stateless', 'connection', (exchange) => {
          beginEvents(exchange);
          const { response } = exchange;
          response.write('retry: 1\nid: 7\ndata:\n\n', () =>
            how === 'end' ? response.end() : response.socket?.resetAndDestroy(),
          );
        });
        assert.equal(error.outcomeUnknown, true);
        assert.deepEqual(heard, ['server/discover', 'tools/call', 'tools/call']);
      }
    });

    it('GET stream dropped again and again: opened nine times and then left closed', async () => {
      const clock = new WatchedClock();
      const closed = Promise.withResolvers<void>();
      const log = { ...silentLog, debug: (line: string) => line.includes('stays closed') && closed.resolve() };
      const waits = [1000, 1000, 1000, 1000, 1600, 3200, 6400, 12_800];
      let passing = clock.passing(1000);
      const { heard, client } = await peer(
        'handshake',
        { get: (_request, response) => endStream(response) },
        { clock, log },
      );
      for (const next of [...waits.slice(1), 60_000]) {
        await passing;
        passing = clock.passing(next);
      }
      await closed.promise;
      assert.equal(heard.filter((method) => method === 'GET').length, waits.length + 1);
      await client.ping(user);
    });

    it('server gone: the connection says that it closed, although nobody calls', async () => {
      const clock = new WatchedClock();
      const opened = Promise.withResolvers<void>();
      const server = await serveRaw(
        mcp({
          get(_request, response) {
            response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
            opened.resolve();
          },
        }),
      );
      const { client } = clientFor(server.url, { clock });
      const lost = new Promise<void>((resolve) => client.onDidClose(() => resolve()));
      await client.connect(user);
      await opened.promise;
      const first = clock.passing(1000);
      await server.close();
      const second = first.then(() => clock.passing(1500));
      await second;
      await lost;
      const error = await failureOf(client.ping(user), 'connection');
      assert.match(error.message, /is gone: nothing listens at its address/);
    });

    for (const [retry, ofListening, ofCall] of [
      ['3000000000', 60_000, 60_000],
      ['0', 100, 100],
    ] as const) {
      it(`retry: ${retry}: no storm, a stream is taken up again after ${ofCall / 1000} s`, async () => {
        const clock = new WatchedClock();
        let gets = 0;
        const again = Promise.withResolvers<void>();
        const passing = clock.passing(ofListening);
        const listening = await peer(
          'handshake',
          {
            get(_request, response) {
              gets += 1;
              if (gets === 1) return endStream(response, `retry: ${retry}\n\n`);
              response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
              again.resolve();
            },
          },
          { clock },
        );
        await passing;
        await again.promise;
        assert.equal(gets, 2);
        await listening.client.ping(user);

        let resumed = 0;
        const calling = await peer(
          'handshake',
          {
            callTool: ({ response }) => endStream(response, `retry: ${retry}\nid: 0\ndata:\n\n`),
            get(request, response) {
              if (request.headers['last-event-id'] === undefined) return void response.writeHead(405).end();
              resumed += 1;
              const answer = { jsonrpc: '2.0', id: callId, result: text('at last') };
              endStream(
                response,
                `retry: ${retry}\nid: ${resumed}\ndata:${resumed < 4 ? '' : JSON.stringify(answer)}\n\n`,
              );
            },
          },
          { clock, timeoutMs: 1_000_000_000 },
        );
        const result = calling.client.callTool('slow', {}, user);
        const { id: callId } = await calling.arrival('tools/call');
        for (let wait = 0; wait < 4; wait += 1) await clock.passing(ofCall);
        assert.deepEqual((await result).content, [{ type: 'text', text: 'at last' }]);
        assert.equal(resumed, 4);
      });
    }
  });

  describe('the first question', () => {
    it('307 across origins: refused by name, not followed, not taken for an older server', async () => {
      let reached = 0;
      const other = await serve((_request, response) => {
        reached += 1;
        response.end();
      });
      const error = await failingProbe(
        'protocol',
        ({ response }) => void response.writeHead(307, { location: other }).end(),
      );
      assert.ok(error.message.includes(other), error.message);
      assert.equal(reached, 0);
    });

    it('early end of its stream: a typed failure, not taken for an older server', async () => {
      for (const lines of [': no more\n\n', 'id: 7\ndata:\n\n']) {
        const error = await failingProbe('connection', ({ response }) => endStream(response, lines));
        assert.match(error.message, /ended the stream before its answer/);
        assert.equal(error.retryable, true, 'a question can be asked again');
      }
    });

    it('reset of its stream: a typed failure, not taken for an older server', async () => {
      const error = await failingProbe('connection', (exchange) => {
        beginEvents(exchange);
        exchange.response.write('id: 7\ndata:\n\n', () => exchange.response.socket?.resetAndDestroy());
      });
      assert.equal(error.retryable, true);
    });

    it('202: a typed failure, not taken for an older server', async () => {
      const error = await failingProbe('protocol', ({ response }) => void response.writeHead(202).end());
      assert.equal(error.httpStatus, 202);
    });

    it('wrong id: a typed failure, not taken for an older server', async () => {
      const error = await failingProbe('protocol', (exchange) =>
        sendJson(exchange, { jsonrpc: '2.0', id: 'nobody', result: {} }),
      );
      assert.match(error.message, /id of another request/);
    });
  });
});
