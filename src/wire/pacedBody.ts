import type { Clock } from '../base/clock.ts';
import type { LateChunk } from './context.ts';
import { PAUSE_ABOVE_BYTES, SLICE_BYTES, SLICE_MS } from './pace.ts';

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
  #queue: (Uint8Array | LateChunk)[] = [];
  #queuedBytes = 0;
  #paused = false;
  #isResting = false;
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

  push(chunk: Uint8Array | LateChunk): void {
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.length;
    if (this.#queuedBytes > PAUSE_ABOVE_BYTES && !this.#paused && this.#outcome === undefined) {
      this.#paused = true;
      this.#source.pause();
    }
    this.#wakeUp();
  }

  /** The socket rests: whoever reads what is pushed has worked for long enough. */
  rest(): void {
    if (this.#isResting || this.#outcome !== undefined) return;
    this.#isResting = true;
    if (!this.#paused) this.#source.pause();
  }

  /** Ends the rest, in a task of its own. */
  goOn(): void {
    if (!this.#isResting) return;
    this.#isResting = false;
    if (!this.#paused) this.#source.resume();
  }

  /** No more will come; with an error, the reader gets it after what is queued. */
  end(error?: Error): void {
    this.#outcome ??= error === undefined ? {} : { error };
    this.#wakeUp();
  }

  /**
   * All of the body as text (UTF-8), in place of the stream, which nobody can read then. A body that was pushed in one is not copied
   * before, and where it is large, neither what it took to get here nor what its reader does with it is in the turn that decodes it.
   */
  async text(): Promise<string> {
    this.stream.getReader();
    while (this.#outcome === undefined) await this.#woken();
    const isLarge = this.#queuedBytes > PAUSE_ABOVE_BYTES;
    if (isLarge) await turn();
    if (this.#outcome.error !== undefined) throw this.#outcome.error;
    const parts: Uint8Array[] = [];
    for (const part of this.#queue) parts.push('make' in part ? await part.make() : part);
    const text = new TextDecoder().decode(parts.length === 1 ? parts[0] : Buffer.concat(parts));
    this.#queue = [];
    this.#handedOver(this.#queuedBytes);
    if (isLarge) await turn();
    return text;
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (this.#queue.length === 0 && this.#outcome === undefined) {
      await this.#woken();
      // The wait was a turn for everybody else.
      this.#turnStarted = this.#clock.now();
    }
    const now = this.#clock.now();
    if (now - this.#turnStarted > SLICE_MS) {
      await turn();
      this.#turnStarted = this.#clock.now();
    }
    if (this.#queue.length === 0) {
      if (this.#outcome?.error === undefined) {
        controller.close();
        return;
      }
      // A failure empties the streams that the reader has piped this one through: first it gets what they hold.
      await turn();
      controller.error(this.#outcome.error);
      return;
    }
    await this.#makeFirst();
    // The reader left meanwhile.
    if (this.#queue.length === 0) return;
    const slice = this.#takeSlice();
    this.#handedOver(slice.length);
    controller.enqueue(slice);
  }

  async #makeFirst(): Promise<void> {
    const [first] = this.#queue;
    if (first === undefined || !('make' in first)) return;
    await turn();
    const made = await first.make();
    // The reader left meanwhile.
    if (this.#queue[0] !== first) return;
    this.#queue[0] = made;
    this.#queuedBytes += made.length - first.length;
    await turn();
    this.#turnStarted = this.#clock.now();
  }

  /** The beginning of a large chunk, or as many small ones as fit: a body in chunks of one byte is not handed over by the byte. */
  #takeSlice(): Uint8Array {
    let bytes = 0;
    const taken: Uint8Array[] = [];
    for (const chunk of this.#queue) {
      if ('make' in chunk || bytes + chunk.length > SLICE_BYTES) break;
      bytes += chunk.length;
      taken.push(chunk);
    }
    const [first] = this.#queue;
    if (taken.length === 0 && first instanceof Uint8Array) {
      this.#queue[0] = first.subarray(SLICE_BYTES);
      return first.subarray(0, SLICE_BYTES);
    }
    this.#queue.splice(0, taken.length);
    const [only = new Uint8Array()] = taken;
    return taken.length > 1 ? Buffer.concat(taken) : only;
  }

  #handedOver(bytes: number): void {
    this.#queuedBytes -= bytes;
    if (!this.#paused || this.#queuedBytes >= PAUSE_ABOVE_BYTES / 2) return;
    this.#paused = false;
    // undici yields empty chunks and loops when resumed from a microtask.
    setImmediate(() => {
      if (!this.#isResting) this.#source.resume();
    });
  }

  #cancel(reason: unknown): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#source.abort(reason instanceof Error ? reason : new DOMException('the reader left', 'AbortError'));
    this.end();
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

/** Lets everybody else have one. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
