import assert from 'node:assert/strict';
import { LinesPerSecond } from '../../../src/base/linesPerSecond.ts';
import { ManualClock } from '../process/support.ts';

describe('LinesPerSecond', () => {
  let clock: ManualClock;
  let told: number[];
  let lines: LinesPerSecond;

  beforeEach(() => {
    clock = new ManualClock();
    told = [];
    lines = new LinesPerSecond(clock, (total) => told.push(total));
  });

  it('counts the lines of a second and tells of them at its end', () => {
    assert.deepEqual([lines.count(), lines.count()], [1, 2]);
    clock.advance(999);
    assert.equal(lines.count(), 3);
    assert.deepEqual(told, []);
    clock.advance(1);
    assert.deepEqual(told, [3]);
  });

  it('begins a second with its first line, and tells nothing of one without lines', () => {
    lines.count();
    clock.advance(1000);
    clock.advance(1500);
    assert.equal(lines.count(), 1);
    clock.advance(999);
    assert.deepEqual(told, [1]);
    clock.advance(1);
    assert.deepEqual(told, [1, 1]);
  });

  it('tells what it has counted when it is disposed of, once', () => {
    lines.count();
    lines.dispose();
    lines.dispose();
    clock.advance(1000);
    assert.deepEqual(told, [1]);
  });
});
