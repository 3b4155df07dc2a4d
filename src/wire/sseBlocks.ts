import { ExternalMcpError } from '../base/errors.ts';
import { Chunks, type Joined } from './chunks.ts';
import { JsonShape } from './jsonShape.ts';
import { MAX_SSE_FIELD_BYTES } from './limits.ts';

const LF = 0x0a;
const CR = 0x0d;

/** An event as it came: its lines and the blank line that ends it; blank lines too many go with the event behind them. */
export interface SseBlock extends Joined {
  /** Where `raw` starts in the stream. */
  offset: number;
  /** Of what `raw` holds. */
  shape: JsonShape;
}

/** Cuts an event stream into its blocks, whatever the line ends (LF, CRLF, CR) and wherever the chunks were cut. */
export class SseBlocks {
  readonly #held: Chunks;
  /** Of the held bytes, looked at as they come: a large event takes no long turn then when it is whole. */
  #shape = new JsonShape();
  #offset = 0;
  #lineBytes = 0;
  #lineHead = 0;
  #hasText = false;
  #afterCr = false;
  /** Position in the current chunk; its length when there is no further one. */
  #nextLf = -1;
  /** A blank line that ended in CR: an LF right behind it still belongs to the block. */
  #blockEndsInCr = false;

  /** @param maxBytes of one block; more throws what `tooLarge` builds */
  constructor(maxBytes: number, tooLarge: () => ExternalMcpError) {
    this.#held = new Chunks(maxBytes, tooLarge);
  }

  /** Takes a chunk and yields the blocks that it completed, each before it looks at the next. Throws `protocol` at a limit. */
  *push(chunk: Uint8Array): Generator<SseBlock> {
    let start = 0;
    let index = 0;
    this.#nextLf = -1;
    if (this.#blockEndsInCr && chunk.length > 0) {
      if (chunk[0] === LF) {
        index = 1;
        this.#afterCr = false;
      }
      yield this.#finish(chunk.subarray(0, index));
      start = index;
    }
    while (index < chunk.length) {
      const byte = chunk[index];
      index += 1;
      if (byte !== LF && byte !== CR) {
        index = this.#text(chunk, index - 1);
        if (this.#isOverlongField) {
          this.#hold(chunk.subarray(start, index));
          throw new ExternalMcpError(
            'protocol',
            `an event with an id or name of more than ${MAX_SSE_FIELD_BYTES} bytes`,
          );
        }
        continue;
      }
      if (byte === LF && this.#afterCr) {
        this.#afterCr = false;
        continue;
      }
      this.#afterCr = byte === CR;
      const blank = this.#lineBytes === 0;
      this.#lineBytes = 0;
      // Otherwise a flood of blank lines would be a record for each byte.
      if (!blank || !this.#hasText) continue;
      if (byte === CR && index === chunk.length) {
        this.#blockEndsInCr = true;
        break;
      }
      if (byte === CR && chunk[index] === LF) {
        index += 1;
        this.#afterCr = false;
      }
      yield this.#finish(chunk.subarray(start, index));
      start = index;
    }
    this.#hold(chunk.subarray(start));
  }

  /** A block is whole but for a line feed that may still belong to its last line end. */
  get isWaiting(): boolean {
    return this.#blockEndsInCr;
  }

  /** Hands out the block that waits; a line feed behind it goes with the next one. */
  flush(): SseBlock | undefined {
    return this.#blockEndsInCr ? this.#finish(new Uint8Array()) : undefined;
  }

  /** What is left when the stream ends: a block without its blank line, which readers of the stream ignore. */
  end(): SseBlock | undefined {
    return this.#held.bytes === 0 ? undefined : this.#finish(new Uint8Array());
  }

  /** Skips to the end of the line or the chunk; returns the position behind it. */
  #text(chunk: Uint8Array, from: number): number {
    if (this.#lineBytes === 0) this.#lineHead = chunk[from] ?? 0;
    // Found once for all the lines before it, or a chunk of lone CRs would be searched to its end for each of them.
    if (this.#nextLf < from) {
      const found = chunk.indexOf(LF, from);
      this.#nextLf = found === -1 ? chunk.length : found;
    }
    let end = this.#nextLf;
    // A lone CR is a line end too, but rare: searching for it only up to the LF keeps the scan at memchr's speed.
    const cr = chunk.subarray(from, end).indexOf(CR);
    if (cr !== -1) end = from + cr;
    this.#afterCr = false;
    this.#hasText = true;
    this.#lineBytes += end - from;
    return end;
  }

  get #isOverlongField(): boolean {
    const isNamed = this.#lineHead === 0x69 /* i(d) */ || this.#lineHead === 0x65; /* e(vent) */
    return isNamed && this.#lineBytes > MAX_SSE_FIELD_BYTES;
  }

  #hold(part: Uint8Array): void {
    this.#held.push(part);
    this.#shape.push(part);
  }

  #finish(last: Uint8Array): SseBlock {
    this.#hold(last);
    const block = { ...this.#held.take(), offset: this.#offset, shape: this.#shape };
    this.#shape = new JsonShape();
    this.#offset += block.raw.length;
    this.#hasText = false;
    this.#blockEndsInCr = false;
    return block;
  }
}
