import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../src/process/port.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../host/temporaryFolder.ts';
import { isAlive } from '../process/support.ts';
import { Scene, slowly } from './support/hardening.ts';
import { failureOf } from './support/registry.ts';

describe('A server whose definition is edited', function () {
  this.timeout(60_000);
  let scene: Scene;
  let folder: TemporaryFolder;
  /** Where its processes write down how many earlier ones lived when they started. */
  let starts: string;
  let port: number;
  beforeEach(async () => {
    scene = await Scene.open();
    folder = await makeTemporaryFolder('edit');
    starts = join(folder.path, 'starts');
    port = await freePort();
  });
  afterEach(async () => {
    await scene.close();
    await folder.remove();
  });

  const version = (timeout: number, more: object = {}): object =>
    slowly('doesAsTold', { port, timeout, env: { STARTS: starts }, ...more });
  /** Of each start: how many earlier ones still lived. */
  const livedBefore = async (): Promise<number[]> => {
    const lines = (await readFile(starts, 'utf8')).trimEnd().split('\n');
    return lines.map((line) => Number(line.split(' ')[1]));
  };

  it('while it runs is replaced at once where it wants that, the old process first', async () => {
    await scene.start(version(10));
    const { pid } = scene;
    scene.define(version(11, { restartOnEdit: true }));
    await scene.untilReady(2);
    assert.deepEqual(scene.kinds, ['starting', 'ready', 'stopping', 'starting', 'ready']);
    assert.equal(isAlive(pid), false);
    assert.deepEqual(await livedBefore(), [0, 0]);
    assert.equal(scene.server.needsRestart, false);
  });

  it('ten times in a row never has two processes, and ends with the last definition', async () => {
    await scene.start(version(10, { restartOnEdit: true }));
    for (let timeout = 11; timeout <= 20; timeout += 1) {
      scene.define(version(timeout, { restartOnEdit: true, env: { STARTS: starts, TIMES: String(timeout) } }));
      await new Promise(setImmediate);
    }
    await scene.test.until(() => scene.status.kind === 'ready' && !scene.server.needsRestart);
    assert.deepEqual(new Set(await livedBefore()), new Set([0]));
    const environment = await readFile(`/proc/${scene.pid}/environ`, 'latin1');
    assert.ok(environment.split('\0').includes('TIMES=20'));
  });

  it('while it starts is applied by a restart, as it is while it runs', async () => {
    const started = scene.define(version(10)).start();
    await scene.test.until(() => scene.pids.length === 1);
    scene.define(version(11));
    await started;
    assert.equal(scene.server.needsRestart, true);
    await scene.server.restart();
    assert.equal(scene.server.needsRestart, false);
    assert.deepEqual(await livedBefore(), [0, 0]);
  });

  it('during back-off is started with the new one at once', async () => {
    await scene.start(version(10));
    process.kill(scene.pid, 'SIGKILL');
    await scene.until('restarting');
    scene.define(version(11));
    await scene.untilReady(2);
    assert.ok(!scene.seen.some((status) => status.kind === 'starting' && status.reason === 'automatic'));
    assert.equal(scene.server.needsRestart, false);
  });

  it('to disable it during back-off is not started any more', async () => {
    await scene.start(version(10));
    process.kill(scene.pid, 'SIGKILL');
    await scene.until('restarting');
    scene.define(version(10, { disabled: true }));
    assert.equal(scene.status.kind, 'disabled');
    const error = await failureOf(scene.server.start());
    assert.equal(error.kind, 'config');
    assert.match(error.message, /disabled/);
    scene.define(version(10));
    await scene.until('stopped');
    assert.equal(scene.pids.length, 1);
  });

  it('to disable it while it runs ends it', async () => {
    await scene.start(version(10));
    const { pid } = scene;
    scene.define(version(10, { disabled: true }));
    await scene.until('disabled');
    assert.equal(isAlive(pid), false);
  });

  it('and that is to be restarted twenty times at once is restarted once, one process at a time', async () => {
    await scene.start(version(10));
    scene.define(version(11));
    await Promise.all(Array.from({ length: 20 }, () => scene.server.restart()));
    assert.deepEqual(await livedBefore(), [0, 0]);
    assert.equal(scene.server.snapshot().restarts, 1);
  });
});
