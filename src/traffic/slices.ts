import { type Clock, systemClock } from '../base/clock.ts';
import { type Disposable, MutableDisposable, toDisposable } from '../base/lifecycle.ts';

/** Time and turns of the event loop, injected so that tests need not wait. */
export interface Timing {
  clock: Clock;
  /** Runs `task` once, behind what the event loop has ready, unless disposed of before. */
  soon(task: () => void): Disposable;
}

export const systemTiming: Timing = {
  clock: systemClock,
  soon(task) {
    const immediate = setImmediate(task);
    return toDisposable(() => clearImmediate(immediate));
  },
};

/** Milliseconds that long work may take before it lets others have their turn. */
const SLICE_MS = 8;

/** Does long work a slice at a time, so that it never blocks; the first slice at once. */
export class Slices implements Disposable {
  readonly #timing: Timing;
  readonly #work: (until: number) => boolean;
  readonly #next = new MutableDisposable<Disposable>();
  #isRunning = false;

  /** @param work works until that time of the clock, or the end; returns whether there is more to do */
  constructor(timing: Timing, work: (until: number) => boolean) {
    this.#timing = timing;
    this.#work = work;
  }

  /** Whether work goes on. */
  get isBusy(): boolean {
    return this.#isRunning || this.#next.value !== undefined;
  }

  start(): void {
    if (!this.isBusy) this.#run();
  }

  dispose(): void {
    this.#next.dispose();
  }

  #run(): void {
    this.#isRunning = true;
    this.#next.value = undefined;
    let hasMore = false;
    try {
      hasMore = this.#work(this.#timing.clock.now() + SLICE_MS);
    } finally {
      this.#isRunning = false;
    }
    if (hasMore) this.#next.value = this.#timing.soon(() => this.#run());
  }
}
