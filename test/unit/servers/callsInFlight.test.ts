import assert from 'node:assert/strict';
import { filterOf } from '../traffic/records.ts';
import { hurried } from './support/clocks.ts';
import { Scene, slowly } from './support/hardening.ts';
import { failureOf } from './support/registry.ts';

const done = { content: [{ type: 'text', text: 'done' }] };

describe('A call', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('in flight is not ended by a health check that is forbidden, and the one after it asks for a sign-in', async () => {
    scene = await Scene.open();
    await scene.start(slowly('forbidsPing', { health: { intervalSeconds: 0.2 } }));
    const answer = scene.call('wait');
    const forbidden = (): number => scene.server.vitals?.checks.filter((check) => 'error' in check).length ?? 0;
    await scene.test.until(() => forbidden() >= 2 || scene.status.kind !== 'ready');
    assert.equal(scene.status.kind, 'ready');
    process.kill(scene.pid, 'SIGUSR2');
    assert.deepEqual(await answer, done);
    const { error } = await scene.until('authRequired');
    assert.deepEqual([error.kind, error.httpStatus], ['auth', 403]);
  });

  it('in flight when its server is stopped says just that', async () => {
    scene = await Scene.open();
    await scene.start(slowly('doesAsTold'));
    const waiting = failureOf(scene.call('wait'));
    const { traffic } = scene.test;
    await scene.test.until(() => traffic.entries(filterOf('server:mine tool:echo kind:request')).length > 0);
    await scene.server.stop();
    const { kind, message, outcomeUnknown } = await waiting;
    assert.deepEqual([kind, outcomeUnknown], ['cancelled', true]);
    assert.equal(message, '“mine” was stopped.');
  });

  it('that is refused because the server is about to be restarted was not sent, even if that ends a moment later', async () => {
    // A sample every half second.
    scene = await Scene.open(hurried(10));
    await scene.start(slowly('doesAsTold', { memoryLimitMb: 200 }));
    const { pid } = scene;
    const waiting = failureOf(scene.call('wait'));
    await scene.call('hold 180');
    await scene.until('degraded');
    const refused = failureOf(scene.call('hi'));
    process.kill(pid, 'SIGKILL');
    const { kind, retryable, outcomeUnknown, message } = await refused;
    assert.deepEqual(
      { kind, retryable, outcomeUnknown },
      { kind: 'connection', retryable: true, outcomeUnknown: undefined },
    );
    assert.match(message, /takes no more calls/);
    // That one was sent, and nobody knows what came of it.
    assert.equal((await waiting).outcomeUnknown, true);
    await scene.untilReady(2);
  });
});
