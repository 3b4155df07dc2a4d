import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CallQueue } from '../../../../src/plugins/linkedin/callQueue.ts';
import { LinkedToken, never } from '../../../../src/plugins/linkedin/cancellation.ts';

describe('The queue of LinkedIn calls', () => {
  it('runs one piece of work at a time, in the order of asking, whatever becomes of those before', async () => {
    const queue = new CallQueue();
    const seen: string[] = [];
    const work = (name: string, fails = false) =>
      queue.run(never, async () => {
        seen.push(`${name} begins`);
        await new Promise(setImmediate);
        seen.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([work('a'), work('b', true), work('c')]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(seen, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('lets go at once of what is cancelled while it waits, and keeps the order of the rest', async () => {
    const queue = new CallQueue();
    const gate = Promise.withResolvers<void>();
    const seen: string[] = [];
    const first = queue.run(never, async () => {
      await gate.promise;
      seen.push('first');
    });
    const token = new LinkedToken(never);
    const second = queue.run(token, async () => void seen.push('second'));
    const third = queue.run(never, async () => void seen.push('third'));
    token.cancel();
    await assert.rejects(second, { name: 'LinkedInError', message: /cancelled before it began/ });
    assert.deepEqual(seen, [], 'the first is still running');
    gate.resolve();
    await Promise.all([first, third]);
    assert.deepEqual(seen, ['first', 'third']);
  });

  it('does not begin what was cancelled before it was asked for', async () => {
    const token = new LinkedToken(never);
    token.cancel();
    await assert.rejects(
      new CallQueue().run(token, () => assert.fail('it began')),
      { name: 'LinkedInError' },
    );
  });

  it('refuses what would wait too long', async () => {
    const queue = new CallQueue();
    const gate = Promise.withResolvers<void>();
    const first = queue.run(never, () => gate.promise);
    await new Promise(setImmediate);
    const waiting = Array.from({ length: 50 }, () => queue.run(never, async () => {}));
    await assert.rejects(
      queue.run(never, async () => {}),
      { name: 'LinkedInError', message: /50 LinkedIn actions wait already/ },
    );
    gate.resolve();
    await Promise.all([first, ...waiting]);
    await queue.run(never, async () => {});
  });

  it('follows the token of who asked', () => {
    const parent = new LinkedToken(never);
    const child = new LinkedToken(parent);
    let told = 0;
    const subscription = child.onCancellationRequested(() => (told += 1));
    child.onCancellationRequested(() => (told += 10));
    subscription.dispose();
    parent.cancel();
    parent.cancel();
    assert.deepEqual([child.isCancellationRequested, told], [true, 10]);
    assert.equal(new LinkedToken(parent).isCancellationRequested, true);
  });
});
