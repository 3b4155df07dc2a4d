import { type Clock, systemClock } from '../../base/clock.ts';
import { type Disposable, MutableDisposable } from '../../base/lifecycle.ts';

interface BatchOptions<T> {
  /** Milliseconds from the first that is added until all are handed over. */
  delayMs: number;
  /** Least milliseconds between two times. */
  pauseMs?: number;
  /** Gets each once, however often it was added. */
  handOver(items: ReadonlySet<T>): void;
  clock?: Clock;
}

/** Gathers what has changed and hands it over together. */
export class Batch<T> implements Disposable {
  readonly #options: BatchOptions<T>;
  readonly #clock: Clock;
  readonly #timer = new MutableDisposable();
  #items = new Set<T>();
  #last = Number.NEGATIVE_INFINITY;

  constructor(options: BatchOptions<T>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  add(item: T): void {
    const { delayMs, pauseMs = 0 } = this.#options;
    this.#items.add(item);
    if (this.#timer.value !== undefined) return;
    const pause = this.#last + pauseMs - this.#clock.now();
    this.#timer.value = this.#clock.after(Math.max(delayMs, pause), () => this.flush());
  }

  /** Hands over at once what there is. */
  flush(): void {
    this.#timer.value = undefined;
    if (this.#items.size === 0) return;
    const items = this.#items;
    this.#items = new Set();
    this.#last = this.#clock.now();
    this.#options.handOver(items);
  }

  dispose(): void {
    this.#timer.dispose();
    this.#items.clear();
  }
}
