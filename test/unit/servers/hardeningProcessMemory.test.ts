import assert from 'node:assert/strict';
import { hurried } from './support/clocks.ts';
import { Scene, slowly } from './support/hardening.ts';
import { failureOf } from './support/registry.ts';

/** Far above what a small server takes, so that only what it is told to hold counts. */
const LIMIT_MB = 200;
const SOMEWHAT_TOO_MUCH = 180;
const FAR_TOO_MUCH = 300;

describe('A server whose memory grows past its limit', function () {
  this.timeout(60_000);
  let scene: Scene;
  beforeEach(async () => {
    // A sample every half second.
    scene = await Scene.open(hurried(10));
    await scene.start(slowly('doesAsTold', { memoryLimitMb: LIMIT_MB }));
  });
  afterEach(() => scene.close());

  const samplesOver = (): number => {
    const samples = scene.server.vitals?.usage ?? [];
    return samples.filter(({ limitBytes }) => limitBytes > LIMIT_MB * 1024 * 1024).length;
  };
  const isBackForMemory = async (): Promise<void> => {
    await scene.untilReady(2);
    const reason = scene.server.history.at(-1)?.what ?? '';
    assert.match(reason, /^uses \d+ MB of memory; its limit is 200 MB$/);
    assert.deepEqual([scene.pids.length, scene.server.snapshot().restarts], [2, 1]);
    assert.deepEqual(scene.steps.slice(-3), ['stopping', 'starting', 'ready']);
    await scene.call('hi');
  };

  it('is started again with the third sample that shows it', async () => {
    let most = 0;
    scene.server.onDidMeasure(() => (most = Math.max(most, samplesOver())));
    await scene.call(`hold ${SOMEWHAT_TOO_MUCH}`);
    await isBackForMemory();
    assert.equal(most, 3);
    assert.ok(scene.output.some((line) => /^“mine” uses \d+ MB of memory.* Raise "memoryLimitMb"/.test(line)));
  });

  it('by half is started again without waiting for a third', async () => {
    let most = 0;
    scene.server.onDidMeasure(() => (most = Math.max(most, samplesOver())));
    // It may be ended before it has answered: nothing is waited for.
    await scene.call(`hold ${FAR_TOO_MUCH}`).catch(() => {});
    await isBackForMemory();
    // The first one may have come before it held all of it.
    assert.ok(most < 3, `${most} samples`);
  });

  it('finishes the call in flight first, and takes no other meanwhile', async () => {
    const { pid } = scene;
    const answer = scene.call('wait');
    await scene.call(`hold ${SOMEWHAT_TOO_MUCH}`);
    const { error } = await scene.until('degraded');
    assert.match(error.message, /memoryLimitMb/);
    const refused = await failureOf(scene.call('hi'));
    assert.deepEqual([refused.kind, refused.retryable], ['connection', true]);
    assert.match(
      refused.message,
      /^“mine” is about to be restarted and takes no more calls: .*Try again in a moment\.$/,
    );
    process.kill(pid, 'SIGUSR2');
    assert.deepEqual(await answer, { content: [{ type: 'text', text: 'done' }] });
    await isBackForMemory();
  });

  it('does not wait for ever for a call in flight', async () => {
    const answer = failureOf(scene.call('wait'));
    await scene.call(`hold ${SOMEWHAT_TOO_MUCH}`);
    const error = await answer;
    assert.deepEqual([error.kind, error.outcomeUnknown], ['process', true]);
    assert.match(error.message, /uses \d+ MB of memory/);
    await isBackForMemory();
  });
});
