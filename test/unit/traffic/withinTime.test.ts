import assert from 'node:assert/strict';
import { withinTime } from '../../../src/traffic/withinTime.ts';

describe('withinTime', () => {
  it('returns what the work returns, and throws what it throws', () => {
    assert.deepEqual(
      withinTime(1000, () => [1, 2]),
      { value: [1, 2] },
    );
    assert.deepEqual(
      withinTime(1000, () => undefined),
      { value: undefined },
    );
    const error = new TypeError('mine');
    assert.throws(() => withinTime(1000, () => fail(error)), error);
  });

  it('ends an expression that backtracks without end, and works again afterwards', () => {
    assert.equal(
      withinTime(20, () => /(x+x+)+y/.test('x'.repeat(100))),
      undefined,
    );
    assert.deepEqual(
      withinTime(1000, () => /x+y/.test('xxy')),
      { value: true },
    );
  });
});

function fail(error: Error): never {
  throw error;
}
