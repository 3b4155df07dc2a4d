/** Durations that are kept one by one. Beyond it they are only counted, in ranges that grow by 2 %: 16 kB, a percentile is then off by 1 % at most. */
const MAX_EXACT = 10_000;
/** Milliseconds; what is shorter counts as that. */
const SHORTEST_MS = 0.001;
const GROWTH = Math.log(1.02);
/** The last range begins beyond four thousand years. */
const RANGES = 2000;

/** Durations of calls, in milliseconds, and their percentiles. */
export class Durations {
  #exact = new Float64Array(16);
  #ranges: Uint32Array | undefined;
  #count = 0;

  add(durationMs: number): void {
    if (this.#ranges === undefined && this.#count === MAX_EXACT) this.#countInRanges();
    if (this.#ranges !== undefined) {
      this.#addToRange(this.#ranges, durationMs);
    } else {
      if (this.#count === this.#exact.length) this.#grow();
      this.#exact[this.#count] = durationMs;
    }
    this.#count += 1;
  }

  /** The smallest durations that so many percent do not exceed; nothing where there are none. */
  percentiles(): { p50?: number; p95?: number; p99?: number } {
    if (this.#count === 0) return {};
    const valueAt = this.#ranges === undefined ? this.#exactly() : this.#nearly(this.#ranges);
    const at = (percent: number): number => valueAt(Math.ceil((percent / 100) * this.#count));
    return { p50: at(50), p95: at(95), p99: at(99) };
  }

  #exactly(): (rank: number) => number {
    const sorted = this.#exact.slice(0, this.#count).sort();
    return (rank) => sorted[rank - 1] ?? 0;
  }

  #nearly(ranges: Uint32Array): (rank: number) => number {
    return (rank) => {
      let range = 0;
      for (let seen = ranges[0] ?? 0; seen < rank; seen += ranges[range] ?? 0) range += 1;
      return SHORTEST_MS * Math.exp((range + 0.5) * GROWTH);
    };
  }

  #grow(): void {
    const next = new Float64Array(Math.min(MAX_EXACT, this.#exact.length * 2));
    next.set(this.#exact);
    this.#exact = next;
  }

  #countInRanges(): void {
    const ranges = new Uint32Array(RANGES);
    for (const durationMs of this.#exact) this.#addToRange(ranges, durationMs);
    this.#ranges = ranges;
    this.#exact = new Float64Array(0);
  }

  #addToRange(ranges: Uint32Array, durationMs: number): void {
    const range = Math.floor(Math.log(Math.max(durationMs, SHORTEST_MS) / SHORTEST_MS) / GROWTH);
    const index = Math.min(range, RANGES - 1);
    ranges[index] = (ranges[index] ?? 0) + 1;
  }
}
