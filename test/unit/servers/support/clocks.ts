import { type Clock, systemClock } from '../../../../src/base/clock.ts';

/** Waits that machines need, in ms: half a second and less, and the longest step of the stop ladder. */
const SHORT_MS = 500;
const LADDER_MS = 1500;

/** Real time in which all waits but those pass `times` as fast: back-off, the pauses between measurements; limits too, so give a start a long one. */
export function hurried(times: number): Clock {
  const isKept = (ms: number): boolean => ms <= SHORT_MS || ms === LADDER_MS;
  return { ...systemClock, after: (ms, task) => systemClock.after(isKept(ms) ? ms : ms / times, task) };
}

/** Real time that can also jump ahead, as when the machine slept. */
export class JumpingClock implements Clock {
  #ahead = 0;

  now(): number {
    return systemClock.now() + this.#ahead;
  }

  wallTime(): number {
    return systemClock.wallTime() + this.#ahead;
  }

  /** Like the system's own timers, it does not notice sleep. */
  after(ms: number, task: () => void): ReturnType<Clock['after']> {
    return systemClock.after(ms, task);
  }

  jump(ms: number): void {
    this.#ahead += ms;
  }
}
