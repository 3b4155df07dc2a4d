import type { Clock } from '../../../src/base/clock.ts';
import { toDisposable } from '../../../src/base/lifecycle.ts';

/** A clock that goes when it is told to; timers that are due run in their order. */
export class HandClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ at: number; task: () => void }>();

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return this.#now;
  }

  after(ms: number, task: () => void): ReturnType<Clock['after']> {
    const timer = { at: this.#now + ms, task };
    this.#timers.add(timer);
    return toDisposable(() => this.#timers.delete(timer));
  }

  /** Lets time pass, and whatever follows from it in this turn happen. */
  async pass(ms: number): Promise<void> {
    await settled();
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.task();
      await settled();
    }
    this.#now = end;
    await settled();
  }
}

/** What was answered in the same turn has arrived after this. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
