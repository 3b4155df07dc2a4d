import assert from 'node:assert/strict';
import { Batch } from '../../../../src/ui/tree/batch.ts';
import { ManualClock } from '../../process/support.ts';

describe('a batch of changes', () => {
  let clock: ManualClock;
  let handed: string[][];
  let batch: Batch<string>;

  beforeEach(() => {
    clock = new ManualClock();
    handed = [];
    batch = new Batch<string>({ delayMs: 100, pauseMs: 5000, handOver: (items) => handed.push([...items]), clock });
  });

  it('is handed over together, each once, some time after the first', () => {
    batch.add('a');
    clock.advance(99);
    batch.add('b');
    batch.add('a');
    assert.deepEqual(handed, []);
    clock.advance(1);
    assert.deepEqual(handed, [['a', 'b']]);
  });

  it('is not handed over again before the pause is over', () => {
    batch.add('a');
    clock.advance(100);
    batch.add('b');
    clock.advance(4999);
    assert.deepEqual(handed, [['a']]);
    clock.advance(1);
    assert.deepEqual(handed, [['a'], ['b']]);
  });

  it('waits for nothing while there is nothing, or nobody', () => {
    assert.equal(clock.waiting, 0);
    batch.add('a');
    batch.flush();
    assert.deepEqual(handed, [['a']]);
    assert.equal(clock.waiting, 0);
    batch.add('b');
    batch.dispose();
    assert.equal(clock.waiting, 0);
  });
});
