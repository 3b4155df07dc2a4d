import assert from 'node:assert/strict';
import { ExternalMcpError } from '../../../src/base/errors.ts';
import { failureOutcome, outcomeOf } from '../../../src/plugins/outcome.ts';

const circular: Record<string, unknown> = {};
circular['self'] = circular;

describe('What a plugin resolves with', () => {
  it('is the data of a success', () => {
    for (const data of [{ a: 1 }, [1], 'text', 0, null, false])
      assert.deepEqual(outcomeOf(data), { status: 'success', data });
    assert.deepEqual(outcomeOf(undefined), { status: 'success' });
  });

  it('may say itself how it went', () => {
    const error = { kind: 'auth', code: 'expired', message: 'Sign in again.', retryable: false };
    assert.deepEqual(outcomeOf({ status: 'partial', data: { a: 1 }, error }), {
      status: 'partial',
      data: { a: 1 },
      error,
    });
    assert.deepEqual(outcomeOf({ status: 'error', error: { ...error, retryAfterMs: 5000 } }), {
      status: 'error',
      error: { ...error, retryAfterMs: 5000 },
    });
    assert.deepEqual(outcomeOf({ status: 'success', data: 1 }), { status: 'success', data: 1 });
  });

  it('is data where a status is only one of its fields', () => {
    const order = { status: 'success', number: 7 };
    assert.deepEqual(outcomeOf(order), { status: 'success', data: order });
  });

  it('is an error when it is the result of a tool that failed', () => {
    const result = { isError: true, content: [{ type: 'text', text: 'Session expired' }] };
    const { status, error, data } = outcomeOf(result);
    assert.equal(status, 'error');
    assert.deepEqual(error, { kind: 'tool', message: 'Session expired', retryable: false });
    assert.deepEqual(data, result);
  });

  it('is an error when a result claims to be none and tells of one', () => {
    const told = { error: 'rate_limit', message: 'Too fast.', resolution: 'Wait.' };
    for (const result of [told, { content: [], structuredContent: told }]) {
      const { status, error } = outcomeOf(result);
      assert.equal(status, 'error');
      assert.deepEqual(error, { kind: 'tool', code: 'rate_limit', message: 'Too fast. Wait.', retryable: false });
    }
  });

  it('is data where its field for an error is empty', () => {
    const data = { error: '', message: 'Three issues were closed.' };
    assert.deepEqual(outcomeOf(data), { status: 'success', data });
  });

  it('is an error when it cannot be passed on', () => {
    const throwing = {
      get value(): never {
        throw new Error('not for you');
      },
    };
    for (const value of [
      circular,
      1n,
      throwing,
      {
        toJSON: () => {
          throw new Error('no');
        },
      },
    ]) {
      const { status, error } = outcomeOf(value);
      assert.equal(status, 'error');
      assert.equal(error?.kind, 'validation');
    }
  });

  it('says something even where the plugin says nothing', () => {
    assert.equal(outcomeOf({ isError: true }).error?.message, 'It failed and does not say why.');
    assert.equal(outcomeOf({ status: 'error' }).error?.message, 'It failed and does not say why.');
  });
});

describe('What a plugin throws', () => {
  it('keeps the kind, the advice and the wait of our own errors', () => {
    const error = new ExternalMcpError('connection', 'Busy.', { retryable: true, retryAfterMs: 2000 });
    assert.deepEqual(failureOutcome(error).error, {
      kind: 'connection',
      message: 'Busy.',
      retryable: true,
      retryAfterMs: 2000,
    });
  });

  it('has its kind by the name where an error crossed extension hosts', () => {
    const crossed = Object.assign(new Error('Too late.'), { name: 'timeout (ExternalMcpError)' });
    assert.equal(failureOutcome(crossed).error?.kind, 'timeout');
  });

  it('is a failure of the tool where nothing says otherwise', () => {
    assert.deepEqual(failureOutcome(new TypeError('x is undefined')).error, {
      kind: 'tool',
      message: 'x is undefined',
      retryable: false,
    });
    assert.equal(failureOutcome(Object.assign(new Error('x'), { kind: 'constructor' })).error?.kind, 'tool');
  });

  it('need not be an error', () => {
    const throwing = {
      get message(): never {
        throw new Error('no');
      },
    };
    for (const thrown of [undefined, null, 1, throwing, circular, Symbol('x')]) {
      assert.equal(failureOutcome(thrown).error?.message, 'It failed and does not say why.');
    }
    assert.equal(failureOutcome('just text').error?.message, 'just text');
  });

  it('is cut to what people can read', () => {
    assert.equal(failureOutcome(new Error('x'.repeat(1_000_000))).error?.message.length, 4000);
  });
});
