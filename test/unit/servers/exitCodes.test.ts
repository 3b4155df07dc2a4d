import assert from 'node:assert/strict';
import { Scene } from './support/hardening.ts';
import { failureOf, program } from './support/registry.ts';

/** Characters of each of a server's last words. */
const LONGEST = 500;

describe('How a server ended', () => {
  let scene: Scene;
  beforeEach(async () => (scene = await Scene.open()));
  afterEach(() => scene.close());

  /** It serves over its pipes and exits, and what becomes of it then is decided. */
  const exit = async (code: number): Promise<void> => {
    await scene.start(program('stdioExits', { env: { CODE: String(code) } }));
    process.kill(scene.pid, 'SIGUSR2');
    await scene.test.until(() => !['ready', 'stopping'].includes(scene.status.kind));
  };

  it('is seen although it closes its pipes first: with code 0 it rests', async () => {
    await exit(0);
    assert.deepEqual(scene.status, { kind: 'stopped', ended: 'exited with code 0' });
    assert.deepEqual(scene.kinds, ['starting', 'ready', 'stopping', 'stopped']);
  });

  it('is seen although it closes its pipes first: with code 127 there is no use in starting it again', async () => {
    await exit(127);
    assert.deepEqual(scene.kinds, ['starting', 'ready', 'stopping', 'failed']);
    assert.ok(scene.status.kind === 'failed');
    assert.match(scene.status.error.message, /127/);
    assert.equal(scene.pids.length, 1);
  });

  it('is seen although it closes its pipes first: with another code it is started again, and the reason is told', async () => {
    await exit(3);
    await scene.untilReady(2);
    assert.deepEqual(
      scene.server.history.map(({ what }) => what),
      ['exited with code 3'],
    );
  });

  it('is told with the beginning of each of its last words, however long they are', async () => {
    const says = (line: string): string => `console.error(${line})`;
    const script = [says("'a'.repeat(60_000)"), says("'short'"), 'process.exitCode = 3'].join(';');
    const error = await failureOf(
      scene.define({ command: process.execPath, args: ['--eval', script], port: 'auto', restart: 'never' }).start(),
    );
    assert.match(error.message, /exited with code 3\. Its last words:/);
    const [, long, short] = error.message.split('\n');
    assert.match(long ?? '', /^a+…$/);
    assert.equal(long?.length, LONGEST);
    assert.equal(short, 'short');
  });
});
