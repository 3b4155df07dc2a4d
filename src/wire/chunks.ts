import type { ExternalMcpError } from '../base/errors.ts';

/** Bytes put together again. */
export interface Joined {
  raw: Uint8Array;
  /** Positions in `raw`, other than 0, where another read from the socket began. */
  chunkStarts: readonly number[];
}

/** What has come of a message that is not whole yet. Bounded: above `maxBytes` it throws and the exchange ends. */
export class Chunks {
  readonly #maxBytes: number;
  readonly #tooLarge: () => ExternalMcpError;
  #parts: Uint8Array[] = [];
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
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) throw this.#tooLarge();
  }

  /** Everything so far, copied only where it came in several reads; the next message begins. */
  take(): Joined {
    const parts = this.#parts;
    this.#parts = [];
    this.#bytes = 0;
    const chunkStarts: number[] = [];
    let position = 0;
    for (const part of parts.slice(0, -1)) chunkStarts.push((position += part.length));
    const [first = new Uint8Array()] = parts;
    return { raw: parts.length > 1 ? Buffer.concat(parts) : first, chunkStarts };
  }
}
