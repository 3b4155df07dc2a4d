import type { ExternalMcpError } from '../base/errors.ts';

/** Parts held by themselves before they are joined: a body in chunks of one byte would be millions of objects. */
const MAX_LOOSE_PARTS = 1024;
/** Starts that are noted of one message. At the bound no more are: what follows then looks like one read. */
const MAX_CHUNK_STARTS = 100_000;

/** Bytes put together again. */
export interface Joined {
  raw: Uint8Array;
  /** Positions in `raw`, other than 0, where another read from the socket began; the first 100,000. */
  chunkStarts: readonly number[];
}

/** What has come of a message that is not whole yet. Bounded: above `maxBytes` it throws and the exchange ends. */
export class Chunks {
  readonly #maxBytes: number;
  readonly #tooLarge: () => ExternalMcpError;
  #parts: Uint8Array[] = [];
  /** How many of the parts, from the first, are already joined from others. */
  #joinedParts = 0;
  #chunkStarts: number[] = [];
  #bytes = 0;

  /** @param tooLarge builds the error thrown at the limit */
  constructor(maxBytes: number, tooLarge: () => ExternalMcpError) {
    this.#maxBytes = maxBytes;
    this.#tooLarge = tooLarge;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(part: Uint8Array): void {
    if (part.length === 0) return;
    if (this.#bytes > 0 && this.#chunkStarts.length < MAX_CHUNK_STARTS) this.#chunkStarts.push(this.#bytes);
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) throw this.#tooLarge();
    if (this.#parts.length - this.#joinedParts > MAX_LOOSE_PARTS) this.#join();
  }

  /** Everything so far, copied only where it came in several reads; the next message begins. */
  take(): Joined {
    const parts = this.#parts;
    const chunkStarts = this.#chunkStarts;
    this.#parts = [];
    this.#joinedParts = 0;
    this.#chunkStarts = [];
    this.#bytes = 0;
    const [first = new Uint8Array()] = parts;
    return { raw: parts.length > 1 ? Buffer.concat(parts) : first, chunkStarts };
  }

  /** Joins the loose parts only: with the joined ones among them, every byte would be copied again and again. */
  #join(): void {
    this.#parts.push(Buffer.concat(this.#parts.splice(this.#joinedParts)));
    this.#joinedParts = this.#parts.length;
  }
}
