import type { ExternalMcpError } from '../base/errors.ts';

/** Parts held by themselves before they are joined: a body in chunks of one byte would be millions of objects. */
const MAX_LOOSE_PARTS = 1024;
/** Bytes of such parts: what is copied out of them as it comes need not be held twice when it is whole. */
const MAX_LOOSE_BYTES = 1024 * 1024;
/** Starts that are noted of one message. At the bound no more are: what follows then looks like one read. */
const MAX_CHUNK_STARTS = 100_000;

/** Bytes put together again. */
export interface Joined {
  raw: Uint8Array;
  /** Positions in `raw`, other than 0, where another read from the socket began; the first 100,000. */
  chunkStarts: readonly number[];
  /** `raw` is all of its memory: who takes it may keep it instead of a copy. */
  mayKeep: boolean;
}

/** What has come of a message that is not whole yet. Bounded: above `maxBytes` it throws and the exchange ends. */
export class Chunks {
  readonly #maxBytes: number;
  readonly #tooLarge: () => ExternalMcpError;
  /** What came before the loose parts, in memory that grows in place: address space is reserved, pages are not. */
  #joined: ArrayBuffer | undefined;
  #loose: Uint8Array[] = [];
  #looseBytes = 0;
  #chunkStarts: number[] = [];

  /** @param tooLarge builds the error thrown at the limit */
  constructor(maxBytes: number, tooLarge: () => ExternalMcpError) {
    this.#maxBytes = maxBytes;
    this.#tooLarge = tooLarge;
  }

  get bytes(): number {
    return (this.#joined?.byteLength ?? 0) + this.#looseBytes;
  }

  push(part: Uint8Array): void {
    if (part.length === 0) return;
    const { bytes } = this;
    if (bytes > 0 && this.#chunkStarts.length < MAX_CHUNK_STARTS) this.#chunkStarts.push(bytes);
    this.#loose.push(part);
    this.#looseBytes += part.length;
    if (bytes + part.length > this.#maxBytes) throw this.#tooLarge();
    if (this.#loose.length > MAX_LOOSE_PARTS || this.#looseBytes > MAX_LOOSE_BYTES) this.#join();
  }

  /** Everything so far, copied only where it came in several reads; the next message begins. */
  take(): Joined {
    const joined = this.#joined;
    const parts = joined === undefined ? this.#loose : [new Uint8Array(joined), ...this.#loose];
    const [first = new Uint8Array()] = parts;
    const chunkStarts = this.#chunkStarts;
    const isCopy = joined !== undefined || parts.length > 1;
    const raw = isCopy ? Buffer.concat(parts) : first;
    // Freed at once, not when the garbage collector comes to it.
    joined?.transfer(0);
    this.#joined = undefined;
    this.#loose = [];
    this.#looseBytes = 0;
    this.#chunkStarts = [];
    return { raw, chunkStarts, mayKeep: isCopy && raw.length === raw.buffer.byteLength };
  }

  #join(): void {
    const joined = (this.#joined ??= new ArrayBuffer(0, { maxByteLength: this.#maxBytes }));
    let position = joined.byteLength;
    joined.resize(position + this.#looseBytes);
    const bytes = new Uint8Array(joined);
    for (const part of this.#loose) {
      bytes.set(part, position);
      position += part.length;
    }
    this.#loose = [];
    this.#looseBytes = 0;
  }
}
