import { readSync } from 'node:fs';
import { BoundedMap } from '../../base/boundedMap.ts';

const BLOCK_BYTES = 64 * 1024;
/** 16 MiB of blocks; the one that was used longest ago goes first. */
const MAX_BLOCKS = 256;
/** What is longer is read for itself, as it would push everything else out. */
const MAX_CACHED_BYTES = 1024 * 1024;

/** Reads an open file at any place, at once, through a cache of fixed size. */
export class BlockFile {
  readonly #fd: number;
  /** By number, in the order of their last use. */
  readonly #blocks = new BoundedMap<number, Buffer>(MAX_BLOCKS);

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** The bytes, to be read only; undefined where the file does not have them. */
  read(start: number, length: number): Buffer | undefined {
    try {
      const bytes = length > MAX_CACHED_BYTES ? this.#load(start, length) : this.#fromBlocks(start, length);
      return bytes.length === length ? bytes : undefined;
    } catch {
      // Closed, or on a disk that is gone.
      return undefined;
    }
  }

  #fromBlocks(start: number, length: number): Buffer {
    const first = Math.floor(start / BLOCK_BYTES);
    const last = Math.floor((start + length - 1) / BLOCK_BYTES);
    const from = start - first * BLOCK_BYTES;
    if (last <= first) return this.#block(first, from + length).subarray(from, from + length);
    const parts: Buffer[] = [];
    for (let number = first; number <= last; number += 1) parts.push(this.#block(number, BLOCK_BYTES));
    return Buffer.concat(parts).subarray(from, from + length);
  }

  /** @param needed bytes; a block at the end of a file that has grown since is read again */
  #block(number: number, needed: number): Buffer {
    const known = this.#blocks.get(number);
    const block = known === undefined || known.length < needed ? this.#load(number * BLOCK_BYTES, BLOCK_BYTES) : known;
    this.#blocks.set(number, block);
    return block;
  }

  #load(start: number, length: number): Buffer {
    // Not of the pool, whose memory would outlive the block.
    const bytes = Buffer.allocUnsafeSlow(length);
    let read = 0;
    while (read < length) {
      const more = readSync(this.#fd, bytes, read, length - read, start + read);
      if (more === 0) break;
      read += more;
    }
    return bytes.subarray(0, read);
  }
}
