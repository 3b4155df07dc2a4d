import { type Clock, systemClock } from '../../base/clock.ts';
import { type Disposable, MutableDisposable } from '../../base/lifecycle.ts';

const SECOND_MS = 1000;

/** Calls `tick` once a second while somebody looks; one timer, and none while nobody does. */
export class Countdown implements Disposable {
  readonly #tick: () => void;
  readonly #clock: Clock;
  readonly #timer = new MutableDisposable();

  constructor(tick: () => void, clock: Clock = systemClock) {
    this.#tick = tick;
    this.#clock = clock;
  }

  /** Starts or stops; said again, it changes nothing. */
  run(isWanted: boolean): void {
    if (!isWanted) this.#timer.value = undefined;
    else if (this.#timer.value === undefined) this.#schedule();
  }

  dispose(): void {
    this.#timer.dispose();
  }

  #schedule(): void {
    this.#timer.value = this.#clock.after(SECOND_MS, () => {
      this.#schedule();
      this.#tick();
    });
  }
}
