import { ExternalMcpError } from '../base/errors.ts';
import { MAX_SSE_FIELD_BYTES } from './limits.ts';

const LF = 0x0a;
const CR = 0x0d;

/** An event as it came: its lines and the blank line that ends it. */
export interface SseBlock {
  raw: Uint8Array;
  /** Where `raw` starts in the stream. */
  offset: number;
  /** Positions in `raw`, other than 0, where another read from the socket began. */
  chunkStarts: readonly number[];
}

/** Cuts an event stream into its blocks, whatever the line ends (LF, CRLF, CR) and wherever the chunks were cut. */
export class SseBlocks {
  readonly #maxBytes: number;
  readonly #tooLarge: () => ExternalMcpError;
  #parts: Uint8Array[] = [];
  #partBytes = 0;
  #offset = 0;
  #lineBytes = 0;
  #lineHead = 0;
  #afterCr = false;
  /** A blank line that ended in CR: an LF right behind it still belongs to the block. */
  #blockEndsInCr = false;

  /** @param maxBytes of one block; more throws what `tooLarge` builds */
  constructor(maxBytes: number, tooLarge: () => ExternalMcpError) {
    this.#maxBytes = maxBytes;
    this.#tooLarge = tooLarge;
  }

  /** Takes a chunk and returns the blocks that it completed. Throws `protocol` at a limit. */
  push(chunk: Uint8Array): SseBlock[] {
    const blocks: SseBlock[] = [];
    let start = 0;
    let index = 0;
    if (this.#blockEndsInCr && chunk.length > 0) {
      if (chunk[0] === LF) {
        index = 1;
        this.#afterCr = false;
      }
      blocks.push(this.#finish(chunk.subarray(0, index)));
      start = index;
    }
    while (index < chunk.length) {
      const byte = chunk[index];
      index += 1;
      if (byte !== LF && byte !== CR) {
        index = this.#text(chunk, index - 1);
        continue;
      }
      if (byte === LF && this.#afterCr) {
        this.#afterCr = false;
        continue;
      }
      this.#afterCr = byte === CR;
      const blank = this.#lineBytes === 0;
      this.#lineBytes = 0;
      if (!blank) continue;
      if (byte === CR && index === chunk.length) {
        this.#blockEndsInCr = true;
        break;
      }
      if (byte === CR && chunk[index] === LF) {
        index += 1;
        this.#afterCr = false;
      }
      blocks.push(this.#finish(chunk.subarray(start, index)));
      start = index;
    }
    this.#hold(chunk.subarray(start));
    return blocks;
  }

  /** What is left when the stream ends: a block without its blank line, which readers of the stream ignore. */
  end(): SseBlock | undefined {
    return this.#partBytes === 0 ? undefined : this.#finish(new Uint8Array());
  }

  /** Skips to the end of the line or the chunk; returns the position behind it. */
  #text(chunk: Uint8Array, from: number): number {
    if (this.#lineBytes === 0) this.#lineHead = chunk[from] ?? 0;
    let end = chunk.indexOf(LF, from);
    if (end === -1) end = chunk.length;
    // A lone CR is a line end too, but rare: searching for it only up to the LF keeps the scan at memchr's speed.
    const cr = chunk.subarray(from, end).indexOf(CR);
    if (cr !== -1) end = from + cr;
    this.#afterCr = false;
    this.#lineBytes += end - from;
    const isNamed = this.#lineHead === 0x69 /* i(d) */ || this.#lineHead === 0x65; /* e(vent) */
    if (isNamed && this.#lineBytes > MAX_SSE_FIELD_BYTES) {
      throw new ExternalMcpError('protocol', `an event with an id or name of more than ${MAX_SSE_FIELD_BYTES} bytes`);
    }
    return end;
  }

  #hold(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#partBytes += part.length;
    if (this.#partBytes > this.#maxBytes) throw this.#tooLarge();
  }

  #finish(last: Uint8Array): SseBlock {
    this.#hold(last);
    const parts = this.#parts;
    const raw = parts.length === 1 ? (parts[0] ?? last) : Buffer.concat(parts);
    const chunkStarts: number[] = [];
    let position = 0;
    for (const part of parts.slice(0, -1)) chunkStarts.push((position += part.length));
    const block = { raw, offset: this.#offset, chunkStarts };
    this.#offset += raw.length;
    this.#parts = [];
    this.#partBytes = 0;
    this.#blockEndsInCr = false;
    return block;
  }
}
