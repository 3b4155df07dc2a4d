import type { Clock } from '../../base/clock.ts';

/** Does something that was asked for often not more often than every so many milliseconds, and never twice at a time. */
export class Throttle {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #task: () => Promise<void> | void;
  #last = -Infinity;
  #state: 'idle' | 'waiting' | 'running' | 'again' = 'idle';

  /** @param task handles its own failures */
  constructor(clock: Clock, ms: number, task: () => Promise<void> | void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#task = task;
  }

  /** Asks for it: at once where the last time is long enough ago. */
  trigger(): void {
    if (this.#state === 'running') this.#state = 'again';
    if (this.#state !== 'idle') return;
    this.#state = 'waiting';
    const wait = Math.max(0, this.#last + this.#ms - this.#clock.now());
    this.#clock.after(wait, () => void this.#run());
  }

  async #run(): Promise<void> {
    this.#state = 'running';
    this.#last = this.#clock.now();
    try {
      await this.#task();
    } finally {
      const again = this.#asked();
      this.#state = 'idle';
      if (again) this.trigger();
    }
  }

  #asked(): boolean {
    return this.#state === 'again';
  }
}
