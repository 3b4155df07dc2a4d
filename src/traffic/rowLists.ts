/** Bytes that a list costs beside its numbers: its object and its place in the map (V8, 64-bit, rounded up). */
const LIST_OVERHEAD = 64;
const NONE: readonly number[] = [];

/** A list of numbers for the few rows of a segment that have one; the others cost nothing. */
export class RowLists {
  readonly #lists = new Map<number, readonly number[]>();
  #byteSize = 0;

  /** Memory held, in bytes, by estimate. */
  get byteSize(): number {
    return this.#byteSize;
  }

  at(row: number): readonly number[] {
    return this.#lists.get(row) ?? NONE;
  }

  /** Once for a row. */
  set(row: number, numbers: readonly number[]): void {
    if (numbers.length === 0) return;
    this.#lists.set(row, numbers);
    this.#byteSize += LIST_OVERHEAD + numbers.length * Float64Array.BYTES_PER_ELEMENT;
  }
}
