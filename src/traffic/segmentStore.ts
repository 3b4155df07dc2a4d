import type { TrafficRecord } from '../base/traffic.ts';
import { type RowValues, Segment, type SegmentLimits } from './segment.ts';
import type { Place, Segments } from './segments.ts';

/**
 * Rows in segments under a budget. Numbers of entries (`seq`) count from 1 and go on when entries are dropped. The segment
 * being written is kept even where it alone is over the budget, so the budget is never exceeded by more than that.
 */
export class SegmentStore implements Segments<Segment> {
  readonly #maxBytes: number;
  readonly #limits: SegmentLimits;
  #segments: Segment[] = [];
  #byteSize = 0;
  #lastSeq = 0;

  /** @param maxBytes capacity of columns and slabs plus strings; beyond it the oldest segments go */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#limits = segmentLimits(maxBytes);
  }

  /** Oldest first. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** Memory held, in bytes. */
  get byteSize(): number {
    return this.#byteSize;
  }

  /** One more than `lastSeq` when there is nothing. */
  get firstSeq(): number {
    return this.#segments[0]?.firstSeq ?? this.#lastSeq + 1;
  }

  /** 0 before the first. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Stores a record as number `lastSeq + 1`. */
  push(record: TrafficRecord, values: RowValues): void {
    const segment = this.#writable();
    this.#resize(segment, () => segment.push(record, values));
    this.#lastSeq += 1;
    this.#keepBudget();
  }

  /** Changes a row that is there: what it is about, its answer, its remarks. */
  update({ segment, row }: Place<Segment>, change: (segment: Segment, row: number) => void): void {
    this.#resize(segment, () => change(segment, row));
    this.#keepBudget();
  }

  clear(): void {
    this.#segments = [];
    this.#byteSize = 0;
  }

  #writable(): Segment {
    const last = this.#segments.at(-1);
    if (last !== undefined && !last.isFull) return last;
    if (last !== undefined) this.#resize(last, () => last.close());
    const next = new Segment(this.#lastSeq + 1, this.#limits);
    this.#segments.push(next);
    this.#byteSize += next.byteSize;
    return next;
  }

  #keepBudget(): void {
    while (this.#byteSize > this.#maxBytes && this.#segments.length > 1) {
      this.#byteSize -= this.#segments.shift()?.byteSize ?? 0;
    }
  }

  /** Keeps the sum right while a segment changes. */
  #resize(segment: Segment, change: () => void): void {
    const before = segment.byteSize;
    change();
    this.#byteSize += segment.byteSize - before;
  }
}

/** Segments of up to 4,096 rows and about 4 MB; smaller budgets have smaller ones, so that there are always many to drop one by one. */
function segmentLimits(maxBytes: number): SegmentLimits {
  const slabBytes = Math.min(1024 * 1024, Math.max(4096, Math.ceil(maxBytes / 64)));
  return { rows: Math.min(4096, Math.floor(slabBytes / 256)), slabBytes, bytes: 4 * slabBytes };
}
