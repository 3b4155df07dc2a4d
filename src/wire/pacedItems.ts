import type { Clock } from '../base/clock.ts';
import { REST_MS, SLICE_MS } from './pace.ts';

export interface PacedItemsHandlers<T> {
  /** Takes one. What it throws ends the chunk it came from, and those behind it. */
  take: (item: T) => void;
  /** Something was thrown in a turn of ours, where nobody else hears of it. `goOn` follows all the same. */
  failed: (error: unknown) => void;
  /** The source is to rest; a chunk that it had begun may still come. */
  rest: () => void;
  /** It may go on. */
  goOn: () => void;
}

/**
 * Hands over what chunks are cut into, and rests in between, in the middle of a chunk too: the system hands out some 2 MB at a time, which
 * is thousands of messages, and code that runs for the first time takes 60 ms for the 300 in 64 KB. While it rests everybody else has a
 * turn, here and on a processor that the window may need to draw what came. What is recorded has the time at which it was handed over, which
 * may be some rests behind its arrival.
 */
export class PacedItems<T> {
  readonly #clock: Clock;
  readonly #handlers: PacedItemsHandlers<T>;
  /** Of the chunks that are not handed over to their end, each cut as it is asked for the next. */
  readonly #chunks: Iterator<T>[] = [];
  #isResting = false;
  /** When the event loop's turn began in which the last item was taken. */
  #turn: number | undefined;

  constructor(clock: Clock, handlers: PacedItemsHandlers<T>) {
    this.#clock = clock;
    this.#handlers = handlers;
  }

  /** Hands over what a chunk has, as far as there is time; throws what its cutting or the taking throws. */
  push(chunk: Iterator<T>): void {
    this.#chunks.push(chunk);
    if (!this.#isResting) this.#handOver();
  }

  /** Does something when all that was pushed has been handed over: the source has ended. Throws as `push` does. */
  afterAll(task: () => void): void {
    const next = (): IteratorReturnResult<undefined> => {
      task();
      return { done: true, value: undefined };
    };
    this.push({ next });
  }

  /** Hands over all there is at once: nobody waits for the source any more. Throws as `push` does. */
  drain(): void {
    this.#handOver(Infinity);
  }

  #handOver(sliceMs = SLICE_MS): void {
    this.#turn ??= this.#beginTurn();
    try {
      for (let [chunk] = this.#chunks; chunk !== undefined; [chunk] = this.#chunks) {
        for (let next = chunk.next(); next.done !== true; next = chunk.next()) {
          this.#handlers.take(next.value);
          if (this.#clock.now() - this.#turn <= sliceMs) continue;
          this.#rest();
          return;
        }
        this.#chunks.shift();
      }
    } catch (error) {
      for (const chunk of this.#chunks.splice(0)) chunk.return?.();
      throw error;
    }
  }

  #beginTurn(): number {
    setImmediate(() => (this.#turn = undefined));
    return this.#clock.now();
  }

  #rest(): void {
    this.#isResting = true;
    this.#handlers.rest();
    this.#clock.after(REST_MS, () => {
      this.#isResting = false;
      this.#turn = undefined;
      try {
        this.#handOver();
      } catch (error) {
        this.#handlers.failed(error);
      }
      if (!this.#isResting) this.#handlers.goOn();
    });
  }
}
