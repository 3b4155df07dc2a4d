import assert from 'node:assert/strict';
import { serverScript } from '../../servers/start.ts';
import { isAlive } from '../process/support.ts';
import { hurried } from './support/clocks.ts';
import { Scene, slowly } from './support/hardening.ts';
import { failureOf, program } from './support/registry.ts';

describe('A server that ends while it serves', function () {
  this.timeout(60_000);
  let scene: Scene;
  beforeEach(async () => (scene = await Scene.open(hurried(10))));
  afterEach(() => scene.close());

  /** What the history says of the last end. */
  const lastEnd = (): string | undefined => scene.server.history.at(-1)?.what;

  /** It came back by itself, as another process, and serves. */
  const isBack = async (): Promise<void> => {
    await scene.untilReady(2);
    assert.deepEqual(scene.steps, ['starting', 'ready', 'stopping', 'starting', 'ready']);
    assert.equal(scene.server.snapshot().restarts, 1);
    assert.notEqual(scene.pids[0], scene.pids[1]);
    await scene.call('hi');
  };

  it('by SIGSEGV fails the call in flight with that, and is back', async () => {
    await scene.start(slowly('doesAsTold'));
    const error = await failureOf(scene.call('signal SIGSEGV'));
    assert.deepEqual([error.kind, error.outcomeUnknown, error.retryable], ['process', true, false]);
    assert.match(error.message, /^“mine” crashed with SIGSEGV\./);
    await isBack();
    assert.equal(lastEnd(), 'crashed with SIGSEGV');
  });

  it('because its heap is full says so in the call, the history and the output, and is back', async () => {
    const args = ['--max-old-space-size=32', serverScript('doesAsTold')];
    await scene.start(slowly('doesAsTold', { args }));
    const error = await failureOf(scene.call('fill heap'));
    assert.equal(error.kind, 'process');
    assert.match(error.message, /^“mine” ran out of memory \(its heap limit\)\. Its last words:\n/);
    await isBack();
    assert.equal(lastEnd(), 'ran out of memory (its heap limit)');
    assert.ok(
      scene.output.some((line) => /^It ran out of memory \(its heap limit\), after .* started again in 1 s/.test(line)),
    );
  });

  it('because somebody killed it says so, and is back', async () => {
    await scene.start(slowly('doesAsTold'));
    process.kill(scene.pid, 'SIGKILL');
    await isBack();
    assert.equal(lastEnd(), "was killed by SIGKILL from outside (possibly by the system's memory killer)");
  });

  it('with code 0 rests, and says how it ended', async () => {
    await scene.start(slowly('doesAsTold'));
    await failureOf(scene.call('exit 0'));
    const { ended } = await scene.until('stopped');
    assert.equal(ended, 'exited with code 0');
    assert.deepEqual(scene.kinds, ['starting', 'ready', 'stopping', 'stopped']);
    assert.ok(scene.output.some((line) => line.endsWith('It stays stopped: it ended by itself and without an error.')));
  });

  it('with code 0 is back where it is to run always', async () => {
    await scene.start(slowly('doesAsTold', { restart: 'always' }));
    await failureOf(scene.call('exit 0'));
    await isBack();
  });

  it('with another code is not started again where that is not wanted', async () => {
    await scene.start(slowly('doesAsTold', { restart: 'never' }));
    await failureOf(scene.call('exit 4'));
    const { error, crashLoop } = await scene.until('failed');
    assert.match(error.message, /exited with code 4/);
    assert.equal(crashLoop, undefined);
  });

  it('five times within minutes of being ready is given up, and starts again when somebody asks', async () => {
    await scene.start(slowly('doesAsTold'));
    for (let times = 1; times <= 5; times += 1) {
      await scene.untilReady(times);
      await failureOf(scene.call('exit 3'));
    }
    const { crashLoop } = await scene.until('failed');
    assert.deepEqual(crashLoop, { rule: 'shortLived', failures: 5 });
    assert.deepEqual([scene.pids.length, scene.server.snapshot().restarts], [5, 4]);
    await scene.server.restart();
    await scene.call('hi');
  });

  it('and leaves a helper behind that holds its output takes that along, and is back', async () => {
    await scene.start(slowly('ignoresSigterm'));
    await scene.test.until(() => helpers().length === 1);
    process.kill(scene.pid, 'SIGKILL');
    await scene.untilReady(2);
    assert.equal(isAlive(helpers()[0] ?? assert.fail('it has a helper')), false);
    await scene.call('hi');
  });

  it('on its pipes only, by closing its output, is ended and is back', async () => {
    await scene.start(program('stdioClosesStdout', { startupTimeout: 300 }));
    const { pid } = scene;
    process.kill(pid, 'SIGUSR2');
    await isBack();
    assert.equal(isAlive(pid), false);
    assert.equal(lastEnd(), 'closed the connection');
    assert.ok(scene.output.some((line) => line.startsWith('“mine” closed the connection.')));
  });

  function helpers(): number[] {
    return scene.output.flatMap((line) => {
      const pid = /"grandchild":(\d+)/.exec(line)?.[1];
      return pid === undefined ? [] : [Number(pid)];
    });
  }
});
