import { MAX_FIELDS_BYTES } from './format.ts';

/** A line of a file, without its line end. */
export interface FileLine {
  /** Where it starts in the file, in bytes. */
  position: number;
  /** Bytes of the line. */
  length: number;
  /** The line, or of a longer one its first `MAX_FIELDS_BYTES` and some. Memory of the block it came in. */
  head: Buffer;
}

const LF = 0x0a;
const CR = 0x0d;

/** Cuts a file into lines as its blocks come. Of a line that goes over several blocks no more is held than may be its fields. */
export class Lines {
  #position: number;
  /** Of a line that has begun in an earlier block. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #length = 0;

  /** @param position where the first block starts in the file */
  constructor(position: number) {
    this.#position = position;
  }

  /** Lines that the block completes. It may be written to again once all of them were taken. */
  *push(block: Buffer): Generator<FileLine> {
    let start = 0;
    for (let end = block.indexOf(LF); end !== -1; end = block.indexOf(LF, start)) {
      const part = block.subarray(start, end);
      start = end + 1;
      yield this.#finish(part);
      this.#position += 1;
    }
    this.#hold(Buffer.from(block.subarray(start)));
  }

  /** What stands behind the last line end. */
  end(): FileLine | undefined {
    return this.#length === 0 ? undefined : this.#finish(Buffer.alloc(0));
  }

  #hold(part: Buffer): void {
    this.#length += part.length;
    if (part.length === 0 || this.#heldBytes >= MAX_FIELDS_BYTES) return;
    this.#held.push(part);
    this.#heldBytes += part.length;
  }

  #finish(part: Buffer): FileLine {
    const position = this.#position;
    let head = part;
    let length = part.length;
    if (this.#length > 0) {
      this.#hold(part);
      head = Buffer.concat(this.#held);
      length = this.#length;
      this.#held = [];
      this.#heldBytes = 0;
      this.#length = 0;
    }
    this.#position += length;
    if (head.length === length && head.at(-1) === CR) {
      head = head.subarray(0, -1);
      length -= 1;
    }
    return { position, length, head };
  }
}
