import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../../../src/base/clock.ts';
import { ExternalMcpError } from '../../../src/base/errors.ts';
import type { TrafficSink } from '../../../src/base/traffic.ts';
import type { ExternalMcpClientOptions, Progress } from '../../../src/client/externalMcpClient.ts';
import { SettlingTransport } from '../../../src/client/settlingTransport.ts';
import { createWireFetch } from '../../../src/wire/fetch.ts';
import { answer, route } from '../../servers/dialects/speech.ts';
import { handshake, type HandshakeBehaviour, type HandshakeServer, say } from '../../servers/eras/handshake.ts';
import { stateless } from '../../servers/eras/stateless.ts';
import { serverScript } from '../../servers/start.ts';
import { answerTo, beginEvents, type Exchange, sendError, sendJson, text } from '../../servers/support/exchange.ts';
import { ManualClock } from '../process/support.ts';
import { agentForTest, atEnd, endAll, failureOf, MB, type Tap, tap, textOf } from '../wire/support.ts';
import { memoryStore, protectedServer, redirectUrl } from './authorizationSupport.ts';
import { WatchedClock } from './hardeningSupport.ts';
import { clientFor, serve, type TestClient, user } from './support.ts';

/** Longer than any test: what waits for it waits for ever. */
const NEVER_MS = 3_600_000;

interface Subject extends TestClient {
  readonly server: HandshakeServer;
  /** What the server got, in order: JSON-RPC methods of POSTs, and `GET`. */
  readonly heard: string[];
  /** Sessions that were ended with DELETE. */
  readonly ended: string[];
  /** Resolves when the next session has been ended. */
  nextEnd(): Promise<void>;
  /** The next so many messages of a method, which the server takes and leaves to the test. */
  hold(method: string, count?: number): Promise<Exchange>[];
}

/** A client that is not connected yet, and a server that answers some messages only when the test does. */
async function subject(
  behaviour: HandshakeBehaviour = {},
  more: Partial<ExternalMcpClientOptions> = {},
): Promise<Subject> {
  const heard: string[] = [];
  const ended: string[] = [];
  let onEnd: (() => void) | undefined;
  const held = new Map<string, PromiseWithResolvers<Exchange>[]>();
  const server = handshake({
    ...behaviour,
    end(session) {
      ended.push(session);
      onEnd?.();
    },
    post(exchange) {
      const { method = '' } = exchange.message;
      heard.push(method);
      const next = held.get(method)?.shift();
      next?.resolve(exchange);
      return next !== undefined || behaviour.post?.(exchange) === true;
    },
  });
  const url = await serve((request, response) => {
    if (request.method === 'GET') heard.push('GET');
    server.handler(request, response);
  });
  return {
    ...clientFor(url, { timeoutMs: NEVER_MS, ...more }),
    server,
    heard,
    ended,
    nextEnd: () => new Promise((resolve) => (onEnd = resolve)),
    hold(method, count = 1) {
      const waiting = Array.from({ length: count }, () => Promise.withResolvers<Exchange>());
      held.set(method, [...waiting]);
      return waiting.map(({ promise }) => promise);
    },
  };
}

const echo = (test: TestClient, signal?: AbortSignal): Promise<unknown> =>
  test.client
    .callTool('echo', { message: 'hi' }, { ...user, ...(signal === undefined ? {} : { signal }) })
    .then(({ content }) => content);

const HI = [{ type: 'text', text: 'hi' }];

/** Resolves when nobody waits for the answer any more. */
async function abandoned({ response }: Exchange): Promise<void> {
  if (!response.closed) await once(response, 'close');
}

/** A recording that says when these words have come. */
function watchedFor(words: string): { traffic: Tap; came: Promise<void> } {
  const traffic = tap();
  const { promise, resolve } = Promise.withResolvers<void>();
  const append: Tap['append'] = (record) => {
    traffic.append(record);
    if (record.direction === 'received' && textOf(record).includes(words)) resolve();
  };
  return { traffic: { ...traffic, append }, came: promise };
}

/** Lets everything go on that waits for nothing from outside. */
async function turns(): Promise<void> {
  for (let count = 0; count < 10; count += 1) await turn();
}

describe('client: a call that is refused with 400', () => {
  afterEach(endAll);

  it('in the words of a session is carried out once, and the session stays', async () => {
    const words = 'Checkout session 7 was paid, but its receipt failed';
    const test = await subject({
      post(exchange) {
        if (exchange.message.method !== 'tools/call') return false;
        sendError(exchange, 400, -32000, words);
        return true;
      },
    });
    await test.client.connect(user);
    assert.match((await failureOf(echo(test), 'protocol')).message, new RegExp(words));
    assert.deepEqual(
      test.heard.filter((method) => ['initialize', 'tools/call'].includes(method)),
      ['initialize', 'tools/call'],
    );
  });

  it('by a tool of the seed’s dialect is carried out once, and the words of the tool are told', async () => {
    const sessions = new Set<string>();
    let opened = 0;
    let paid = 0;
    const url = await serve(
      route({
        'GET /': (exchange) => sendJson(exchange, { status: 'ok' }),
        'POST /sse'(exchange) {
          const { message, request, response } = exchange;
          const session = request.headers['x-session-id'];
          if (message.method === 'initialize' && session !== undefined) {
            opened += 1;
            sessions.add(String(session));
          }
          if (!sessions.has(String(session))) return sendError(exchange, 401, -32001, 'Unknown session');
          if (message.method !== 'call_tool') {
            beginEvents(exchange);
            return void response.end(`data: ${JSON.stringify(answer(exchange, 'seed'))}\n\n`);
          }
          paid += 1;
          sendJson(exchange, { error: 'The card was charged, the receipt could not be sent' }, 400);
        },
      }),
    );
    const test = clientFor(new URL('/sse', url).href);
    await test.client.connect(user);
    assert.match((await failureOf(echo(test), 'protocol')).message, /The card was charged/);
    assert.deepEqual({ opened, paid }, { opened: 1, paid: 1 });
  });

  it('on a renewed session for another reason than on the lost one fails for that reason', async () => {
    const test = await subject({
      post(exchange) {
        const session = exchange.request.headers['mcp-session-id'];
        if (session === undefined) return false;
        if (!test.server.sessions.has(String(session))) {
          sendError(exchange, 400, -32000, 'No valid session ID');
          return true;
        }
        if (exchange.message.method !== 'tools/call') return false;
        sendError(exchange, 400, -32602, 'message must be short');
        return true;
      },
    });
    await test.client.connect(user);
    test.server.sessions.clear();
    assert.match((await failureOf(echo(test), 'protocol')).message, /message must be short/);
  });
});

describe('client: closing and leaving while something is being opened', () => {
  afterEach(endAll);

  it('a start that is cancelled before the server has taken it in ends its session and opens no stream', async () => {
    const test = await subject({ get: (_request, response) => response.writeHead(405).end() });
    const [initialized] = test.hold('notifications/initialized');
    const ended = test.nextEnd();
    const leaving = new AbortController();
    const connecting = failureOf(test.client.connect({ ...user, signal: leaving.signal }), 'cancelled');
    const exchange = await initialized;
    leaving.abort();
    await connecting;
    await ended;
    exchange?.response.writeHead(202).end();
    await test.client.close();
    assert.equal(test.server.sessions.size, 0);
    assert.equal(test.client.info, undefined);
    assert.ok(!test.heard.includes('GET'));
  });

  it('closing ends all sessions, those that are being opened too, and waits for no answer to them', async () => {
    const test = await subject();
    await test.client.connect(user);
    const initialized = test.hold('notifications/initialized', 2);
    const resets = [1, 2].map(() => failureOf(test.client.resetSession(user), 'connection'));
    await Promise.all(initialized);
    assert.equal(test.server.sessions.size, 3);
    await test.client.close();
    await Promise.all(resets);
    assert.equal(test.server.sessions.size, 0);
    assert.equal(test.ended.length, 3);
    await failureOf(echo(test), 'connection');
    assert.ok(!test.heard.includes('tools/call'));
  });

  it('closing lets go of handshakes that nobody answers', async () => {
    for (const end of ['close', 'abandon'] as const) {
      const test = await subject();
      await test.client.connect(user);
      const asked = test.hold('initialize', 2);
      const reason = new ExternalMcpError('connection', 'It is gone.', { server: 'test' });
      const resets = [1, 2].map(() => failureOf(test.client.resetSession(user), 'connection'));
      const exchanges = await Promise.all(asked);
      await (end === 'close' ? test.client.close() : test.client.abandon(reason));
      await Promise.all([...resets, ...exchanges.map(abandoned)]);
      assert.equal(test.ended.length, end === 'close' ? 1 : 0);
      await failureOf(echo(test), 'connection');
    }
  });

  it('closing ends the browser step of a sign-in, and nothing is opened behind it', async () => {
    const server = await protectedServer();
    const opened = Promise.withResolvers<AbortSignal>();
    const browser = {
      redirectUrl,
      open(_page: URL, signal: AbortSignal): Promise<URLSearchParams> {
        opened.resolve(signal);
        return new Promise(() => {});
      },
    };
    const { client } = clientFor(server.url.href, { authorization: { store: memoryStore(), browser } });
    const connecting = assert.rejects(client.connect(user), ExternalMcpError);
    const signal = await opened.promise;
    await client.close();
    await connecting;
    assert.ok(signal.aborted);
    assert.equal(client.info, undefined);
  });

  it('calls on a session that was replaced fail with the end of the client, and that session is ended as well', async () => {
    const test = await subject();
    await test.client.connect(user);
    const [called] = test.hold('tools/call');
    const call = failureOf(echo(test), 'connection');
    const exchange = await called;
    await test.client.resetSession(user);
    await test.client.close();
    assert.equal((await call).outcomeUnknown, true);
    if (exchange !== undefined) await abandoned(exchange);
    assert.equal(test.server.sessions.size, 0);
  });

  it('calls on a session that was replaced fail with what the client is abandoned for', async () => {
    const test = await subject();
    await test.client.connect(user);
    const [called] = test.hold('tools/call');
    const reason = new ExternalMcpError('process', '“test” crashed.', { server: 'test' });
    const call = assert.rejects(echo(test), reason);
    await called;
    await test.client.resetSession(user);
    await test.client.abandon(reason);
    await call;
    assert.deepEqual(test.ended, [], 'a server that is gone is told nothing');
  });

  it('a call that is cancelled while its session is renewed fails, though the renewal hangs', async () => {
    const test = await subject();
    await test.client.connect(user);
    test.server.sessions.clear();
    const [asked] = test.hold('initialize');
    const leaving = new AbortController();
    const call = failureOf(echo(test, leaving.signal), 'cancelled');
    await asked;
    leaving.abort();
    await call;
  });
});

describe('client: callers that wait for the same', () => {
  afterEach(endAll);

  it('the short time limit of whoever opens the connection does not fail the others', async () => {
    const test = await subject();
    void test.hold('server/discover');
    const impatient = failureOf(test.client.connect({ ...user, timeoutMs: 50 }), 'timeout');
    const patient = echo(test);
    await impatient;
    assert.deepEqual(await patient, HI);
  });

  it('the short time limit of whoever renews the session does not fail the others', async () => {
    const test = await subject();
    await test.client.connect(user);
    test.server.sessions.clear();
    const [asked] = test.hold('initialize');
    const impatient = failureOf(test.client.callTool('echo', {}, { ...user, timeoutMs: 1000 }), 'timeout');
    await asked;
    const patient = echo(test);
    await impatient;
    assert.deepEqual(await patient, HI);
    assert.equal(test.heard.filter((method) => method === 'initialize').length, 3);
  });

  it('who knows that the session is lost has it renewed, though another’s suspicion proves wrong', async () => {
    const { traffic, came } = watchedFor('Session not found');
    let lost: string | undefined = 'none yet';
    const test = await subject(
      {
        post(exchange) {
          const { method } = exchange.message;
          if (exchange.request.headers['mcp-session-id'] !== lost) return false;
          if (method === 'tools/call') sendError(exchange, 400, -32602, 'message must be short');
          else if (method === 'tools/list') sendError(exchange, 404, -32001, 'Session not found');
          else return false;
          return true;
        },
      },
      { traffic },
    );
    lost = (await test.client.connect(user)).sessionId;
    const [pinged] = test.hold('ping');
    const call = failureOf(echo(test), 'protocol');
    const ping = await pinged;
    const listing = test.client.listTools(user);
    await came;
    // Until it waits for the same.
    await turns();
    if (ping !== undefined) sendJson(ping, answerTo(ping, {}));
    assert.deepEqual(
      (await listing).map(({ name }) => name),
      ['echo'],
    );
    assert.equal((await call).rpcCode, -32602);
  });
});

describe('client: what is said of calls that may have been carried out', () => {
  afterEach(endAll);

  it('a connection that is ended leaves the outcome of a call unknown, in words, and not that of a list', async () => {
    const test = await subject();
    await test.client.connect(user);
    const [called] = test.hold('tools/call');
    const [listed] = test.hold('tools/list');
    const call = failureOf(echo(test), 'connection');
    const list = failureOf(test.client.listTools(user), 'connection');
    await Promise.all([called, listed]);
    await test.client.abandon(
      new ExternalMcpError('connection', '“test” is gone.', { server: 'test', outcomeUnknown: true }),
    );
    const unknown = await call;
    assert.equal(unknown.outcomeUnknown, true);
    assert.equal(unknown.message, '“test” is gone. Whether it was carried out is unknown.');
    assert.equal((await list).outcomeUnknown, undefined);
  });

  it('a call that may be repeated and is cancelled between two attempts has an unknown outcome', async () => {
    const waiting = Promise.withResolvers<void>();
    const log = { debug() {}, info() {}, warn: () => waiting.resolve(), error() {} };
    const test = await subject(
      {
        post(exchange) {
          if (exchange.message.method !== 'tools/call') return false;
          say(exchange, 502, 'bad gateway');
          return true;
        },
      },
      { maxRetries: 3, log, clock: new ManualClock() },
    );
    await test.client.connect(user);
    const leaving = new AbortController();
    const options = { ...user, signal: leaving.signal, isRepeatable: true };
    const call = failureOf(test.client.callTool('echo', {}, options), 'cancelled');
    await waiting.promise;
    leaving.abort();
    assert.equal((await call).outcomeUnknown, true);
    assert.equal(test.heard.filter((method) => method === 'tools/call').length, 1);
  });
});

describe('client: streams behind a redirect', () => {
  afterEach(endAll);

  /** The URL of a server that has everything one redirect away. */
  async function redirected(behaviour: HandshakeBehaviour): Promise<string> {
    const { handler } = handshake(behaviour);
    const url = await serve((request, response) => {
      if (request.url !== '/mcp') return handler(request, response);
      request.resume();
      response.writeHead(307, { location: '/mcp/' }).end();
    });
    return new URL('/mcp', url).href;
  }

  it('the listening stream is opened again as often as it brings something', async () => {
    const clock = new WatchedClock();
    let opened = 0;
    const change = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' };
    const { client } = clientFor(
      await redirected({
        get(_request, response) {
          opened += 1;
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.end(`data: ${JSON.stringify(change)}\n\n`);
        },
      }),
      { clock },
    );
    let changes = 0;
    client.onDidChangeList(() => (changes += 1));
    let passing = clock.passing(1000);
    await client.connect(user);
    for (let times = 1; times <= 12; times += 1) {
      await passing;
      passing = clock.passing(1000);
      assert.equal(opened, times);
      assert.equal(changes, times);
    }
  });

  it('what a stream repeats that was taken up again is dropped', async () => {
    let call: Exchange | undefined;
    const progressOf = ({ message }: Exchange, progress: number): string =>
      `id: ${progress}\ndata: ${JSON.stringify({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: message.params?._meta?.progressToken, progress },
      })}\n\n`;
    const { client } = clientFor(
      await redirected({
        post(exchange) {
          if (exchange.message.method !== 'tools/call') return false;
          call = exchange;
          beginEvents(exchange);
          exchange.response.end(`retry: 1\n\n${progressOf(exchange, 1)}`);
          return true;
        },
        get(request, response) {
          if (request.headers['last-event-id'] === undefined || call === undefined) {
            return void response.writeHead(405).end();
          }
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.end(
            `${progressOf(call, 1)}${progressOf(call, 2)}id: 3\ndata: ${JSON.stringify(answerTo(call, text('done')))}\n\n`,
          );
        },
      }),
    );
    await client.connect(user);
    const seen: number[] = [];
    const options = { ...user, onProgress: ({ progress }: Progress) => void seen.push(progress) };
    assert.deepEqual((await client.callTool('slow', {}, options)).content, [{ type: 'text', text: 'done' }]);
    assert.deepEqual(seen, [1, 2]);
  });
});

/** Time that stands still and can tell which waits are still on. */
class CountingClock extends ManualClock {
  readonly pending = new Map<symbol, number>();
  readonly #waitedTwice = Promise.withResolvers<void>();

  /** Resolves when two waits of a minute are on. */
  get twoMinutes(): Promise<void> {
    return this.#waitedTwice.promise;
  }

  override after(ms: number, run: () => void): { dispose(): void } {
    const id = Symbol();
    this.pending.set(id, ms);
    if (this.minutes().length === 2) this.#waitedTwice.resolve();
    const timer = super.after(ms, run);
    return {
      dispose: () => {
        this.pending.delete(id);
        timer.dispose();
      },
    };
  }

  minutes(): number[] {
    return [...this.pending.values()].filter((ms) => ms === 60_000);
  }
}

describe('client: what is left behind', () => {
  afterEach(endAll);

  it('no timer behind the end, though a call and the listening stream both wait to be taken up again', async () => {
    const clock = new CountingClock();
    const url = await serve(
      handshake({
        get: (_request, response) =>
          response.writeHead(200, { 'content-type': 'text/event-stream' }).end('retry: 60000\nid: l1\ndata:\n\n'),
        post(exchange) {
          if (exchange.message.method !== 'tools/call') return false;
          beginEvents(exchange);
          exchange.response.end('retry: 60000\nid: p1\ndata:\n\n');
          return true;
        },
      }).handler,
    );
    const { client } = clientFor(url, { clock, timeoutMs: NEVER_MS });
    await client.connect(user);
    const call = failureOf(client.callTool('slow', {}, user), 'connection');
    await clock.twoMinutes;
    await client.close();
    await call;
    assert.deepEqual(clock.minutes(), []);
  });

  /** The transport alone, in the era without sessions. */
  async function statelessTransport(
    handler: (exchange: Exchange) => void,
    traffic: TrafficSink = tap(),
  ): Promise<SettlingTransport> {
    const url = await serve((request, response) => {
      request.resume();
      handler({ message: {}, request, response });
    });
    const quiet = (): void => {};
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const wire = { server: 'test', agent: agentForTest(), traffic, clock: systemClock, maxMessageBytes: MB };
    const transport = new SettlingTransport({
      server: 'test',
      url: new URL(url),
      headers: {},
      fetch: createWireFetch(wire),
      sink: { deliver: () => false },
      clock: systemClock,
      log,
    });
    await transport.start();
    atEnd(() => transport.close());
    transport.setProtocolVersion('2026-07-28');
    return transport;
  }

  it('no exchange behind a call of the stateless era that is given up when its stream has begun', async () => {
    const called = Promise.withResolvers<Exchange>();
    const { traffic, came } = watchedFor('begun');
    const transport = await statelessTransport((exchange) => {
      beginEvents(exchange);
      exchange.response.write(': begun\n\n');
      called.resolve(exchange);
    }, traffic);
    const leaving = new AbortController();
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: {} } as const;
    const sent = assert.rejects(transport.send(message, { requestSignal: leaving.signal }), { name: 'AbortError' });
    const exchange = await called.promise;
    await came;
    await turns();
    leaving.abort();
    await sent;
    await abandoned(exchange);
  });

  it('nothing behind a call of the stateless era that was answered, though its signal lives on', async () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    assert.ok(typeof collect === 'function');
    const transport = await statelessTransport((exchange) => sendJson(exchange, { jsonrpc: '2.0', id: 1, result: {} }));
    const living = new AbortController();
    const send = async (): Promise<WeakRef<object>> => {
      const message = { jsonrpc: '2.0' as const, id: 1, method: 'tools/call', params: {} };
      await transport.send(message, { requestSignal: living.signal });
      return new WeakRef(message);
    };
    const sent: WeakRef<object>[] = [];
    for (let call = 0; call < 20; call += 1) sent.push(await send());
    await turn();
    collect();
    // The engine keeps one or the other of the first.
    const kept = sent.filter((message) => message.deref() !== undefined).length;
    assert.ok(kept < 10, `${kept} of 20 are kept`);
    assert.ok(!living.signal.aborted);
  });
});

describe('client: resetting a session that there is not', () => {
  afterEach(endAll);

  it('is refused, and the connection stays', async () => {
    for (const handler of [stateless(), handshake({ hasSessions: false }).handler]) {
      const test = clientFor(await serve(handler));
      await test.client.connect(user);
      await failureOf(test.client.resetSession(user), 'config');
      assert.deepEqual(await echo(test), HI);
    }
  });

  it('on pipes is refused, and the server lives on', async () => {
    const child = spawn(process.execPath, [serverScript('stdioEcho')], { stdio: ['pipe', 'pipe', 'ignore'] });
    atEnd(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    });
    const test = clientFor({ kind: 'stdio', streams: child }, { known: { transport: 'stdio', era: 'handshake' } });
    await test.client.connect(user);
    assert.match((await failureOf(test.client.resetSession(user), 'config')).message, /works without sessions/);
    assert.deepEqual(await echo(test), HI);
  });
});
