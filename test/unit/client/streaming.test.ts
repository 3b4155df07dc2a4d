import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { Progress, ServerLogMessage } from '../../../src/client/externalMcpClient.ts';
import { answerTo, beginEvents, type Exchange, sendJson, text, writeEvent } from '../../servers/support/exchange.ts';
import { endAll, failureOf } from '../wire/support.ts';
import { eras, peer, WatchedClock } from './hardeningSupport.ts';
import { event, logOf, openStream, progressOf, SUBSCRIPTION_ID, updateOf, URI } from './streamingSupport.ts';
import { user } from './support.ts';

const LOG_LEVEL = 'io.modelcontextprotocol/logLevel';

describe('client: streaming', () => {
  afterEach(endAll);

  for (const era of eras) {
    describe(`in the era of ${era === 'handshake' ? 'the handshake' : 'no state'}`, () => {
      it('progress and log messages are there while the call runs', async () => {
        const running = Promise.withResolvers<Exchange>();
        const { client } = await peer(era, {
          callTool(exchange) {
            beginEvents(exchange);
            writeEvent(exchange, progressOf(exchange, 1));
            writeEvent(exchange, logOf('half way'));
            running.resolve(exchange);
          },
        });
        const logged = new Promise<ServerLogMessage>((resolve) => client.onDidLog(resolve));
        const progressed = Promise.withResolvers<Progress>();
        const call = client.callTool('slow', {}, { ...user, onProgress: progressed.resolve });
        assert.deepEqual(await progressed.promise, { progress: 1 });
        assert.deepEqual(await logged, { level: 'info', data: 'half way' });
        const exchange = await running.promise;
        writeEvent(exchange, answerTo(exchange, text('done')));
        exchange.response.end();
        assert.deepEqual((await call).content, [{ type: 'text', text: 'done' }]);
      });

      it('twenty thousand notifications come in order, none is lost, and all come before the answer', async () => {
        const total = 20_000;
        const { client } = await peer(era, {
          callTool(exchange) {
            beginEvents(exchange);
            const { response } = exchange;
            for (let n = 1; n <= total; n += 2) {
              response.write(event(progressOf(exchange, n)) + event(logOf(n + 1)));
            }
            response.end(event(answerTo(exchange, text('done'))));
          },
        });
        const seen: unknown[] = [];
        client.onDidLog(({ data }) => seen.push(data));
        await client.callTool('flood', {}, { ...user, onProgress: ({ progress }) => void seen.push(progress) });
        assert.deepEqual(
          seen,
          Array.from({ length: total }, (_, index) => index + 1),
        );
      });

      it('large and small notifications keep their order, also within a batch', async () => {
        const { client } = await peer(era, {
          callTool(exchange) {
            beginEvents(exchange);
            const { response } = exchange;
            const large = 'x'.repeat(200_000);
            response.write(event(logOf({ n: 1, large })) + event(progressOf(exchange, 2)));
            response.write(event([progressOf(exchange, 3), logOf({ n: 4 }), progressOf(exchange, 5)]));
            response.end(event([logOf({ n: 6, large }), answerTo(exchange, text('done'))]));
          },
        });
        const seen: unknown[] = [];
        client.onDidLog(({ data }) => seen.push(Reflect.get(Object(data), 'n')));
        await client.callTool('mixed', {}, { ...user, onProgress: ({ progress }) => void seen.push(progress) });
        assert.deepEqual(seen, [1, 2, 3, 4, 5, 6]);
      });

      it('endless progress does not hold off the timeout, and the stream is closed', async () => {
        const closed = Promise.withResolvers<void>();
        const { client } = await peer(era, {
          callTool(exchange) {
            if (exchange.message.params?.name !== 'endless')
              return sendJson(exchange, answerTo(exchange, text('fine')));
            beginEvents(exchange);
            let progress = 0;
            const timer = setInterval(() => writeEvent(exchange, progressOf(exchange, (progress += 1))), 2);
            exchange.response.once('close', () => {
              clearInterval(timer);
              closed.resolve();
            });
          },
        });
        let steps = 0;
        // A busy machine that sees none of it in that time is given more.
        for (let timeoutMs = 200; steps === 0 && timeoutMs < 20_000; timeoutMs *= 4) {
          const options = { ...user, timeoutMs, onProgress: () => void (steps += 1) };
          const error = await failureOf(client.callTool('endless', {}, options), 'timeout');
          assert.equal(error.outcomeUnknown, true);
        }
        assert.ok(steps > 0);
        await closed.promise;
        await client.callTool('next', {}, user);
      });

      it('whoever fails at listening to progress harms nobody', async () => {
        const { client, logs } = await peer(era, {
          callTool(exchange) {
            beginEvents(exchange);
            exchange.response.end(event(progressOf(exchange, 1)) + event(answerTo(exchange, text('done'))));
          },
        });
        const onProgress = (): void => {
          throw new Error('no view');
        };
        await client.callTool('slow', {}, { ...user, onProgress });
        assert.ok(logs.some((line) => line.includes('no view')));
      });
    });
  }

  it('an answer that comes after the cancel is ignored, on its own stream and on the listening one', async () => {
    const listening = Promise.withResolvers<ServerResponse>();
    const { client, arrival } = await peer('handshake', {
      callTool(exchange) {
        if (exchange.message.params?.name === 'slow') return beginEvents(exchange);
        sendJson(exchange, answerTo(exchange, text('fine')));
      },
      get(_request, response) {
        openStream(response);
        listening.resolve(response);
      },
    });
    const caller = new AbortController();
    const failure = failureOf(client.callTool('slow', {}, { ...user, signal: caller.signal }), 'cancelled');
    const { id } = await arrival('tools/call');
    caller.abort();
    await failure;
    const updated = new Promise<string>((resolve) => client.onDidUpdateResource(resolve));
    const stream = await listening.promise;
    stream.write(event({ jsonrpc: '2.0', id, result: text('late') }) + event(updateOf(URI)));
    assert.equal(await updated, URI, 'what comes behind it is heard');
    assert.deepEqual((await client.callTool('next', {}, user)).content, [{ type: 'text', text: 'fine' }]);
  });

  describe('changes of a resource', () => {
    it('before 2026: asked for by a request each, heard on the listening stream, asked for again on a new session', async () => {
      const asked: unknown[] = [];
      const streams: ServerResponse[] = [];
      const opened = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      let lost: unknown;
      const again = Promise.withResolvers<void>();
      const { client } = await peer('handshake', {
        post(exchange) {
          const { message, request, response } = exchange;
          if (lost !== undefined && request.headers['mcp-session-id'] === lost) {
            response.writeHead(404).end();
            return true;
          }
          if (!/^resources\/(un)?subscribe$/.test(message.method ?? '')) return false;
          asked.push([message.method, Reflect.get(message.params ?? {}, 'uri')]);
          sendJson(exchange, answerTo(exchange, {}));
          if (lost !== undefined) again.resolve();
          return true;
        },
        callTool(exchange) {
          lost ??= exchange.request.headers['mcp-session-id'];
          sendJson(exchange, answerTo(exchange, text('fine')));
        },
        get(_request, response) {
          openStream(response);
          opened[streams.push(response) - 1]?.resolve();
        },
      });
      await client.subscribe(URI, user);
      await client.subscribe(URI, user);
      assert.deepEqual(asked, [['resources/subscribe', URI]]);
      await opened[0]?.promise;
      const updated = new Promise<string>((resolve) => client.onDidUpdateResource(resolve));
      streams[0]?.write(event(updateOf(URI)));
      assert.equal(await updated, URI);

      await client.callTool('forget', {}, user);
      await client.callTool('next', {}, user);
      await again.promise;
      await opened[1]?.promise;
      const updatedAgain = new Promise<string>((resolve) => client.onDidUpdateResource(resolve));
      streams[1]?.write(event(updateOf(URI)));
      assert.equal(await updatedAgain, URI);
      await client.unsubscribe(URI, user);
      assert.deepEqual(asked, [
        ['resources/subscribe', URI],
        ['resources/subscribe', URI],
        ['resources/unsubscribe', URI],
      ]);
    });

    it('since 2026: one long stream that is opened again when it ends, and closed with the last wish', async () => {
      const clock = new WatchedClock();
      const streams: Exchange[] = [];
      const opened = [0, 1, 2].map(() => Promise.withResolvers<Exchange>());
      const { client, heard } = await peer(
        'stateless',
        {
          post(exchange) {
            if (exchange.message.method !== 'subscriptions/listen') return false;
            beginEvents(exchange);
            const { params, id } = exchange.message;
            const notifications: unknown = Reflect.get(params ?? {}, 'notifications');
            writeEvent(exchange, {
              jsonrpc: '2.0',
              method: 'notifications/subscriptions/acknowledged',
              params: { notifications, _meta: { [SUBSCRIPTION_ID]: id } },
            });
            opened[streams.push(exchange) - 1]?.resolve(exchange);
            return true;
          },
        },
        { clock },
      );
      await client.subscribe(URI, user);
      for (const [index, stream] of opened.entries()) {
        const exchange = await stream.promise;
        assert.deepEqual(Reflect.get(exchange.message.params ?? {}, 'notifications'), { resourceSubscriptions: [URI] });
        const updated = new Promise<string>((resolve) => client.onDidUpdateResource(resolve));
        writeEvent(exchange, updateOf(URI, exchange.message.id), 'has an id');
        assert.equal(await updated, URI);
        if (index === 2) break;
        const waited = clock.passing(1000 * 2 ** index);
        exchange.response.end();
        await waited;
      }
      const last = streams.at(-1);
      const closed = new Promise<void>((resolve) => last?.response.once('close', resolve));
      await client.unsubscribe(URI, user);
      await closed;
      assert.equal(heard.filter((method) => method === 'subscriptions/listen').length, 3);
      assert.ok(!heard.includes('resources/subscribe') && !heard.includes('GET'));
    });
  });

  describe('the level of the log', () => {
    it('before 2026: told by a request', async () => {
      const { client, arrival } = await peer('handshake', {
        post(exchange) {
          if (exchange.message.method !== 'logging/setLevel') return false;
          sendJson(exchange, answerTo(exchange, {}));
          return true;
        },
      });
      await client.setLogLevel('warning', user);
      assert.equal(Reflect.get((await arrival('logging/setLevel')).params ?? {}, 'level'), 'warning');
    });

    it('since 2026: told with every request, and with none before it is set', async () => {
      const levels: unknown[] = [];
      const { client, heard } = await peer('stateless', {
        callTool(exchange) {
          levels.push(Reflect.get(exchange.message.params?._meta ?? {}, LOG_LEVEL));
          sendJson(exchange, answerTo(exchange, text('fine')));
        },
      });
      await client.callTool('echo', {}, user);
      await client.setLogLevel('warning', user);
      await client.callTool('echo', {}, user);
      await client.callTool('echo', {}, user);
      assert.deepEqual(levels, [undefined, 'warning', 'warning']);
      assert.ok(!heard.includes('logging/setLevel'));
    });
  });
});
