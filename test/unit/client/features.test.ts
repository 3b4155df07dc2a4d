import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SubscribeRequestSchema, UnsubscribeRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ServerNotifier } from '@modelcontextprotocol/server';
import { Emitter } from '../../../src/base/event.ts';
import type { Log } from '../../../src/base/log.ts';
import type { ChangeKind, ExternalMcpClient } from '../../../src/client/externalMcpClient.ts';
import { createFeatureServer } from '../../servers/eras/featureServer.ts';
import { handshake } from '../../servers/eras/handshake.ts';
import { sdkV2 } from '../../servers/eras/sdkV2.ts';
import { stateless } from '../../servers/eras/stateless.ts';
import { type StartedServer, startScript } from '../../servers/start.ts';
import { answerTo, beginEvents, type Exchange, sendError, text, writeEvent } from '../../servers/support/exchange.ts';
import { sdk } from '../../servers/support/sdk.ts';
import { ManualClock } from '../process/support.ts';
import { endAll, failureOf, type Tap, tap, textOf } from '../wire/support.ts';
import { clientFor, serve, type TestClient, user } from './support.ts';

/** A recording that says when something has come so many times that contains `words`. */
function watched(): { traffic: Tap; came: (words: string, times?: number) => Promise<void> } {
  const traffic = tap();
  const recorded = new Emitter<void>();
  const count = (words: string): number =>
    traffic.records.filter((record) => record.direction === 'received' && textOf(record).includes(words)).length;
  return {
    traffic: {
      ...traffic,
      append(record) {
        traffic.append(record);
        recorded.fire();
      },
    },
    came: (words, times = 1) =>
      new Promise((resolve) => {
        const subscription = recorded.event(() => look());
        const look = (): void => {
          if (count(words) < times) return;
          subscription.dispose();
          resolve();
        };
        look();
      }),
  };
}

/** The next change of a list that a client tells of. */
function nextChange(client: ExternalMcpClient): Promise<ChangeKind> {
  return new Promise((resolve) => {
    const subscription = client.onDidChangeList((kind) => {
      subscription.dispose();
      resolve(kind);
    });
  });
}

function nextUpdate(client: ExternalMcpClient): Promise<string> {
  return new Promise((resolve) => {
    const subscription = client.onDidUpdateResource((uri) => {
      subscription.dispose();
      resolve(uri);
    });
  });
}

describe('client: features, with server-everything', () => {
  let server: StartedServer;
  let client: ExternalMcpClient;
  let traffic: Tap;
  before(async () => {
    const script = import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js');
    server = await startScript(fileURLToPath(script), { args: ['streamableHttp'] });
  });
  beforeEach(async () => {
    ({ client, traffic } = clientFor(server.url));
    await client.connect(user);
  });
  afterEach(endAll);
  after(() => server.stop());

  it('lists and reads resources, as text and as bytes', async () => {
    const resources = await client.listResources(user);
    const readme = resources.find(({ name }) => name === 'architecture.md');
    assert.equal(readme?.mimeType, 'text/markdown');
    const { contents } = await client.readResource(readme.uri, user);
    const [text] = contents;
    assert.ok(text !== undefined && 'text' in text && text.text.includes('# Everything Server'));
    const blob = (await client.readResource('demo://resource/dynamic/blob/1', user)).contents[0];
    assert.ok(blob !== undefined && 'blob' in blob);
    assert.match(Buffer.from(blob.blob, 'base64').toString(), /^Resource 1/);
  });

  it('tells why a resource cannot be read', async () => {
    const error = await failureOf(client.readResource('demo://nowhere', user), 'protocol');
    assert.equal(typeof error.rpcCode, 'number');
    assert.match(error.message, /demo:\/\/nowhere/);
  });

  it('lists templates, and completes what stands in them', async () => {
    const templates = await client.listResourceTemplates(user);
    assert.deepEqual(
      templates.map(({ uriTemplate }) => uriTemplate),
      ['demo://resource/dynamic/text/{resourceId}', 'demo://resource/dynamic/blob/{resourceId}'],
    );
    const { completion } = await client.complete(
      {
        ref: { type: 'ref/resource', uri: 'demo://resource/dynamic/text/{resourceId}' },
        argument: { name: 'resourceId', value: '5' },
      },
      user,
    );
    assert.deepEqual(completion.values, ['5']);
  });

  it('lists prompts, fills them in, and completes their arguments one by the other', async () => {
    const prompts = await client.listPrompts(user);
    assert.ok(prompts.some(({ name }) => name === 'args-prompt'));
    const { messages } = await client.getPrompt('args-prompt', { city: 'Köln' }, user);
    assert.deepEqual(messages[0]?.content, { type: 'text', text: "What's weather in Köln?" });
    const ref = { type: 'ref/prompt', name: 'completable-prompt' } as const;
    const first = await client.complete({ ref, argument: { name: 'department', value: 'Eng' } }, user);
    assert.deepEqual(first.completion.values, ['Engineering']);
    const second = await client.complete(
      { ref, argument: { name: 'name', value: '' }, context: { arguments: { department: 'Engineering' } } },
      user,
    );
    assert.ok(second.completion.values.includes('Alice'));
  });

  it('tells which argument of a prompt is missing', async () => {
    const error = await failureOf(client.getPrompt('args-prompt', {}, user), 'protocol');
    assert.match(error.message, /city/);
  });

  it('sends any request, and gives its answer as it came; one that the server does not know is its error', async () => {
    const answer = await client.request(
      'prompts/get',
      { name: 'simple-prompt', _meta: { progressToken: 'old' } },
      user,
    );
    assert.ok(Array.isArray(answer['messages']));
    const failure = await failureOf(client.request('no/such', {}, user), 'protocol');
    assert.equal(failure.rpcCode, -32601);
  });

  it('says from which level on it wants to hear the log', async () => {
    await client.setLogLevel('debug', user);
    const sent = traffic.records
      .filter((record) => record.direction === 'sent' && record.part === 'content')
      .map((record) => JSON.parse(textOf(record)) as { method: string; params: unknown })
      .find(({ method }) => method === 'logging/setLevel');
    assert.deepEqual(sent?.params, { level: 'debug' });
  });
});

for (const legacy of ['reject', 'stateless'] as const) {
  const era = legacy === 'reject' ? 'stateless alone' : 'in both eras';
  describe(`client: features, with the SDK's second version, ${era}`, () => {
    afterEach(endAll);

    it('lists, reads, fills in and completes', async () => {
      const { client } = clientFor(await serve(sdkV2(() => createFeatureServer(), { legacy }).handler));
      await client.connect(user);
      assert.deepEqual(
        (await client.listResources(user)).map(({ uri }) => uri),
        ['test://readme', 'test://picture'],
      );
      assert.deepEqual((await client.readResource('test://readme', user)).contents, [
        { uri: 'test://readme', mimeType: 'text/plain', text: 'Read me.' },
      ]);
      assert.deepEqual((await client.readResource('test://picture', user)).contents, [
        { uri: 'test://picture', mimeType: 'image/png', blob: 'AAEC' },
      ]);
      assert.deepEqual(
        (await client.listResourceTemplates(user)).map(({ uriTemplate }) => uriTemplate),
        ['test://users/{id}'],
      );
      assert.deepEqual((await client.readResource('test://users/7', user)).contents, [
        { uri: 'test://users/7', text: 'User 7' },
      ]);
      await failureOf(client.readResource('test://nowhere', user), 'protocol');
      assert.deepEqual(
        (await client.listPrompts(user)).map(({ name }) => name),
        ['greet'],
      );
      assert.deepEqual((await client.getPrompt('greet', { language: 'Ewe' }, user)).messages, [
        { role: 'user', content: { type: 'text', text: 'Greet in Ewe.' } },
      ]);
      const ref = { type: 'ref/prompt', name: 'greet' } as const;
      const { completion } = await client.complete({ ref, argument: { name: 'language', value: 'E' } }, user);
      assert.deepEqual(completion.values, ['English', 'Ewe']);
      await client.ping(user);
    });

    it('tells of changed lists and resources, and of nothing after the end', async () => {
      const features = { tools: ['first'] };
      const { handler, mcp } = sdkV2(() => createFeatureServer(features), { legacy });
      const { traffic, came } = watched();
      const { client } = clientFor(await serve(handler), { traffic });
      await client.connect(user);
      await came('notifications/subscriptions/acknowledged');
      assert.deepEqual(
        (await client.listTools(user)).map(({ name }) => name),
        ['first'],
      );

      const { notify } = mcp;
      const tools = nextChange(client);
      features.tools.push('second');
      notify.toolsChanged();
      assert.equal(await tools, 'tools');
      assert.deepEqual(
        (await client.listTools(user)).map(({ name }) => name),
        ['first', 'second'],
      );
      const prompts = nextChange(client);
      notify.promptsChanged();
      assert.equal(await prompts, 'prompts');
      const resources = nextChange(client);
      notify.resourcesChanged();
      assert.equal(await resources, 'resources');

      const updates: string[] = [];
      client.onDidUpdateResource((uri) => updates.push(uri));
      await client.subscribe('test://readme', user);
      await client.subscribe('test://picture', user);
      const picture = nextUpdate(client);
      notify.resourceUpdated('test://other');
      notify.resourceUpdated('test://picture');
      assert.equal(await picture, 'test://picture');
      await client.unsubscribe('test://picture', user);
      const readme = nextUpdate(client);
      notify.resourceUpdated('test://picture');
      notify.resourceUpdated('test://readme');
      assert.equal(await readme, 'test://readme');
      assert.deepEqual(updates, ['test://picture', 'test://readme']);
      // Lists are still told of: it is one stream for all.
      const again = nextChange(client);
      notify.toolsChanged();
      assert.equal(await again, 'tools');
      await client.close();
      notify.toolsChanged();
      assert.equal(updates.length, 2);
    });
  });
}

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

describe('client: the log of a server, in the stateless era', () => {
  afterEach(endAll);

  it('comes with the answers, from the level on that each request names', async () => {
    const levels: unknown[] = [];
    const handler = stateless({
      callTool(exchange) {
        const meta = Object(exchange.message.params?._meta) as object;
        levels.push(Reflect.get(meta, 'io.modelcontextprotocol/logLevel'));
        beginEvents(exchange);
        const params = { level: 'warning', logger: 'disk', data: { left: 3 } };
        writeEvent(exchange, { jsonrpc: '2.0', method: 'notifications/message', params });
        writeEvent(exchange, answerTo(exchange, text('done')));
        exchange.response.end();
      },
    });
    const { client, traffic } = clientFor(await serve(handler));
    const messages: unknown[] = [];
    client.onDidLog((message) => messages.push(message));
    await client.connect(user);
    await client.callTool('echo', {}, user);
    const before = traffic.records.length;
    await client.setLogLevel('warning', user);
    assert.equal(traffic.records.length, before, 'it is no request of its own');
    await client.callTool('echo', {}, user);
    assert.deepEqual(levels, [undefined, 'warning']);
    assert.deepEqual(messages.at(-1), { level: 'warning', logger: 'disk', data: { left: 3 } });
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

describe('client: lists in pages', () => {
  afterEach(endAll);

  const lists: [string, string, (client: ExternalMcpClient) => Promise<readonly unknown[]>, (n: number) => object][] = [
    [
      'tools/list',
      'tools',
      (client) => client.listTools(user),
      (n) => ({ name: `t${n}`, inputSchema: { type: 'object' } }),
    ],
    [
      'resources/list',
      'resources',
      (client) => client.listResources(user),
      (n) => ({ name: `r${n}`, uri: `test://${n}` }),
    ],
    [
      'resources/templates/list',
      'resourceTemplates',
      (client) => client.listResourceTemplates(user),
      (n) => ({ name: `t${n}`, uriTemplate: `test://${n}/{x}` }),
    ],
    ['prompts/list', 'prompts', (client) => client.listPrompts(user), (n) => ({ name: `p${n}` })],
  ];

  /** A server whose pages of `method` each have one item and the cursor that `next` names. */
  async function paged(method: string, next: (page: number) => unknown): Promise<TestClient & { cursors: unknown[] }> {
    const cursors: unknown[] = [];
    const [, key, , item] = lists.find(([each]) => each === method) ?? assert.fail();
    const { handler } = handshake({
      capabilities: { tools: {}, resources: {}, prompts: {} },
      results: {
        [method]({ message }) {
          const page = cursors.push(message.params?.cursor) - 1;
          const nextCursor = next(page);
          return { [key]: [item(page)], ...(nextCursor === undefined ? {} : { nextCursor }) };
        },
      },
    });
    const test = clientFor(await serve(handler));
    await test.client.connect(user);
    return { ...test, cursors };
  }

  for (const [method, , list] of lists) {
    it(`${method}: every page, in order`, async () => {
      const test = await paged(method, (page) => (page < 2 ? `after ${page}` : undefined));
      assert.equal((await list(test.client)).length, 3);
      assert.deepEqual(test.cursors, [undefined, 'after 0', 'after 1']);
    });

    it(`${method}: ends at a cursor that comes again, and at the hundredth page`, async () => {
      const repeating = await paged(method, () => 'same');
      assert.equal((await list(repeating.client)).length, 2);
      const circling = await paged(method, (page) => ['a', 'b', 'c'][page % 3]);
      assert.equal((await list(circling.client)).length, 4);
      const endless = await paged(method, (page) => `page ${page}`);
      assert.equal((await list(endless.client)).length, 100);
      assert.ok(endless.logs.some((line) => line.includes(method) && line.includes('100 pages')));
    });
  }

  it('ends at an empty or absent cursor of whatever kind', async () => {
    for (const nextCursor of [null, undefined]) {
      const test = await paged('tools/list', () => nextCursor);
      assert.equal((await test.client.listTools(user)).length, 1);
    }
    const { client } = await paged('tools/list', () => 5);
    await failureOf(client.listTools(user), 'protocol');
  });

  it('is empty where the server does not say that it has such things', async () => {
    const { client } = clientFor(await serve(handshake({ capabilities: {} }).handler));
    await client.connect(user);
    for (const [, , list] of lists) assert.deepEqual(await list(client), []);
  });
});
