import assert from 'node:assert/strict';
import { systemClock } from '../../../src/base/clock.ts';
import { ExternalMcpError, messageOf } from '../../../src/base/errors.ts';

describe('an error of ours', () => {
  it('carries its kind in its name, and only what it was given', () => {
    const cause = new Error('inner');
    const error = new ExternalMcpError('timeout', 'No answer.', { server: 's', cause, retryable: true });
    assert.equal(error.name, 'timeout (ExternalMcpError)');
    assert.equal(error.cause, cause);
    assert.equal(error.retryable, true);
    for (const key of ['retryAfterMs', 'outcomeUnknown', 'rpcCode', 'rpcData', 'httpStatus']) {
      assert.equal(Reflect.get(error, key), undefined, key);
    }
    assert.match(error.stack ?? '', /No answer\./);
  });

  it('is never retryable when its outcome is unknown', () => {
    assert.equal(new ExternalMcpError('connection', 'x', { retryable: true, outcomeUnknown: true }).retryable, false);
    assert.equal(new ExternalMcpError('connection', 'x').retryable, false);
  });

  it('has a message for anything thrown', () => {
    assert.equal(messageOf(new Error('x')), 'x');
    assert.equal(messageOf('y'), 'y');
    assert.equal(messageOf(undefined), 'undefined');
  });
});

describe('the clock', () => {
  it('never runs back', () => {
    let last = 0;
    for (let look = 0; look < 1000; look += 1) {
      const time = systemClock.wallTime();
      assert.ok(time >= last);
      last = time;
    }
  });

  it('takes a wait longer than the timers of the platform for a long one', async () => {
    let fired = false;
    const wait = systemClock.after(1e15, () => (fired = true));
    await new Promise<void>((resolve) => void systemClock.after(5, resolve));
    wait.dispose();
    assert.equal(fired, false);
  });

  it('does not run a task that was disposed of', async () => {
    let fired = false;
    systemClock.after(1, () => (fired = true)).dispose();
    await new Promise<void>((resolve) => void systemClock.after(5, resolve));
    assert.equal(fired, false);
  });
});
