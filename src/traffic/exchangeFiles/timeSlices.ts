import { setImmediate } from 'node:timers/promises';

/** Milliseconds after which others get their turn: a third of what the event loop may be held up, as listeners add their own work. */
const SLICE_MS = 5;

/** Cuts long work into slices between which the event loop goes on. */
export class TimeSlices {
  readonly #signal: AbortSignal | undefined;
  #started = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** It is time for `pause`. */
  get isOver(): boolean {
    return performance.now() - this.#started >= SLICE_MS;
  }

  /** Lets others run. Throws the signal's reason once that is aborted. */
  async pause(): Promise<void> {
    this.#signal?.throwIfAborted();
    await setImmediate();
    this.#started = performance.now();
    this.#signal?.throwIfAborted();
  }
}
