import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import type { ConnectionInfo } from '../../../src/client/externalMcpClient.ts';
import type { Verdict } from '../../../src/client/dialect.ts';
import { StartAgainError } from '../../../src/client/stdioConnection.ts';
import type { ServerStatus } from '../../../src/servers/status.ts';
import { serverScript } from '../../servers/start.ts';
import { fastClock } from '../process/support.ts';
import {
  createTestRegistry,
  failureOf as startFailureOf,
  program,
  type TestRegistry,
} from '../servers/support/registry.ts';
import { atEnd, endAll, failureOf } from '../wire/support.ts';
import { clientFor, type TestClient, user } from './support.ts';

type Env = Record<string, string>;

interface Piped extends TestClient {
  readonly connecting: Promise<ConnectionInfo>;
  /** JSON-RPC methods that were sent. */
  sent(): string[];
}

/** Real time at a tenth of its speed: however busy the machine is, a server that starts is not taken for a silent one. */
const slowClock: Clock = {
  now: () => systemClock.now() / 10,
  wallTime: () => systemClock.wallTime(),
  after: (ms, task) => systemClock.after(ms * 10, task),
};

/** Starts a program of `test/servers` and connects to its pipes. */
function piped(name: string, env: Env = {}, known?: Verdict, clock = slowClock): Piped {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(process.execPath, [serverScript(name)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], ...env },
  });
  atEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  });
  const test = clientFor(
    { kind: 'stdio', streams: child },
    { clock, timeoutMs: 100_000, ...(known === undefined ? {} : { known }) },
  );
  return {
    ...test,
    connecting: test.client.connect(user),
    sent: () =>
      test.traffic.records
        .filter(({ direction }) => direction === 'sent')
        // What our own side has sent is JSON-RPC.
        .map(({ raw }) => (JSON.parse(Buffer.from(raw).toString()) as { method: string }).method),
  };
}

async function echoes({ client }: TestClient): Promise<void> {
  assert.deepEqual(
    (await client.listTools(user)).map(({ name }) => name),
    ['echo'],
  );
  assert.deepEqual((await client.callTool('echo', { message: 'hi' }, user)).content, [{ type: 'text', text: 'hi' }]);
  await client.ping(user);
}

const HANDSHAKE = ['initialize', 'notifications/initialized'];
const handshake: Verdict = { transport: 'stdio', era: 'handshake' };
const stateless: Verdict = { transport: 'stdio', era: 'stateless' };

describe('client: eras over stdio', () => {
  afterEach(endAll);

  it('the SDK’s second version, stateless alone and in both eras', async () => {
    for (const env of [{ LEGACY: 'reject' }, {}]) {
      const test = piped('eras/stdioV2', env);
      const info = await test.connecting;
      assert.equal(info.dialect, 'stdio, 2026-07-28 · stateless');
      assert.deepEqual(info.verdict, stateless);
      // The stream of changes may follow; a handshake does not.
      assert.deepEqual(
        test.sent().filter((method) => method !== 'subscriptions/listen'),
        ['server/discover'],
      );
      await echoes(test);
    }
  });

  it('a server that refuses the question: the handshake follows', async () => {
    const test = piped('eras/stdioOld', { UNKNOWN: 'error' });
    const info = await test.connecting;
    assert.equal(info.dialect, 'stdio (2025-11-25)');
    assert.deepEqual(info.verdict, handshake);
    assert.deepEqual(test.sent(), ['server/discover', ...HANDSHAKE]);
    await echoes(test);
  });

  it('a server that does not answer the question: the handshake follows', async () => {
    const test = piped('eras/stdioOld', { UNKNOWN: 'silence' }, undefined, fastClock);
    const info = await test.connecting;
    assert.equal(info.dialect, 'stdio (2025-11-25)');
    assert.equal(info.verdict.isGuess, true, 'a slow start looks the same');
    assert.deepEqual(test.sent(), ['server/discover', ...HANDSHAKE]);
    await echoes(test);
  });

  it('the SDK’s first version', async () => {
    const test = piped('stdioEcho');
    assert.equal((await test.connecting).dialect, 'stdio (2025-11-25)');
    await echoes(test);
  });

  it('what is known spares the question', async () => {
    const test = piped('eras/stdioOld', { UNKNOWN: 'exit' }, handshake);
    await test.connecting;
    assert.deepEqual(test.sent(), HANDSHAKE);
    await echoes(test);
  });

  it('what was known and is no longer true is found out anew', async () => {
    const test = piped('eras/stdioOld', { UNKNOWN: 'error' }, stateless);
    assert.deepEqual((await test.connecting).verdict, handshake);
    await echoes(test);
  });

  it('a server that ends at the question has to be started again, for a handshake', async () => {
    const error = await failureOf(piped('eras/stdioOld', { UNKNOWN: 'exit' }).connecting, 'connection');
    assert.ok(error instanceof StartAgainError);
    assert.deepEqual(error.known, handshake);
    const second = piped('eras/stdioOld', { UNKNOWN: 'exit' }, error.known);
    await second.connecting;
    await echoes(second);
  });

  it('a server that took long to start and ends at the question as well', async () => {
    const env = { UNKNOWN: 'exit', DELAY: '1800' };
    const error = await failureOf(piped('eras/stdioOld', env, undefined, fastClock).connecting, 'connection');
    assert.ok(error instanceof StartAgainError);
    assert.deepEqual(error.known, handshake);
  });

  it('a stateless server that took long to start has to be started again, without a handshake', async () => {
    const env = { LEGACY: 'reject', DELAY: '1800' };
    const error = await failureOf(piped('eras/stdioV2', env, undefined, fastClock).connecting, 'protocol');
    assert.ok(error instanceof StartAgainError);
    assert.deepEqual(error.known, stateless);
    const second = piped('eras/stdioV2', env, error.known);
    await second.connecting;
    await echoes(second);
  });

  it('a server that ends at whatever it is asked is asked once more and no more', async () => {
    const first = await failureOf(piped('exitAtOnce').connecting, 'connection');
    assert.ok(first instanceof StartAgainError);
    const second = await failureOf(piped('exitAtOnce', {}, first.known).connecting, 'connection');
    assert.ok(!(second instanceof StartAgainError));
  });
});

describe('A server on its pipes', () => {
  let test: TestRegistry;
  beforeEach(() => (test = createTestRegistry()));
  afterEach(() => test.close());

  /** Processes that were started. */
  const starts = (): number => test.output('mine').filter((line) => line.includes('unknown method')).length;

  it('that ends at the question what it is, is started again without a word of failure, and only the first time', async () => {
    test.define({ mine: program('eras/stdioOld', { env: { UNKNOWN: 'exit' } }) });
    const server = test.registry.get('mine');
    const seen: ServerStatus['kind'][] = [];
    server.onDidChange(() => seen.push(server.status.kind));
    await server.start();
    assert.deepEqual([...new Set(seen)], ['starting', 'ready']);
    const info = server.snapshot();
    assert.equal(info.state, 'ready');
    assert.equal(info.restarts, 0);
    assert.equal(info.lastError, undefined);
    assert.equal(info.dialect, 'stdio (2025-11-25)');
    assert.equal(starts(), 1);
    const { content } = await server.callTool({ tool: 'echo', args: { message: 'hi' }, origin: 'user' });
    assert.deepEqual(content, [{ type: 'text', text: 'hi' }]);
    await server.stop();
    await server.start();
    assert.equal(starts(), 1, 'it was not asked again');
    assert.equal(server.snapshot().state, 'ready');
  });

  it('of the stateless era is found out as well', async () => {
    test.define({ mine: program('eras/stdioV2', { env: { LEGACY: 'reject' } }) });
    const server = test.registry.get('mine');
    await server.start();
    assert.equal(server.snapshot().dialect, 'stdio, 2026-07-28 · stateless');
    const { content } = await server.callTool({ tool: 'echo', args: { message: 'hi' }, origin: 'user' });
    assert.deepEqual(content, [{ type: 'text', text: 'hi' }]);
  });

  it('that became another one meanwhile is found out anew', async () => {
    test.define({ mine: program('eras/stdioV2', { env: { LEGACY: 'reject' } }) });
    const server = test.registry.get('mine');
    await server.start();
    await server.stop();
    test.define({ mine: program('eras/stdioOld', { env: { UNKNOWN: 'exit' } }) });
    await server.start();
    assert.equal(server.snapshot().dialect, 'stdio (2025-11-25)');
  });

  it('that ends whatever it is asked fails as what it did', async () => {
    test.define({ mine: program('exitAtOnce', { restart: 'never' }) });
    const error = await startFailureOf(test.registry.get('mine').start());
    assert.equal(error.kind, 'process');
    assert.match(error.message, /code 3/);
  });
});
