import assert from 'node:assert/strict';
import { Announcer } from '../../../src/webview/shared/announcer.ts';
import { Throttle } from '../../../src/webview/shared/throttle.ts';
import { HandClock } from './support.ts';

describe('what is asked for often', () => {
  it('is done at once, and then no more often than allowed', async () => {
    const clock = new HandClock();
    const times: number[] = [];
    const throttle = new Throttle(clock, 100, () => void times.push(clock.now()));
    throttle.trigger();
    await clock.pass(10);
    throttle.trigger();
    throttle.trigger();
    await clock.pass(500);
    assert.deepEqual(times, [0, 100]);
  });

  it('is not done twice at a time, but once more when it was asked for meanwhile', async () => {
    const clock = new HandClock();
    let finish = (): void => {};
    let begun = 0;
    const throttle = new Throttle(clock, 100, () => {
      begun += 1;
      return new Promise<void>((resolve) => (finish = resolve));
    });
    throttle.trigger();
    await clock.pass(1000);
    throttle.trigger();
    throttle.trigger();
    await clock.pass(1000);
    assert.equal(begun, 1);
    finish();
    await clock.pass(1000);
    assert.equal(begun, 2);
  });
});

describe('announcements', () => {
  it('come at most every two seconds, the latest only', async () => {
    const clock = new HandClock();
    const said: [number, string][] = [];
    const announcer = new Announcer(clock, () => said.push([clock.now(), announcer.text]));
    announcer.say('one');
    await clock.pass(500);
    for (const text of ['two', 'three', 'four']) announcer.say(text);
    await clock.pass(5000);
    announcer.say('five');
    await clock.pass(0);
    assert.deepEqual(said, [
      [0, 'one'],
      [2000, 'four'],
      [5500, 'five'],
    ]);
  });

  it('are not repeated', async () => {
    const clock = new HandClock();
    let times = 0;
    const announcer = new Announcer(clock, () => (times += 1));
    announcer.say('same');
    await clock.pass(3000);
    announcer.say('same');
    await clock.pass(3000);
    assert.equal(times, 1);
  });
});
