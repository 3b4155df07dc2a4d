import type { Clock } from '../base/clock.ts';
import type { CompiledFilter } from './matcher.ts';
import type { SegmentView } from './segment.ts';
import { findPlace, type RowTest, type Segments } from './segments.ts';
import { withinTime } from './withinTime.ts';

/**
 * Milliseconds that a slice with an expression may take before it counts as one that does not come to an end, and before it does so once more on the
 * same entry: a slice that behaves takes 8, but the machine may be busy.
 */
const ENDLESS_MS = [50, 1000] as const;
/** Rows between looks at the clock where only columns are compared: some 20 µs. */
const ROWS_PER_LOOK = 1024;

/** Looks through entries for those that pass a filter, as far as the time given to it allows, and goes on from there the next time. */
export class RowSearch {
  readonly #log: Segments;
  readonly #filter: CompiledFilter;
  readonly #clock: Clock;
  readonly #last: () => number;
  #seen: number;
  #found: number[] = [];
  #tests: { segment: SegmentView; columns: RowTest; bodies: RowTest | undefined } | undefined;
  /** The entry at which a slice did not come to an end. */
  #suspect = 0;
  #isStuck = false;

  /** Entries after `seen` up to `last()`, which may grow. */
  constructor(log: Segments, filter: CompiledFilter, clock: Clock, seen: number, last: () => number) {
    this.#log = log;
    this.#filter = filter;
    this.#clock = clock;
    this.#seen = seen;
    this.#last = last;
  }

  /** `seq` of the last entry looked at. */
  get seen(): number {
    return this.#seen;
  }

  get isDone(): boolean {
    return this.#seen >= this.#last();
  }

  /** An expression did not come to an end, twice on the same entry, and the search was given up. */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  /** Passes over everything that is there now. */
  skip(): void {
    this.#seen = Math.max(this.#seen, this.#last());
  }

  /** Looks at entries until that time of the clock, at least at one. Returns what it found, oldest first. */
  look(until: number): number[] {
    this.#found = [];
    // Given up for good: what comes would cost a second of the host each time.
    if (this.#isStuck) this.skip();
    else if (!this.#filter.mayBeEndless) this.#walk(until);
    else if (withinTime(this.#limit, () => this.#walk(until)) === undefined) this.#judge();
    return this.#found;
  }

  get #limit(): number {
    return ENDLESS_MS[this.#suspect > this.#seen ? 1 : 0];
  }

  /** Never within the time of a slice: the second time on the same entry is no accident of a busy machine. */
  #judge(): void {
    this.#tests = undefined;
    const seq = this.#seen;
    this.#isStuck = this.#suspect === seq;
    this.#suspect = seq;
    if (this.#isStuck) this.skip();
    else this.#seen = seq - 1;
    // It may have passed at the very end of the time; it is looked at again.
    this.#found = this.#found.filter((found) => found < seq);
  }

  #walk(until: number): void {
    while (!this.isDone) {
      const place = findPlace(this.#log, Math.max(this.#seen + 1, this.#log.firstSeq));
      if (place === undefined) return this.skip();
      if (this.#walkSegment(place.segment, place.row, until)) return;
    }
  }

  /** Returns whether the time is over. */
  #walkSegment(segment: SegmentView, from: number, until: number): boolean {
    const { columns, bodies } = this.#testsOf(segment);
    const { firstSeq } = segment;
    const found = this.#found;
    const end = Math.min(segment.count, this.#last() - firstSeq + 1);
    for (let row = from; row < end; row += 1) {
      const isCandidate = columns(row);
      if (isCandidate && bodies !== undefined) {
        // Before the body is looked at, which may be the last that is done.
        this.#seen = firstSeq + row;
        if (bodies(row)) found.push(firstSeq + row);
      } else if (isCandidate) {
        found.push(firstSeq + row);
      }
      const isLook = (isCandidate && bodies !== undefined) || row % ROWS_PER_LOOK === 0;
      if (isLook && this.#clock.now() >= until) {
        this.#seen = firstSeq + row;
        return true;
      }
    }
    this.#seen = firstSeq + end - 1;
    return false;
  }

  #testsOf(segment: SegmentView): { columns: RowTest; bodies: RowTest | undefined } {
    if (this.#tests?.segment !== segment) {
      this.#tests = { segment, columns: this.#filter.columns(segment), bodies: this.#filter.bodies?.(segment) };
    }
    return this.#tests;
  }
}
