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

  /** Makes room for `length` bytes, still to be written. */
  reserve(length: number): Spot {
    if (length > this.#size / 4) return { slab: this.#add(length), start: 0 };
    if (this.#open === -1 || this.#used + length > this.#size) {
      this.trim();
      this.#open = this.#add(this.#size);
    }
    const start = this.#used;
    this.#used += length;
    return { slab: this.#open, start };
  }

  write({ slab, start }: Spot, bytes: Uint8Array): void {
    this.#slabs[slab]?.set(bytes, start);
  }

  /** The bytes themselves, not a copy. */
  view({ slab, start }: Spot, length: number): Uint8Array {
    return this.#slabs[slab]?.subarray(start, start + length) ?? new Uint8Array();
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

  #add(length: number): number {
    this.#byteSize += length;
    return this.#slabs.push(new Uint8Array(length)) - 1;
  }
}
