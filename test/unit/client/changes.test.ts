import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SubscribeRequestSchema, UnsubscribeRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ServerNotifier } from '@modelcontextprotocol/server';
import type { Log } from '../../../src/base/log.ts';
import type { ExternalMcpClient } from '../../../src/client/externalMcpClient.ts';
import { createFeatureServer } from '../../servers/eras/featureServer.ts';
import { sdkV2 } from '../../servers/eras/sdkV2.ts';
import { stateless } from '../../servers/eras/stateless.ts';
import { beginEvents, type Exchange, sendError, writeEvent } from '../../servers/support/exchange.ts';
import { sdk } from '../../servers/support/sdk.ts';
import { ManualClock } from '../process/support.ts';
import { endAll, failureOf, textOf } from '../wire/support.ts';
import { nextChange, nextUpdate } from './changesSupport.ts';
import { clientFor, serve, type TestClient, user, watched } from './support.ts';

describe('client: changes, in the eras with a handshake', () => {
  afterEach(endAll);

  it('are told on the listening stream: lists of all kinds, and resources that were subscribed to', async () => {
    const subscribed = new Set<string>();
    const servers: McpServer[] = [];
    const create = (): McpServer => {
      const server = new McpServer(
        { name: 'changes', version: '1.0.0' },
        {
          capabilities: {
            tools: { listChanged: true },
            prompts: { listChanged: true },
            resources: { listChanged: true, subscribe: true },
          },
        },
      );
      server.server.setRequestHandler(SubscribeRequestSchema, ({ params }) => (subscribed.add(params.uri), {}));
      server.server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => (subscribed.delete(params.uri), {}));
      servers.push(server);
      return server;
    };
    const { traffic, came } = watched();
    const { client } = clientFor(await serve(sdk(create)), { traffic });
    const stream = came('text/event-stream');
    await client.connect(user);
    await stream;
    // The probe, which it does not know, made one as well.
    const server = servers.at(-1);
    assert.ok(server);
    await client.subscribe('test://a', user);
    assert.deepEqual([...subscribed], ['test://a']);
    await client.ping(user);

    const tools = nextChange(client);
    server.sendToolListChanged();
    assert.equal(await tools, 'tools');
    const prompts = nextChange(client);
    server.sendPromptListChanged();
    assert.equal(await prompts, 'prompts');
    const resources = nextChange(client);
    server.sendResourceListChanged();
    assert.equal(await resources, 'resources');
    const update = nextUpdate(client);
    await server.server.sendResourceUpdated({ uri: 'test://a' });
    assert.equal(await update, 'test://a');
    await client.unsubscribe('test://a', user);
    assert.deepEqual([...subscribed], []);
  });
});

/** Time that passes as soon as something waits for it. */
class HastyClock extends ManualClock {
  readonly waits: number[] = [];

  override after(ms: number, run: () => void): { dispose(): void } {
    if (ms <= 60_000) {
      this.waits.push(ms);
      setImmediate(() => this.advance(ms));
    }
    return super.after(ms, run);
  }
}

describe('client: the stream of changes, in the stateless era', () => {
  afterEach(endAll);

  /** A server whose streams of changes the test may break. */
  async function withStreams(clock: ManualClock): Promise<{
    client: ExternalMcpClient;
    notify: ServerNotifier;
    /** Breaks the nth stream, counted from 1, once the client has it. */
    breakStream: (n: number) => Promise<void>;
    isOpen: (n: number) => Promise<void>;
    warning: Promise<string>;
  }> {
    const { handler, mcp } = sdkV2(() => createFeatureServer());
    const streams: ServerResponse[] = [];
    const url = await serve((request, response) => {
      if (request.headers['mcp-method'] === 'subscriptions/listen') streams.push(response);
      handler(request, response);
    });
    const { traffic, came } = watched();
    const { promise: warning, resolve: warn } = Promise.withResolvers<string>();
    const quiet = (): void => {};
    const log = { debug: quiet, info: quiet, warn, error: quiet };
    const { client } = clientFor(url, { clock, traffic, log, timeoutMs: 10_000_000 });
    await client.connect(user);
    const isOpen = (n: number): Promise<void> => came('notifications/subscriptions/acknowledged', n);
    const breakStream = async (n: number): Promise<void> => {
      await isOpen(n);
      streams[n - 1]?.destroy();
    };
    return { client, notify: mcp.notify, breakStream, isOpen, warning };
  }

  it('is opened again with all wishes when it breaks', async () => {
    const { client, notify, breakStream, isOpen } = await withStreams(new HastyClock());
    // The second stream takes the place of the first.
    await client.subscribe('test://readme', user);
    await breakStream(2);
    await isOpen(3);
    const update = nextUpdate(client);
    notify.resourceUpdated('test://readme');
    assert.equal(await update, 'test://readme');
  });

  it('is left closed when the server ends it again and again', async () => {
    const clock = new HastyClock();
    const { breakStream, warning } = await withStreams(clock);
    for (let n = 1; n <= 6; n += 1) await breakStream(n);
    assert.match(await warning, /keeps ending/);
    assert.deepEqual(clock.waits, [1000, 2000, 4000, 8000, 16_000]);
  });

  it('is opened again however often, when it has lasted a minute each time', async () => {
    const clock = new HastyClock();
    const { client, breakStream, isOpen } = await withStreams(clock);
    for (let n = 1; n <= 8; n += 1) {
      await isOpen(n);
      // What is answered later is read later.
      await client.ping(user);
      clock.advance(60_000);
      await breakStream(n);
    }
    await isOpen(9);
    assert.deepEqual(clock.waits, Array(8).fill(1000));
  });
});

describe('client: the stream of changes, when wishes change, in the stateless era', () => {
  afterEach(endAll);

  const URI = 'test://readme';
  const LISTS = { toolsListChanged: true };
  const ALL = { toolsListChanged: true, resourceSubscriptions: [URI] };

  interface Listened extends TestClient {
    /** The streams that were asked for, in order, each with its wishes. */
    readonly wishes: unknown[];
    readonly clock: HastyClock;
    /** Resolves when so many have been asked for. */
    asked: (times: number) => Promise<Exchange>;
  }

  /** A client that is connected to a server that meets the wish to listen like this. */
  async function listened(
    meet: (exchange: Exchange, wishes: unknown) => void,
    log: Partial<Log> = {},
  ): Promise<Listened> {
    const wishes: unknown[] = [];
    const asked = Array.from({ length: 4 }, () => Promise.withResolvers<Exchange>());
    const url = await serve(
      stateless({
        capabilities: { tools: { listChanged: true }, resources: { subscribe: true } },
        post(exchange) {
          if (exchange.message.method !== 'subscriptions/listen') return false;
          const wish: unknown = Reflect.get(exchange.message.params ?? {}, 'notifications');
          meet(exchange, wish);
          asked[wishes.push(wish) - 1]?.resolve(exchange);
          return true;
        },
      }),
    );
    const clock = new HastyClock();
    const quiet = (): void => {};
    const test = clientFor(url, {
      clock,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet, ...log },
      timeoutMs: 10_000_000,
    });
    await test.client.connect(user);
    return { ...test, wishes, clock, asked: (times) => asked[times - 1]?.promise ?? assert.fail() };
  }

  function grant(exchange: Exchange, notifications: unknown): void {
    beginEvents(exchange);
    const _meta = { 'io.modelcontextprotocol/subscriptionId': exchange.message.id };
    const method = 'notifications/subscriptions/acknowledged';
    writeEvent(exchange, { jsonrpc: '2.0', method, params: { notifications, _meta } });
  }

  const hasUri = (wishes: unknown): boolean => JSON.stringify(wishes).includes(URI);

  it('goes on with the old ones when the server refuses the new one, and is opened again when it ends', async () => {
    const { client, asked, wishes } = await listened((exchange, wish) => {
      if (hasUri(wish)) sendError(exchange, 400, -32602, 'No such resource');
      else grant(exchange, wish);
    });
    const { response } = await asked(1);
    assert.equal((await failureOf(client.subscribe(URI, user), 'protocol')).rpcCode, -32602);
    assert.ok(!response.closed);
    response.end();
    await asked(3);
    assert.deepEqual(wishes, [LISTS, ALL, LISTS]);
  });

  it('goes on with the old ones when whoever has a new one leaves', async () => {
    const { client, asked, wishes, traffic } = await listened((exchange, wish) => {
      if (!hasUri(wish)) grant(exchange, wish);
    });
    const { response } = await asked(1);
    const leaving = new AbortController();
    const subscribing = failureOf(client.subscribe(URI, { ...user, signal: leaving.signal }), 'cancelled');
    const refused = await asked(2);
    leaving.abort();
    await subscribing;
    if (!refused.response.closed) await once(refused.response, 'close');
    response.end();
    await asked(3);
    assert.deepEqual(wishes, [LISTS, ALL, LISTS]);
    assert.ok(traffic.records.some((record) => record.origin === 'user' && textOf(record).includes(URI)));
  });

  it('lets whoever waits for a silent server leave, and tells it nothing of their wish', async () => {
    const { client, asked, wishes } = await listened(() => {});
    await asked(1);
    const leaving = new AbortController();
    const subscribing = failureOf(client.subscribe(URI, { ...user, signal: leaving.signal }), 'cancelled');
    leaving.abort();
    await subscribing;
    await client.close();
    assert.deepEqual(wishes, [LISTS]);
  });

  it('outlives the call that opened it', async () => {
    const { client, asked } = await listened(grant);
    const caller = new AbortController();
    await client.subscribe(URI, { ...user, signal: caller.signal });
    caller.abort();
    await client.ping(user);
    const stream = await asked(2);
    const update = nextUpdate(client);
    const _meta = { 'io.modelcontextprotocol/subscriptionId': stream.message.id };
    writeEvent(stream, { jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: URI, _meta } });
    assert.equal(await update, URI);
  });

  it('is not opened again behind the end of the client, though that came while it was being opened', async () => {
    const failed = Promise.withResolvers<void>();
    const debug = (line: string): void => {
      if (line.startsWith('Subscriptions:')) failed.resolve();
    };
    let isFirst = true;
    const { client, asked, clock } = await listened(
      (exchange, wish) => {
        if (isFirst) grant(exchange, wish);
        isFirst = false;
      },
      { debug },
    );
    const { response } = await asked(1);
    await client.ping(user);
    response.end();
    await asked(2);
    await client.close();
    await failed.promise;
    assert.deepEqual(clock.waits, [1000]);
  });
});
