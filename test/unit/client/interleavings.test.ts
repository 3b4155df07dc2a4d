import assert from 'node:assert/strict';
import { ExternalMcpError } from '../../../src/base/errors.ts';
import type { ExternalMcpClientOptions } from '../../../src/client/externalMcpClient.ts';
import { answer, route } from '../../servers/dialects/speech.ts';
import { handshake, type HandshakeBehaviour, type HandshakeServer, say } from '../../servers/eras/handshake.ts';
import { answerTo, beginEvents, type Exchange, sendError, sendJson } from '../../servers/support/exchange.ts';
import { ManualClock } from '../process/support.ts';
import { endAll, failureOf } from '../wire/support.ts';
import { memoryStore, protectedServer, redirectUrl } from './authorizationSupport.ts';
import { abandoned, clientFor, serve, type TestClient, turns, user, watched } from './support.ts';

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
    const { traffic, came } = watched();
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
    await came('Session not found');
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
