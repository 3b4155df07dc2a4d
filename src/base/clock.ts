import { type Disposable, toDisposable } from './lifecycle.ts';

/** Time, injected so that waiting can be tested without waiting. */
export interface Clock {
  /** Milliseconds on a monotonic scale with a fraction of microseconds: for durations and deadlines. */
  now(): number;
  /** Milliseconds since the epoch with a fraction of microseconds; never runs backwards within a process. */
  wallTime(): number;
  /** Runs `task` once after `ms` milliseconds unless disposed of before. */
  after(ms: number, task: () => void): Disposable;
}

/** The longest wait of the platform's timers in milliseconds, 24.8 days; a longer one fires at once. */
export const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** The platform's own time. Wall time is the start of the process plus monotonic time, so a changed system clock cannot reorder entries. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => performance.timeOrigin + performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, Math.min(ms, LONGEST_WAIT_MS));
    return toDisposable(() => clearTimeout(timer));
  },
};
