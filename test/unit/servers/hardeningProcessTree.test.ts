import assert from 'node:assert/strict';
import { serverScript } from '../../servers/start.ts';
import { isAlive } from '../process/support.ts';
import { Scene, slowly } from './support/hardening.ts';

describe('The processes of a server', function () {
  this.timeout(60_000);
  let scene: Scene;
  beforeEach(async () => (scene = await Scene.open()));
  afterEach(() => scene.close());

  const node = process.execPath;
  const script = serverScript('doesAsTold');
  /** Process ids in what it says, as soon as there are that many. */
  const told = async (words: RegExp, count = 1): Promise<number[]> => {
    const found = (): number[] => scene.output.flatMap((line) => words.exec(line)?.[1] ?? []).map(Number);
    await scene.test.until(() => found().length >= count);
    return found();
  };

  it('are all ended although they ignore the end of their input and SIGTERM', async () => {
    await scene.start(slowly('ignoresSigterm'));
    const [grandchild = 0] = await told(/"grandchild":(\d+)/);
    const { pid } = scene;
    await scene.server.stop();
    assert.equal(scene.status.kind, 'stopped');
    assert.deepEqual([pid, grandchild].filter(isAlive), []);
  });

  const wrapped = {
    'a shell starts': { command: '/bin/sh', args: ['-c', `"${node}" "${script}"; exit $?`] },
    'a chain of npx starts': { command: 'npx', args: ['--yes', '--offline', '-c', `"${node}" "${script}"; exit $?`] },
  };
  for (const [name, definition] of Object.entries(wrapped)) {
    it(`that ${name} are found by their port, and ended`, async () => {
      await scene.start(slowly('doesAsTold', { ...definition, env: { SAYS_PID: '1' } }));
      const [inner = 0] = await told(/^I am (\d+)$/);
      assert.notEqual(inner, scene.pid);
      await scene.call('hi');
      await scene.server.stop();
      assert.equal(isAlive(inner), false);
    });

    it(`that ${name} bring the server back when the innermost is killed`, async () => {
      await scene.start(slowly('doesAsTold', { ...definition, env: { SAYS_PID: '1' } }));
      const [inner = 0] = await told(/^I am (\d+)$/);
      process.kill(inner, 'SIGKILL');
      await scene.untilReady(2);
      await scene.call('hi');
      assert.equal(scene.server.history.at(-1)?.what, 'exited with code 137');
    });
  }

  it('that made themselves daemons go with the server that is stopped, and with the one that crashes', async () => {
    await scene.start(slowly('startsDaemon'));
    const [first = 0] = await told(/^daemon (\d+)$/, 1);
    await scene.server.stop();
    assert.equal(isAlive(first), false);
    await scene.server.start();
    const daemons = await told(/^daemon (\d+)$/, 2);
    process.kill(scene.server.snapshot().pid ?? 0, 'SIGKILL');
    await scene.test.until(() => scene.server.snapshot().restarts === 1);
    assert.deepEqual(daemons.filter(isAlive), []);
  });
});
