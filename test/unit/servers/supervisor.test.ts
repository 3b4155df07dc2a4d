import assert from 'node:assert/strict';
import { ExternalMcpError } from '../../../src/base/errors.ts';
import { isActive } from '../../../src/servers/status.ts';
import { failureOf as errorOf } from './support/registry.ts';
import { failureOf, settled, Supervised } from './support/supervised.ts';

describe('A supervised server', () => {
  it('that crashes starts again after 1, 2 and 4 s, counted from the crash', async () => {
    const test = new Supervised();
    await test.up();
    for (const [seconds, attempt] of [
      [1, 1],
      [2, 2],
      [4, 3],
    ] as const) {
      await test.crash();
      assert.deepEqual(test.wait, { ms: seconds * 1000, attempt });
      await test.advance(seconds * 1000 - 1);
      assert.deepEqual(test.wait, { ms: 1, attempt });
      await test.advance(1);
      assert.equal(test.status.kind, 'starting');
      test.run.becomeReady();
      await settled();
      assert.equal(test.status.kind, 'ready');
    }
    assert.equal(test.runs.length, 4);
  });

  it('is not started again before the last of the old run is gone, and at once if that took longer than the wait', async () => {
    const test = new Supervised();
    await test.up();
    test.run.crash(failureOf('failure'));
    await test.advance(3000);
    assert.equal(test.status.kind, 'stopping');
    assert.equal(test.runs.length, 1);
    await test.vanish();
    assert.equal(test.status.kind, 'starting');
  });

  it('that is stopped while it waits to start again stays stopped, and its timer is gone', async () => {
    const test = new Supervised();
    await test.up();
    await test.crash();
    assert.equal(test.clock.waiting, 1);
    await test.supervisor.stop();
    assert.equal(test.status.kind, 'stopped');
    assert.equal(test.clock.waiting, 0);
  });

  it('that is started while it waits to start again starts at once, with all its attempts', async () => {
    const test = new Supervised();
    await test.up();
    await test.crash();
    void test.supervisor.start().catch(() => {});
    await settled();
    assert.equal(test.clock.waiting, 0);
    test.run.becomeReady();
    await settled();
    await test.crash();
    assert.deepEqual(test.wait, { ms: 1000, attempt: 1 });
  });

  it('tells who started it why it failed, at once, and tries again by itself', async () => {
    const test = new Supervised();
    const failed = errorOf(test.supervisor.start());
    await settled();
    test.run.failToStart(new ExternalMcpError('timeout', 'It was too slow.'));
    await test.vanish();
    assert.equal((await failed).message, 'It was too slow.');
    assert.equal(test.status.kind, 'restarting');
  });

  it('that fails to start ten times in a row is given up', async () => {
    const test = new Supervised();
    test.supervisor.start().catch(() => {});
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await settled();
      test.run.failToStart(new ExternalMcpError('process', 'It exits.'));
      await test.vanish();
      if (attempt < 10) await test.advance(60_000);
    }
    assert.deepEqual(test.status.kind === 'failed' && test.status.crashLoop, { rule: 'failuresInARow', failures: 10 });
    assert.equal(test.runs.length, 10);
    assert.equal(test.clock.waiting, 0);
  });

  it('whose process survives SIGKILL is said to be stuck, and the next start ends it first', async () => {
    const test = new Supervised();
    await test.up();
    const stopping = errorOf(test.supervisor.stop());
    await settled();
    test.run.survive();
    assert.equal((await stopping).message, 'It is still there.');
    assert.equal(test.status.kind === 'failed' && test.status.isStuck, true);
    const started = test.supervisor.start();
    await settled();
    assert.equal(test.runs.length, 1);
    await test.vanish();
    assert.equal(test.runs.length, 2);
    test.run.becomeReady();
    await started;
  });

  it('that is disabled while it waits to start again does not', async () => {
    const test = new Supervised();
    await test.up();
    await test.crash();
    test.supervisor.dispatch({ type: 'defined', rest: { kind: 'disabled' }, apply: false });
    assert.equal(test.status.kind, 'disabled');
    assert.equal(test.clock.waiting, 0);
    assert.equal((await errorOf(test.supervisor.start())).kind, 'config');
  });

  it('that is edited while it waits to start again is started at once', async () => {
    const test = new Supervised();
    await test.up();
    await test.crash();
    test.supervisor.dispatch({ type: 'defined', rest: { kind: 'stopped' }, apply: false });
    assert.equal(test.status.kind, 'starting');
  });

  it('that is to be restarted on edit ends the old run before the new one begins', async () => {
    const test = new Supervised();
    await test.up();
    test.supervisor.dispatch({ type: 'defined', rest: { kind: 'stopped' }, apply: true });
    await settled();
    assert.equal(test.runs.length, 1);
    await test.vanish();
    assert.equal(test.runs.length, 2);
  });

  it('that ends by itself without an error stays stopped and says how it ended', async () => {
    const test = new Supervised();
    await test.up();
    await test.crash('clean');
    assert.deepEqual(test.status, { kind: 'stopped', ended: 'crashed' });
  });

  it('that wants somebody to sign in waits for somebody to start it', async () => {
    const test = new Supervised();
    await test.up();
    await test.crash('auth');
    assert.equal(test.status.kind, 'authRequired');
    assert.equal(test.clock.waiting, 0);
    void test.supervisor.start().catch(() => {});
    assert.equal(test.status.kind, 'starting');
  });

  it('that is asked for by one who gives up is stopped, and goes on where it started by itself', async () => {
    const test = new Supervised();
    const impatient = new AbortController();
    const first = errorOf(test.supervisor.start(impatient.signal));
    await settled();
    impatient.abort();
    await test.vanish();
    assert.equal((await first).kind, 'cancelled');
    assert.equal(test.status.kind, 'stopped');

    await test.up();
    await test.crash();
    await test.advance(1000);
    const another = new AbortController();
    const second = errorOf(test.supervisor.start(another.signal));
    another.abort();
    await second;
    assert.equal(test.status.kind, 'starting');
  });

  it('counts as active while an old run ends before the next one, and not while it is being stopped', async () => {
    const test = new Supervised();
    await test.up();
    test.run.crash(failureOf('failure'));
    assert.deepEqual([test.status.kind, isActive(test.status)], ['stopping', true]);
    void test.supervisor.stop();
    assert.deepEqual([test.status.kind, isActive(test.status)], ['stopping', false]);
    await test.vanish();
  });

  it('whose start is given up while the old run still ends stays stopped, with no other run', async () => {
    const test = new Supervised();
    await test.up();
    const stopped = test.supervisor.stop();
    const impatient = new AbortController();
    const started = errorOf(test.supervisor.start(impatient.signal));
    impatient.abort();
    await test.vanish();
    assert.equal((await started).kind, 'cancelled');
    await stopped;
    assert.equal(test.status.kind, 'stopped');
    assert.equal(test.runs.length, 1);
  });

  it('can be asked for anything by who is just being told of a change', async () => {
    const test = new Supervised();
    test.supervisor.onDidChangeStatus((status) => {
      if (status.kind === 'restarting') void test.supervisor.stop();
    });
    await test.up();
    await test.crash();
    assert.equal(test.status.kind, 'stopped');
    assert.equal(test.clock.waiting, 0);
  });
});
