import assert from 'node:assert/strict';
import { startServer } from '../../servers/start.ts';
import { isAlive } from '../process/support.ts';
import { JumpingClock } from './support/clocks.ts';
import { Scene, slowly } from './support/hardening.ts';

const HOUR_MS = 3_600_000;

describe('A server whose health is looked after', function () {
  this.timeout(60_000);
  let scene: Scene;
  let clock: JumpingClock;
  beforeEach(async () => {
    clock = new JumpingClock();
    scene = await Scene.open(clock);
  });
  afterEach(() => scene.close());

  const often = (failureThreshold: number, path?: string): object => ({
    health: { intervalSeconds: 0.2, failureThreshold, ...(path === undefined ? {} : { path }) },
  });
  const checks = (): number => scene.server.vitals?.checks.length ?? 0;
  /** So many more checks have been made. */
  const checked = (more: number): Promise<void> => {
    const before = checks();
    return scene.test.until(() => checks() >= before + more);
  };

  it('and that is suspended is degraded, then started again', async () => {
    await scene.start(slowly('doesAsTold', often(2)));
    const { pid } = scene;
    process.kill(pid, 'SIGSTOP');
    const { error } = await scene.until('degraded');
    assert.match(error.message, /^“mine” missed 2 health checks in a row\. The last one: .*did not answer/);
    await scene.untilReady(2);
    assert.deepEqual(scene.steps, ['starting', 'ready', 'degraded', 'stopping', 'starting', 'ready']);
    assert.equal(isAlive(pid), false);
    assert.deepEqual(
      scene.server.history.map(({ what }) => what),
      ['missed 3 health checks in a row'],
    );
    await scene.call('hi');
  });

  it('and that is suspended for a moment recovers without a restart', async () => {
    await scene.start(slowly('doesAsTold', often(1)));
    process.kill(scene.pid, 'SIGSTOP');
    // The call keeps it from being started again: it is suspended for as long as the test wants.
    const answer = scene.call('hi');
    await scene.until('degraded');
    await checked(2);
    assert.equal(scene.status.kind, 'degraded');
    process.kill(scene.pid, 'SIGCONT');
    assert.deepEqual(await answer, { content: [{ type: 'text', text: 'done' }] });
    await scene.untilReady(2);
    assert.deepEqual(scene.kinds, ['starting', 'ready', 'degraded', 'ready']);
    assert.equal(scene.pids.length, 1);
  });

  it('at a path that answers 503 is degraded, started again, and well', async () => {
    await scene.start(slowly('doesAsTold', often(2, '/health')));
    await checked(1);
    await scene.call('unwell');
    const { error } = await scene.until('degraded');
    assert.match(error.message, /The last one: GET \/health answered 503/);
    await scene.untilReady(2);
    await checked(2);
    assert.deepEqual([scene.status.kind, scene.server.snapshot().restarts], ['ready', 1]);
  });

  it('at a path that is well again in time recovers', async () => {
    await scene.start(slowly('doesAsTold', often(2, '/health')));
    await scene.call('unwell');
    await scene.until('degraded');
    await scene.call('well');
    await scene.untilReady(2);
    assert.equal(scene.server.snapshot().restarts, 0);
  });

  it('and that wants somebody to sign in from now on waits for that', async () => {
    await scene.start(slowly('httpStatus', { env: { STATUS: '401', METHOD: 'ping' }, ...often(1) }));
    const { error } = await scene.until('authRequired');
    assert.equal(error.kind, 'auth');
    assert.equal(scene.pids.length, 1);
  });

  for (const [name, ms] of [
    ['an hour by which the clock jumps', HOUR_MS],
    ['eight hours of sleep', 8 * HOUR_MS],
  ] as const) {
    it(`survives ${name}, also during a check, with the process and session that it had`, async () => {
      await scene.start(slowly('doesAsTold', often(1)));
      const { pid, sessionId } = scene.server.snapshot();
      await checked(1);
      clock.jump(ms);
      await checked(2);
      const pings = (): number => scene.test.traffic.entries().filter(({ method }) => method === 'ping').length;
      process.kill(scene.pid, 'SIGSTOP');
      const before = pings();
      await scene.test.until(() => pings() > before);
      clock.jump(ms);
      process.kill(scene.pid, 'SIGCONT');
      await checked(2);
      assert.deepEqual(scene.kinds, ['starting', 'ready']);
      const now = scene.server.snapshot();
      assert.deepEqual([now.pid, now.sessionId, now.restarts], [pid, sessionId, 0]);
    });

    it(`that waits to be started again is, after ${name}`, async () => {
      await scene.start(slowly('doesAsTold'));
      process.kill(scene.pid, 'SIGKILL');
      await scene.until('restarting');
      clock.jump(ms);
      await scene.untilReady(2);
      await scene.call('hi');
    });
  }
});

describe('A server that somebody else runs', function () {
  this.timeout(60_000);
  it('and that goes away is reconnected to when it is back', async () => {
    let other = await startServer('echo');
    const scene = await Scene.open();
    try {
      await scene.start({ url: other.url, health: { intervalSeconds: 0.2, failureThreshold: 1 } });
      await other.stop();
      const { error } = await scene.until('restarting');
      assert.equal(error.kind, 'connection');
      assert.deepEqual(scene.kinds.slice(0, 5), ['starting', 'ready', 'degraded', 'stopping', 'restarting']);
      other = await startServer('echo', { port: other.port });
      await scene.untilReady(2);
      await scene.call('hi');
      await scene.server.stop();
      assert.equal(isAlive(other.pid), true);
    } finally {
      await other.stop();
      await scene.close();
    }
  });
});
