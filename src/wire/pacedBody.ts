import type { Clock } from '../base/clock.ts';
import { PAUSE_ABOVE_BYTES, SLICE_BYTES, SLICE_MS } from './limits.ts';

/** The socket behind a body. `resume` must not be called from within its own callbacks. */
export interface BodySource {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/**
 * A response's body as a stream that hands over small slices and gives the event loop a turn in between, so that a large or
 * endless answer cannot freeze its reader. Bounded: above `PAUSE_ABOVE_BYTES` waiting, the socket is paused.
 */
export class PacedBody {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #clock: Clock;
  readonly #source: BodySource;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #paused = false;
  #turnStarted = 0;
  #outcome: { error?: Error } | undefined;
  #wake: (() => void) | undefined;

  constructor(clock: Clock, source: BodySource) {
    this.#clock = clock;
    this.#source = source;
    // A default stream: `type: 'bytes'` would detach the buffers. No high-water mark: the queue here is the only one.
    this.stream = new ReadableStream<Uint8Array>(
      { pull: (controller) => this.#pull(controller), cancel: (reason) => this.#cancel(reason) },
      { highWaterMark: 0 },
    );
  }

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.length;
    if (this.#queuedBytes > PAUSE_ABOVE_BYTES && !this.#paused && this.#outcome === undefined) {
      this.#paused = true;
      this.#source.pause();
    }
    this.#wakeUp();
  }

  /** No more will come; with an error, the reader gets it after what is queued. */
  end(error?: Error): void {
    this.#outcome ??= error === undefined ? {} : { error };
    this.#wakeUp();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (this.#queue.length === 0 && this.#outcome === undefined) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      // The wait was a turn for everybody else.
      this.#turnStarted = this.#clock.now();
    }
    const now = this.#clock.now();
    if (now - this.#turnStarted > SLICE_MS) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      this.#turnStarted = this.#clock.now();
    }
    if (this.#queue.length === 0) {
      if (this.#outcome?.error === undefined) {
        controller.close();
        return;
      }
      // A failure empties the streams that the reader has piped this one through: first it gets what they hold.
      await new Promise<void>((resolve) => setImmediate(resolve));
      controller.error(this.#outcome.error);
      return;
    }
    const slice = this.#takeSlice();
    this.#queuedBytes -= slice.length;
    if (this.#paused && this.#queuedBytes < PAUSE_ABOVE_BYTES / 2) {
      this.#paused = false;
      // undici yields empty chunks and loops when resumed from a microtask.
      setImmediate(() => this.#source.resume());
    }
    controller.enqueue(slice);
  }

  /** The beginning of a large chunk, or as many small ones as fit: a body in chunks of one byte is not handed over by the byte. */
  #takeSlice(): Uint8Array {
    let count = 0;
    let bytes = 0;
    for (const chunk of this.#queue) {
      if (bytes + chunk.length > SLICE_BYTES) break;
      bytes += chunk.length;
      count += 1;
    }
    const [first = new Uint8Array()] = this.#queue;
    if (count === 0) {
      this.#queue[0] = first.subarray(SLICE_BYTES);
      return first.subarray(0, SLICE_BYTES);
    }
    const taken = this.#queue.splice(0, count);
    return count === 1 ? first : Buffer.concat(taken);
  }

  #cancel(reason: unknown): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#source.abort(reason instanceof Error ? reason : new DOMException('the reader left', 'AbortError'));
    this.end();
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
