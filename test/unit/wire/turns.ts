import { type Clock, systemClock } from '../../../src/base/clock.ts';

/** Counts the turns of the event loop. */
export function turns(): { now: () => number; stop: () => void } {
  let turn = 0;
  const count = (): NodeJS.Immediate => setImmediate(() => ((turn += 1), (next = count())));
  let next = count();
  return { now: () => turn, stop: () => clearImmediate(next) };
}

/** Each look at this clock is another 10 ms: all that is done takes its time. */
export function slowClock(): Clock {
  let now = 0;
  return { ...systemClock, now: () => (now += 10) };
}

/** How many of them were in the same turn as the one before. */
export function together(at: readonly number[]): number {
  return at.filter((turn, index) => turn === at[index - 1]).length;
}
