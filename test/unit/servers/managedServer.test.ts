import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ServerStatus } from '../../../src/servers/status.ts';
import { startServer } from '../../servers/start.ts';
import { createTestRegistry, failureOf, program, type TestRegistry } from './support/registry.ts';

describe('A server', () => {
  let test: TestRegistry;
  beforeEach(() => (test = createTestRegistry()));
  afterEach(() => test.close());

  const started = async (definition: object): Promise<void> => {
    test.define({ mine: definition });
    await test.registry.get('mine').start();
  };
  const startFailure = (definition: object): ReturnType<typeof failureOf> => failureOf(started(definition));
  const call = (tool: string, args: Record<string, unknown> = {}, signal?: AbortSignal): Promise<unknown> =>
    test.registry.get('mine').callTool({ tool, args, origin: 'user', ...(signal === undefined ? {} : { signal }) });

  it('is started over HTTP, called and stopped, with the session of its readiness', async () => {
    await started(program('echo', { port: 'auto' }));
    const info = test.registry.get('mine').snapshot();
    assert.equal(info.state, 'ready');
    assert.equal(info.transport, 'streamable-http');
    assert.equal(info.url, `http://127.0.0.1:${info.port}/mcp`);
    assert.deepEqual(await call('echo', { message: 'hi' }), { content: [{ type: 'text', text: 'hi' }] });
    const initialized = test.traffic
      .entries()
      .filter(({ method, kind }) => method === 'initialize' && kind === 'request');
    assert.equal(initialized.length, 1);
    await test.registry.get('mine').stop();
    assert.equal(test.registry.get('mine').snapshot().state, 'stopped');
    assert.equal(isAlive(info.pid), false);
  });

  it('is asked what it speaks with its first start only', async () => {
    const questions = (): number =>
      test.traffic.entries().filter(({ method, kind }) => method === 'server/discover' && kind === 'request').length;
    await started(program('echo', { port: 'auto' }));
    assert.equal(questions(), 1);
    await test.registry.get('mine').restart();
    assert.equal(questions(), 1);
  });

  it('gets a new session by hand, and shows it', async () => {
    await started(program('echo', { port: 'auto' }));
    const server = test.registry.get('mine');
    const { sessionId } = server.snapshot();
    await server.resetSession();
    const after = server.snapshot();
    assert.equal(after.state, 'ready');
    assert.notEqual(after.sessionId, sessionId);
    assert.deepEqual(await call('echo', { message: 'hi' }), { content: [{ type: 'text', text: 'hi' }] });
  });

  it('leaves no session behind when its start is cancelled before the session is in use', async () => {
    const silent = await startServer('silentInitialized');
    try {
      test.define({ mine: { url: silent.url } });
      const server = test.registry.get('mine');
      const sent = new Promise<void>((resolve) =>
        test.traffic.onDidAppend(() => {
          if (test.traffic.entries().some(({ method }) => method === 'notifications/initialized')) resolve();
        }),
      );
      const start = failureOf(server.start());
      await sent;
      await server.stop();
      assert.equal((await start).kind, 'cancelled');
      const { DELETE: ended = 0, GET: streams = 0 } = await silent.requests();
      assert.deepEqual([ended, streams], [1, 0]);
    } finally {
      await silent.stop();
    }
  });

  it('on pipes has no session to reset', async () => {
    await started(program('stdioEcho'));
    const error = await failureOf(test.registry.get('mine').resetSession());
    assert.equal(error.kind, 'config');
  });

  it('whose session is lost during a call answers it all the same, and shows the new session', async () => {
    await started(program('session404', { port: 'auto' }));
    const server = test.registry.get('mine');
    const { sessionId } = server.snapshot();
    // It forgets a session after the first call.
    await call('echo', { message: 'hi' });
    await call('echo', { message: 'hi' });
    assert.notEqual(server.snapshot().sessionId, sessionId);
    assert.ok(server.status.kind === 'ready' && server.status.renewals === 1);
  });

  it('is started on its pipes when its command stands alone', async () => {
    await started(program('stdioEcho'));
    assert.equal(test.registry.get('mine').snapshot().transport, 'stdio');
    assert.deepEqual(await call('echo', { message: 'hi' }), { content: [{ type: 'text', text: 'hi' }] });
    assert.ok(test.traffic.entries().some(({ channel, method }) => channel === 'stdio' && method === 'tools/call'));
  });

  it('that somebody else runs is attached to and left alone', async () => {
    const other = await startServer('echo');
    try {
      await started({ url: other.url });
      assert.equal(test.registry.get('mine').snapshot().pid, undefined);
      await test.registry.get('mine').stop();
      assert.equal(isAlive(other.pid), true);
    } finally {
      await other.stop();
    }
  });

  it('passes through its states in order', async () => {
    test.define({ mine: program('echo', { port: 'auto' }) });
    const server = test.registry.get('mine');
    const seen: ServerStatus['kind'][] = [];
    server.onDidChange(() => seen.push(server.status.kind));
    await server.start();
    await server.stop();
    assert.deepEqual(seen, ['starting', 'ready', 'stopping', 'stopped']);
  });

  it('is started once, however often it is asked to', async () => {
    test.define({ mine: program('echo', { port: 'auto' }) });
    const server = test.registry.get('mine');
    await Promise.all(Array.from({ length: 5 }, () => server.start()));
    assert.equal(test.traffic.entries().filter(({ raw }) => Buffer.from(raw).includes('spawned pid')).length, 1);
  });

  it('that is restarted twenty times at once is restarted once', async () => {
    await started(program('echo', { port: 'auto' }));
    const server = test.registry.get('mine');
    const { pid } = server.snapshot();
    await Promise.all(Array.from({ length: 20 }, () => server.restart()));
    assert.equal(server.snapshot().restarts, 1);
    assert.deepEqual(
      server.history.map(({ what }) => what),
      ['was restarted'],
    );
    assert.notEqual(server.snapshot().pid, pid);
    assert.equal(isAlive(pid), false);
  });

  it('that is stopped while it starts is stopped, and its start is cancelled', async () => {
    test.define({ mine: program('hang', { port: 'auto' }) });
    const server = test.registry.get('mine');
    const failure = failureOf(server.start());
    await untilOutput('spawned');
    await server.stop();
    assert.equal((await failure).kind, 'cancelled');
    assert.equal(server.status.kind, 'stopped');
  });

  it('whose start is cancelled by its caller leaves nothing behind', async () => {
    test.define({ mine: program('hang', { port: 'auto' }) });
    const server = test.registry.get('mine');
    const cancel = new AbortController();
    const failure = failureOf(server.start(cancel.signal));
    await untilOutput('spawned');
    cancel.abort();
    assert.equal((await failure).kind, 'cancelled');
    assert.equal(server.status.kind, 'stopped');
    assert.equal(isAlive(spawnedPid()), false);
  });

  it('that is stopped while it restarts stays stopped', async () => {
    await started(program('echo', { port: 'auto' }));
    const server = test.registry.get('mine');
    const restart = failureOf(server.restart());
    await server.stop();
    assert.equal((await restart).kind, 'cancelled');
    assert.equal(server.status.kind, 'stopped');
  });

  it('is started for one caller although another gives up', async () => {
    test.define({ mine: program('echo', { port: 'auto' }) });
    const server = test.registry.get('mine');
    const impatient = new AbortController();
    const first = failureOf(server.start(impatient.signal));
    const second = server.start();
    impatient.abort();
    assert.equal((await first).kind, 'cancelled');
    await second;
    assert.equal(server.status.kind, 'ready');
  });

  it('is ended to the last step although its log is closed', async () => {
    await started(program('echo', { port: 'auto' }));
    const { pid } = test.registry.get('mine').snapshot();
    test.closeLogs();
    await test.registry.dispose();
    assert.equal(isAlive(pid), false);
  });

  it('is not started any more once the registry is disposed of', async () => {
    test.define({ mine: program('echo', { port: 'auto' }) });
    const server = test.registry.get('mine');
    await test.registry.dispose();
    assert.equal((await failureOf(server.start())).kind, 'cancelled');
  });

  it('whose words repeat a secret is quoted without it', async () => {
    const token = 'tok-very-secret-1';
    const env = { STATUS: '400', API_TOKEN: token, BODY: `bad token ${token}` };
    const error = await startFailure(program('httpStatus', { port: 'auto', env }));
    assert.match(error.message, /\*{5}/);
    assert.ok(!error.message.includes(token));
    assert.ok(!JSON.stringify(test.registry.get('mine').snapshot()).includes(token));
  });

  it('whose command does not exist says so', async () => {
    const error = await startFailure({ command: 'no-such-command-xyz', port: 'auto' });
    assert.equal(error.kind, 'process');
    assert.match(error.message, /no-such-command-xyz/);
    assert.equal(test.registry.get('mine').status.kind, 'failed');
  });

  it('whose folder does not exist says which', async () => {
    const error = await startFailure(program('echo', { cwd: '/no/such/folder' }));
    assert.equal(error.kind, 'process');
    assert.match(error.message, /\/no\/such\/folder/);
  });

  it('that exits at once is reported with its last words', async () => {
    const error = await startFailure(program('exitAtOnce', { port: 'auto' }));
    assert.equal(error.kind, 'process');
    assert.match(error.message, /exited with code 3/);
    assert.ok(error.message.split('\n').length >= 4, error.message);
  });

  it('that never answers times out, and its process is gone', async () => {
    const error = await startFailure(program('hang', { port: 'auto', startupTimeout: 0.5 }));
    assert.equal(error.kind, 'timeout');
    assert.match(error.message, /startupTimeout/);
    assert.equal(isAlive(spawnedPid()), false);
  });

  it('whose port is taken is not started, and nothing is sent to who holds it', async () => {
    let connections = 0;
    const holder = createServer((socket) => {
      connections += 1;
      socket.on('data', () => assert.fail('a stranger was sent something'));
    });
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    try {
      const error = await startFailure(program('echo', { port, headers: { authorization: 'Bearer very-secret' } }));
      assert.equal(error.kind, 'process');
      assert.match(error.message, new RegExp(`Port ${port}.*taken`));
      assert.ok(connections <= 2);
    } finally {
      holder.close();
    }
  });

  it('of stdio that listens on a port instead is told apart, with the key to add', async () => {
    // Time for Node to start and to listen, on a busy machine too.
    const error = await startFailure(program('stdioButListens', { startupTimeout: 5, env: { PORT: '0' } }));
    assert.equal(error.kind, 'config');
    assert.match(error.message, /listens on port \d+.*"port"/);
  });

  it('that answers 500 to the handshake is reported at once', async () => {
    const error = await startFailure(program('httpStatus', { port: 'auto', env: { STATUS: '500' } }));
    assert.equal(error.kind, 'connection');
    assert.equal(error.httpStatus, 500);
  });

  it('that answers HTML is no MCP endpoint', async () => {
    const error = await startFailure(program('html', { port: 'auto' }));
    assert.equal(error.kind, 'protocol');
    assert.match(error.message, /text\/html/);
  });

  it('that dies during a call fails the call and is shown as failed, where it is never to be restarted', async () => {
    await started(program('diesDuringCall', { port: 'auto', restart: 'never' }));
    const server = test.registry.get('mine');
    const error = await failureOf(call('die'));
    assert.ok(['connection', 'process'].includes(error.kind), error.kind);
    assert.equal(error.outcomeUnknown, true);
    await until(() => server.status.kind === 'failed');
  });

  it('gets arguments that break the schema refused before anything is sent', async () => {
    await started(program('needsSchema', { port: 'auto' }));
    const [tool] = test.registry.get('mine').tools;
    const before = test.traffic.lastSeq;
    const error = await failureOf(call(tool?.name ?? '', { unexpected: true }));
    assert.equal(error.kind, 'validation');
    assert.equal(test.traffic.lastSeq, before);
  });

  it('is not started in a workspace that is not trusted, and the error says how to go on', async () => {
    test.trust(false);
    const error = await startFailure(program('echo', { port: 'auto' }));
    assert.equal(error.kind, 'config');
    assert.match(error.message, /Manage Workspace Trust/);
    assert.equal(test.traffic.lastSeq, 0);
  });

  it('that is disabled stays so', async () => {
    const error = await startFailure({ ...program('echo'), disabled: true });
    assert.equal(error.kind, 'config');
    assert.equal(test.registry.get('mine').status.kind, 'disabled');
  });

  it('with a definition that cannot be used shows that before it is started, and leaves others alone', async () => {
    test.define({ bad: { comand: 'x' }, good: program('echo', { port: 'auto' }) });
    const bad = test.registry.get('bad');
    await until(() => bad.status.kind === 'failed');
    assert.equal(bad.snapshot().lastError?.kind, 'config');
    await test.registry.get('good').start();
    assert.equal(test.registry.get('good').status.kind, 'ready');
  });

  it('that is edited while it runs keeps running and asks for a restart', async () => {
    await started(program('echo', { port: 'auto' }));
    test.define({ mine: program('echo', { port: 'auto', timeout: 7 }) });
    const server = test.registry.get('mine');
    assert.equal(server.status.kind, 'ready');
    assert.equal(server.needsRestart, true);
    await server.restart();
    assert.equal(server.needsRestart, false);
  });

  it('whose definition is removed is stopped', async () => {
    await started(program('echo', { port: 'auto' }));
    const { pid } = test.registry.get('mine').snapshot();
    test.define({});
    assert.throws(() => test.registry.get('mine'), { kind: 'config' });
    await until(() => !isAlive(pid));
  });

  it('cannot be started by who holds on to it although it was removed', async () => {
    test.define({ mine: program('echo', { port: 'auto' }) });
    const server = test.registry.get('mine');
    test.define({});
    assert.equal((await failureOf(server.start())).kind, 'config');
    assert.equal(test.traffic.lastSeq, 0);
  });

  it('hides the secrets of its definition in output, traffic and errors', async () => {
    await started(program('echo', { port: 'auto', headers: { Authorization: 'Bearer s3cr3t-token' } }));
    await call('echo', { message: 'my s3cr3t-token is safe' });
    const everything = test.traffic.entries().map(({ raw }) => Buffer.from(raw).toString());
    assert.ok(everything.some((text) => text.includes('my ************ is safe')));
    assert.ok(!everything.some((text) => text.includes('s3cr3t-token')));
    assert.ok(!test.output('mine').some((line) => line.includes('s3cr3t-token')));
  });

  function spawnedPid(): number {
    const line = test.traffic
      .entries()
      .map(({ raw }) => Buffer.from(raw).toString())
      .find((text) => text.startsWith('spawned'));
    return Number(/pid (\d+)/.exec(line ?? '')?.[1]);
  }

  function untilOutput(text: string): Promise<void> {
    return until(() => test.output('mine').some((line) => line.includes(text)));
  }

  /** Waits for a state that changes with the traffic: every step of a server's life is recorded. */
  async function until(holds: () => boolean): Promise<void> {
    const deadline = performance.now() + 50_000;
    while (!holds()) {
      if (performance.now() > deadline) throw new Error(`It did not come to that: ${holds.toString()}`);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          subscriptions.forEach((subscription) => subscription.dispose());
          resolve();
        };
        // A process that is gone tells nobody, so look again soon in any case.
        const timer = setTimeout(wake, 20);
        const subscriptions = [test.traffic.onDidAppend(wake), test.registry.onDidChangeServer(wake)];
      });
    }
  }
});

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined || Number.isNaN(pid)) throw new Error('no pid');
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
