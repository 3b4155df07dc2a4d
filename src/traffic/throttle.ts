import type { Clock } from '../base/clock.ts';
import { type Disposable, MutableDisposable } from '../base/lifecycle.ts';

/** Runs something when asked to: at once, but not again before so many milliseconds have passed. */
export class Throttle implements Disposable {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #task: () => void;
  readonly #timer = new MutableDisposable<Disposable>();
  #last = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, ms: number, task: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#task = task;
  }

  request(): void {
    if (this.#timer.value !== undefined) return;
    const wait = this.#last + this.#ms - this.#clock.now();
    if (wait > 0) this.#timer.value = this.#clock.after(wait, () => this.#run());
    else this.#run();
  }

  dispose(): void {
    this.#timer.dispose();
  }

  #run(): void {
    this.#timer.value = undefined;
    this.#last = this.#clock.now();
    this.#task();
  }
}
