import { type Clock, systemClock } from '../../../src/base/clock.ts';
import { toDisposable } from '../../../src/base/lifecycle.ts';
import { REST_MS } from '../../../src/wire/pace.ts';

/** Counts the turns of the event loop. */
export function turns(): { now: () => number; stop: () => void } {
  let turn = 0;
  const count = (): NodeJS.Immediate => setImmediate(() => ((turn += 1), (next = count())));
  let next = count();
  return { now: () => turn, stop: () => clearImmediate(next) };
}

/** Each look at this clock is another 10 ms: all that is done takes its time. A rest is a turn of the event loop. */
export function slowClock(): Clock {
  let now = 0;
  return {
    ...systemClock,
    now: () => (now += 10),
    after(ms, task) {
      if (ms > REST_MS) return systemClock.after(ms, task);
      const rest = setImmediate(task);
      return toDisposable(() => clearImmediate(rest));
    },
  };
}

/** How many of them were in the same turn as the one before. */
export function together(at: readonly number[]): number {
  return at.filter((turn, index) => turn === at[index - 1]).length;
}
