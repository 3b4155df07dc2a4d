import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/lifecycle.ts';

/** Pause between listings of what a server keeps announcing, in ms. */
const PAUSE_MS = 1000;

/** Lists again when a server says that something changed: one listing at a time, and a server that never stops saying so is made to wait. */
export class Relisting implements Disposable {
  readonly #list: () => Promise<void>;
  readonly #clock: Clock;
  #isStale = false;
  #isBusy = false;
  #pause: Disposable | undefined;

  /** @param list never rejects */
  constructor(list: () => Promise<void>, clock: Clock) {
    this.#list = list;
    this.#clock = clock;
  }

  announce(): void {
    this.#isStale = true;
    if (!this.#isBusy) void this.#listUntilFresh();
  }

  /** Lists no more. */
  dispose(): void {
    this.#isStale = false;
    this.#pause?.dispose();
  }

  async #listUntilFresh(): Promise<void> {
    this.#isBusy = true;
    while (this.#isStale) {
      this.#isStale = false;
      await this.#list();
      if (this.#isStale) await new Promise<void>((resolve) => (this.#pause = this.#clock.after(PAUSE_MS, resolve)));
    }
    this.#isBusy = false;
  }
}
