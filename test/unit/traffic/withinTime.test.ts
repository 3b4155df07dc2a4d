import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { withinFairTime, withinTime } from '../../../src/traffic/withinTime.ts';

/** Milliseconds that no machine is so busy as to need. */
const AMPLE = 30_000;

describe('withinTime', () => {
  it('returns what the work returns, and throws what it throws', () => {
    assert.deepEqual(
      withinTime(AMPLE, () => [1, 2]),
      { value: [1, 2] },
    );
    assert.deepEqual(
      withinTime(AMPLE, () => undefined),
      { value: undefined },
    );
    const error = new TypeError('mine');
    assert.throws(() => withinTime(AMPLE, () => fail(error)), error);
  });

  it('ends an expression that backtracks without end, and works again afterwards', () => {
    assert.equal(withinTime(20, endless), undefined);
    assert.deepEqual(
      withinTime(AMPLE, () => /x+y/.test('xxy')),
      { value: true },
    );
  });

  it('ends work that goes deeper than the engine can remember', () => {
    assert.equal(withinTime(AMPLE, deeper), undefined);
  });
});

describe('withinFairTime', () => {
  it('gives work more time that did not get the processor', () => {
    let runs = 0;
    const work = (): string => {
      runs += 1;
      // As on a machine that is busy with others: time goes by, and none of it is ours.
      if (runs === 1) sleep(AMPLE);
      return 'done';
    };
    assert.deepEqual(withinFairTime(50, AMPLE, work), { value: 'done' });
    assert.equal(runs, 2);
  });

  it('does not take the work of other threads, as of the collector of garbage, for that of this one', async () => {
    const other = new Worker('for (;;);', { eval: true });
    await once(other, 'online');
    let runs = 0;
    const outcome = withinFairTime(100, AMPLE, () => {
      runs += 1;
      if (runs === 1) sleep(AMPLE);
    });
    await other.terminate();
    assert.deepEqual([outcome, runs], [{ value: undefined }, 2]);
  });

  it('gives up work that did not get it the second time either', () => {
    let runs = 0;
    const outcome = withinFairTime(50, 50, () => {
      runs += 1;
      sleep(AMPLE);
    });
    assert.deepEqual([outcome, runs], [undefined, 2]);
  });

  it('tries work only once that fails, or goes too deep', () => {
    let runs = 0;
    const failing = (): never => {
      runs += 1;
      throw new TypeError('mine');
    };
    assert.throws(() => withinFairTime(AMPLE, AMPLE, failing), { message: 'mine' });
    assert.equal(withinFairTime(AMPLE, AMPLE, deeper), undefined);
    assert.equal(runs, 1);
  });

  it('ends work that has no end, however busy the machine is', () => {
    assert.equal(withinFairTime(50, 100, endless), undefined);
  });
});

function endless(): boolean {
  return /(x+x+)+y/.test('x'.repeat(100));
}

function deeper(): number {
  return deeper() + 1;
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function fail(error: Error): never {
  throw error;
}
