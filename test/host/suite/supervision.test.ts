import assert from 'node:assert/strict';
import type { ApiV1, ServerInfo, ServerState } from '../../../src/api.ts';
import { define, program, undefine } from './support/definitions.ts';
import { getApi } from './support/extension.ts';
import { noProcessIsLeft } from './support/leftovers.ts';
import { describeTrusted } from './support/trust.ts';
import { untilServer } from './support/waiting.ts';

describeTrusted('A server that is looked after', () => {
  let api: ApiV1;

  before(async () => {
    api = await getApi();
    await define(api, {
      killed: program('echo'),
      frozen: program('echo', { health: { intervalSeconds: 0.5, failureThreshold: 1 } }),
      finished: program('diesAtPing', { env: { CODE: '0' }, health: { intervalSeconds: 0.2 } }),
      measured: program('echo'),
    });
  });

  after(async () => {
    await undefine(api);
    await noProcessIsLeft();
  });

  it('is started again when it is killed, and tells of it', async () => {
    const { before, states, infos } = await disturb('killed', 'SIGKILL');
    const after = await untilServer(api, 'killed', (server) => server?.state === 'ready' && server.restarts === 1);
    assert.notEqual(after?.pid, before.pid);
    assert.deepEqual(states(), ['stopping', 'restarting', 'starting', 'ready']);
    const waiting = infos.find(({ state }) => state === 'restarting');
    assert.equal(waiting?.lastError?.kind, 'process');
    assert.match(String(waiting?.lastError?.message), /“killed” was killed by SIGKILL from outside/);
    assert.equal(after?.lastError, undefined);
    await api.stopServer('killed');
  });

  it('is found when it hangs: it is degraded, and then started again', async function () {
    this.timeout(40_000); // It is ended the hard way.
    const { before, states, infos } = await disturb('frozen', 'SIGSTOP');
    await untilServer(api, 'frozen', (server) => server?.state === 'degraded');
    const after = await untilServer(api, 'frozen', (server) => server?.state === 'ready' && server.restarts === 1);
    assert.notEqual(after?.pid, before.pid);
    assert.deepEqual(states().slice(0, 2), ['degraded', 'stopping']);
    const degraded = infos.find(({ state }) => state === 'degraded');
    assert.equal(degraded?.pid, before.pid);
    assert.match(String(degraded?.lastError?.message), /missed a health check/);
    await api.stopServer('frozen');
  });

  it('stays stopped when it ends without an error', async () => {
    await api.startServer('finished');
    const ended = await untilServer(api, 'finished', (server) => server?.state === 'stopped');
    assert.equal(ended?.restarts, 0);
    assert.equal(ended?.lastError, undefined);
  });

  it('says how much memory it takes', async () => {
    const { uptimeMs } = await api.startServer('measured');
    assert.ok(uptimeMs !== undefined && uptimeMs >= 0);
    const { promise, resolve } = Promise.withResolvers<number>();
    // Samples are no change of a server's state: whoever wants to know looks.
    const look = setInterval(() => {
      const bytes = api.servers.find(({ name }) => name === 'measured')?.memoryBytes;
      if (bytes !== undefined) resolve(bytes);
    }, 50);
    try {
      assert.ok((await promise) > 1024 * 1024);
    } finally {
      clearInterval(look);
    }
    await api.stopServer('measured');
  });

  /** Starts a server and sends its process a signal; `states` are those it has passed since, each once in a row. */
  async function disturb(
    name: string,
    signal: NodeJS.Signals,
  ): Promise<{ before: ServerInfo; states: () => ServerState[]; infos: readonly ServerInfo[] }> {
    const before = await api.startServer(name);
    assert.ok(before.pid !== undefined && before.pid > 1);
    const infos: ServerInfo[] = [];
    const subscription = api.onDidChangeServer((info) => {
      if (info.name === name) infos.push(info);
      if (info.state === 'ready' && info.restarts > 0) subscription.dispose();
    });
    process.kill(before.pid, signal);
    const states = (): ServerState[] =>
      infos.map(({ state }) => state).filter((state, index, all) => state !== all[index - 1]);
    return { before, states, infos };
  }
});
