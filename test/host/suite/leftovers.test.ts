import assert from 'node:assert/strict';
import type { ApiV1 } from '../../../src/api.ts';
import { define, program, undefine } from './support/definitions.ts';
import { failure, getApi } from './support/extension.ts';
import { children, markedProcesses, noProcessIsLeft, openHandles } from './support/leftovers.ts';
import { describeTrusted } from './support/trust.ts';
import { untilNone, untilServer } from './support/waiting.ts';

const rounds = 3;

describeTrusted('Nothing is left', () => {
  let api: ApiV1;
  let handlesBefore: ReadonlySet<string>;
  let childrenBefore: ReadonlySet<number>;

  before(async () => {
    api = await getApi();
    await define(api, {
      http: program('echo'),
      stdio: program('stdioEcho', { port: false }),
      theirs: program('echo'),
      stubborn: program('ignoresSigterm'),
      exits: program('exitAtOnce', { restart: 'never' }),
      never: program('hang', { startupTimeout: 0.5, restart: 'never' }),
      dies: program('diesDuringCall', { restart: 'never' }),
    });
    // Once, so that what is loaded or opened for good is there.
    for (const name of ['http', 'stdio']) await startAndStop(name);
  });

  beforeEach(async () => {
    handlesBefore = new Set(await openHandles());
    childrenBefore = new Set(await children());
  });

  afterEach('no process, socket or file', async () => {
    await noProcessIsLeft();
    await untilNone(async () => (await children()).filter((pid) => !childrenBefore.has(pid)));
    await untilNone(async () => (await openHandles()).filter((handle) => !handlesBefore.has(handle)));
  });

  after(() => undefine(api));

  for (const name of ['http', 'stdio']) {
    it(`of ${name} servers after they were called and stopped, several times`, async () => {
      for (let round = 0; round < rounds; round++) await startAndStop(name);
    });
  }

  it('of a server that ignores SIGTERM, and of its child that holds the same pipes', async () => {
    await api.startServer('stubborn');
    assert.equal((await markedProcesses()).length, 2);
    await api.stopServer('stubborn');
    assert.deepEqual(await markedProcesses(), []);
  });

  it('of a connection to a server that somebody else runs', async () => {
    const { url } = await api.startServer('theirs');
    await api.startServer({ name: 'attached', url: String(url) });
    await api.callTool('attached', 'echo', { message: 'hello' });
    await api.stopServer('attached');
    await api.stopServer('theirs');
  });

  it('of starts that failed', async () => {
    await failure(api.startServer('exits'));
    await failure(api.startServer('never'));
    assert.deepEqual(await markedProcesses(), []);
  });

  it('of a server that died during a call', async () => {
    await api.startServer('dies');
    await failure(api.callTool('dies', 'echo', {}));
    await untilServer(api, 'dies', (server) => server?.state === 'failed');
  });

  it('of a start that was stopped at once', async () => {
    const start = failure(api.startServer('http'));
    await api.stopServer('http');
    assert.equal((await start).kind, 'cancelled');
    assert.deepEqual(await markedProcesses(), []);
  });

  async function startAndStop(name: string): Promise<void> {
    await api.startServer(name);
    await api.callTool(name, 'echo', { message: 'hello' });
    await api.stopServer(name);
    assert.deepEqual(await markedProcesses(), []);
  }
});
