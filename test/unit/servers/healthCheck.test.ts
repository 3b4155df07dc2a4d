import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { type ErrorDetails, type ErrorKind, ExternalMcpError } from '../../../src/base/errors.ts';
import type { TrafficRecord } from '../../../src/base/traffic.ts';
import { checkHealth, isAnswer } from '../../../src/servers/healthCheck.ts';
import { seed } from '../../servers/dialects/seed.ts';
import { v5 } from '../../servers/dialects/v5.ts';
import { v7 } from '../../servers/dialects/v7.ts';
import { v8 } from '../../servers/dialects/v8.ts';
import { legacySse } from '../../servers/legacySseServer.ts';
import { serverScript, startServer } from '../../servers/start.ts';
import { sendError } from '../../servers/support/exchange.ts';
import { clientFor, connected, serve, type TestClient, user } from '../client/support.ts';
import { atEnd, endAll, failureOf, textOf } from '../wire/support.ts';

const LIMIT_MS = 10_000;

function check({ client }: TestClient, signal = new AbortController().signal): Promise<void> {
  return checkHealth({ client, timeoutMs: LIMIT_MS }, signal);
}

/** A server whose answer to `ping` is a status and a body. */
async function refusing(status: number, body: string): Promise<TestClient & { sent(): string[] }> {
  const test = await connected({
    post: ({ message, response }) => {
      if (message.method !== 'ping') return false;
      response
        .writeHead(status, { 'content-type': body.startsWith('{') ? 'application/json' : 'text/plain' })
        .end(body);
      return true;
    },
  });
  return { ...test, sent: () => test.got.map(({ message }) => message.method ?? '') };
}

async function overHttp(handler: RequestListener, path: string): Promise<TestClient> {
  const test = clientFor(new URL(path, await serve(handler)).href);
  await test.client.connect(user);
  return test;
}

/** Both sides write JSON-RPC, a message a line. */
function idOf(record: TrafficRecord): unknown {
  return (JSON.parse(textOf(record)) as { id?: unknown }).id;
}

describe('isAnswer', () => {
  const cases: [kind: ErrorKind, details: ErrorDetails, expected: boolean][] = [
    ['protocol', { rpcCode: -32601 }, true],
    ['protocol', { rpcCode: -32000, httpStatus: 400 }, true],
    ['connection', { rpcCode: -32603, httpStatus: 500 }, true],
    ['protocol', { httpStatus: 400 }, true],
    ['protocol', { httpStatus: 405 }, true],
    ['connection', { httpStatus: 429 }, true],
    ['connection', { httpStatus: 500 }, false],
    ['connection', { httpStatus: 503 }, false],
    ['protocol', { httpStatus: 307 }, false],
    ['protocol', { httpStatus: 202 }, false],
    ['protocol', {}, false],
    ['connection', {}, false],
    ['timeout', {}, false],
    ['process', {}, false],
    ['session', {}, false],
    ['auth', { httpStatus: 401 }, false],
    ['auth', { httpStatus: 403, rpcCode: -32001 }, false],
  ];
  for (const [kind, details, expected] of cases) {
    it(`${kind} with ${JSON.stringify(details)} is ${expected ? 'an answer' : 'none'}`, () => {
      assert.equal(isAnswer(new ExternalMcpError(kind, 'x', details)), expected);
    });
  }
});

describe('checkHealth', () => {
  afterEach(endAll);

  it('passes a server that answers, and leaves traces of a health check only', async () => {
    const server = await startServer('echo');
    atEnd(() => server.stop());
    const test = clientFor(server.url);
    await test.client.connect(user);
    const before = test.traffic.records.length;
    await check(test);
    const recorded = test.traffic.records.slice(before);
    const { exchange } = recorded.find((record) => textOf(record).includes('"ping"')) ?? assert.fail('it pings');
    // What else comes is of the session's own stream.
    const traces = recorded.filter((record) => record.exchange === exchange);
    assert.deepEqual([traces.length, ...new Set(traces.map(({ origin }) => origin))], [4, 'health']);
  });

  it('passes a server of the stateless era, which is asked what it is', async () => {
    const server = await startServer('v2Modern');
    atEnd(() => server.stop());
    const test = clientFor(server.url);
    await test.client.connect(user);
    const before = test.traffic.records.length;
    await check(test);
    assert.ok(test.traffic.records.slice(before).some((record) => textOf(record).includes('server/discover')));
  });

  for (const name of ['stdioEcho', 'v2Stdio']) {
    it(`passes ${name} on its pipes`, async () => {
      const child: ChildProcessByStdio<Writable, Readable, null> = spawn(process.execPath, [serverScript(name)], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      atEnd(async () => {
        const exit = once(child, 'exit');
        if (child.kill('SIGKILL')) await exit;
      });
      const test = clientFor({ kind: 'stdio', streams: child });
      await test.client.connect(user);
      const before = test.traffic.records.length;
      await check(test);
      const recorded = test.traffic.records.slice(before);
      const [asked] = recorded;
      const id = asked === undefined ? undefined : idOf(asked);
      const answer = recorded.find((record) => record.direction === 'received' && idOf(record) === id);
      assert.deepEqual([asked?.origin, answer?.origin], ['health', 'health']);
    });
  }

  const dialects: Readonly<Record<string, [handler: RequestListener, path: string]>> = {
    'HTTP+SSE of 2024-11-05': [legacySse(), '/sse'],
    "the seed's dialect, which has no ping": [seed(), '/sse'],
    'V5, which answers on both channels': [v5(), '/sse'],
    'V7, which answers on its listening stream': [v7(), '/sse'],
    'V8, which has no ping': [v8(), '/'],
  };
  for (const [name, [handler, path]] of Object.entries(dialects)) {
    it(`passes ${name}`, async () => {
      await check(await overHttp(handler, path));
    });
  }

  it('passes a server that does not know the question, under any HTTP status', async () => {
    for (const status of [200, 400, 404, 500]) {
      const test = await connected({
        post: (exchange) => {
          if (exchange.message.method !== 'ping') return false;
          sendError(exchange, status, -32601, 'Method not found');
          return true;
        },
      });
      await check(test);
      await test.client.ping(user);
    }
  });

  it('passes a server that rejects the ping, and opens no session for that', async () => {
    const rejections: [status: number, body: string][] = [
      [400, 'what?'],
      [400, '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Bad Request"}}'],
      [500, '{"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"Internal error"}}'],
      [429, 'slow down'],
    ];
    for (const [status, body] of rejections) {
      const test = await refusing(status, body);
      const before = test.sent().length;
      await check(test);
      await check(test);
      assert.deepEqual(test.sent().slice(before), ['ping', 'ping'], `${status} ${body}`);
    }
  });

  it('opens a new session where the server has lost the old one', async () => {
    let isLost = false;
    const test = await connected({
      post: (exchange) => {
        if (exchange.message.method === 'initialize') isLost = false;
        if (isLost) sendError(exchange, 404, -32001, 'Session not found');
        return isLost;
      },
    });
    const { sessionId } = test.client.info ?? {};
    isLost = true;
    await check(test);
    assert.notEqual(test.client.info?.sessionId, sessionId);
    await test.client.callTool('echo', { message: 'x' }, user);
  });

  it('does not pass a server that fails, is gone, or serves a page', async () => {
    await failureOf(check(await refusing(503, 'not now')), 'connection');
    await failureOf(check(await refusing(500, 'broken')), 'connection');
    await failureOf(check(await refusing(200, 'welcome')), 'protocol');
    const server = await startServer('echo');
    const gone = clientFor(server.url);
    await gone.client.connect(user);
    await server.stop();
    await failureOf(check(gone), 'connection');
  });

  it('says when somebody has to sign in', async () => {
    for (const body of ['who are you?', '{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"No token"}}']) {
      const error = await failureOf(check(await refusing(401, body)), 'auth');
      assert.equal(error.httpStatus, 401);
    }
  });

  it('ends with the reason of whoever ends it', async () => {
    const test = await connected({ post: ({ message }) => message.method === 'ping' });
    const abort = new AbortController();
    const checking = check(test, abort.signal);
    await test.arrival('ping');
    abort.abort(new ExternalMcpError('timeout', '“test” did not answer.', { server: 'test' }));
    await failureOf(checking, 'timeout');
    await test.arrival('notifications/cancelled');
    const told = test.traffic.records.find((record) => textOf(record).includes('notifications/cancelled'));
    assert.equal(told?.origin, 'health');
  });

  it('wants the path to be healthy too', async () => {
    const { client } = await connected();
    const asked: string[] = [];
    const question = { client, timeoutMs: LIMIT_MS };
    const signal = new AbortController().signal;
    await checkHealth({ ...question, getPath: async () => void asked.push('path') }, signal);
    assert.deepEqual(asked, ['path']);
    const unwell = new ExternalMcpError('connection', '“test” is not healthy.', { server: 'test', httpStatus: 404 });
    await failureOf(checkHealth({ ...question, getPath: () => Promise.reject(unwell) }, signal), 'connection');
  });
});
