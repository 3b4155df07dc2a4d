/** Where bytes were put. */
export interface Spot {
  slab: number;
  start: number;
}

/** Bytes of many records in a few large buffers. What is put in stays where it is. */
export class Slabs {
  readonly #size: number;
  readonly #slabs: Uint8Array[] = [];
  /** The slab that small records share, and the bytes used of it. */
  #open = -1;
  #used = 0;
  #byteSize = 0;

  /** @param size bytes of a shared slab; more than a quarter of it gets a slab of its own, so at most a quarter is left unused */
  constructor(size: number) {
    this.#size = size;
  }

  /** Capacity of all slabs, in bytes. */
  get byteSize(): number {
    return this.#byteSize;
  }

  /**
   * Puts bytes in.
   * @param more bytes of room that count as lying behind them, still to be written
   * @param mayKeep the bytes are not written to any more and are all of their memory, so that large ones need not be copied
   */
  put(bytes: Uint8Array, more: number, mayKeep: boolean): Spot {
    if (mayKeep && this.#isLarge(bytes.length)) {
      const slab = this.#add(bytes);
      if (more > 0) this.#add(new Uint8Array(more));
      return { slab, start: 0 };
    }
    const spot = this.#reserve(bytes.length + more);
    this.#slabs[spot.slab]?.set(bytes, spot.start);
    return spot;
  }

  /** The bytes themselves, not a copy. */
  view({ slab, start }: Spot, length: number): Uint8Array {
    const bytes = this.#slabs[slab] ?? new Uint8Array();
    if (length === 0 || start < bytes.length) return bytes.subarray(start, start + length);
    // Behind adopted bytes.
    return this.#slabs[slab + 1]?.subarray(0, length) ?? new Uint8Array();
  }

  /** Gives back what the shared slab has left; the next small record opens another. */
  trim(): void {
    const slab = this.#slabs[this.#open];
    if (slab !== undefined) {
      this.#slabs[this.#open] = slab.slice(0, this.#used);
      this.#byteSize -= slab.length - this.#used;
    }
    this.#open = -1;
    this.#used = 0;
  }

  #isLarge(length: number): boolean {
    return length > this.#size / 4;
  }

  #reserve(length: number): Spot {
    if (this.#isLarge(length)) return { slab: this.#add(new Uint8Array(length)), start: 0 };
    if (this.#open === -1 || this.#used + length > this.#size) {
      this.trim();
      this.#open = this.#add(new Uint8Array(this.#size));
    }
    const start = this.#used;
    this.#used += length;
    return { slab: this.#open, start };
  }

  #add(slab: Uint8Array): number {
    this.#byteSize += slab.length;
    return this.#slabs.push(slab) - 1;
  }
}
