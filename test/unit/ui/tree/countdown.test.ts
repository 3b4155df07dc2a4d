import assert from 'node:assert/strict';
import { Countdown } from '../../../../src/ui/tree/countdown.ts';
import { ManualClock } from '../../process/support.ts';

describe('a countdown', () => {
  it('ticks once a second while it is wanted, with one timer, and none else', () => {
    const clock = new ManualClock();
    let ticks = 0;
    const countdown = new Countdown(() => (ticks += 1), clock);
    assert.equal(clock.waiting, 0);
    countdown.run(true);
    clock.advance(500);
    countdown.run(true);
    clock.advance(500);
    clock.advance(1000);
    assert.equal(ticks, 2);
    assert.equal(clock.waiting, 1);
    countdown.run(false);
    assert.equal(clock.waiting, 0);
  });

  it('ends when its tick says that nobody waits any more', () => {
    const clock = new ManualClock();
    const countdown: Countdown = new Countdown(() => countdown.run(false), clock);
    countdown.run(true);
    clock.advance(1000);
    assert.equal(clock.waiting, 0);
  });
});
