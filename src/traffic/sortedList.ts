import { type Disposable, DisposableStore } from '../base/lifecycle.ts';
import { findPlace, type Segments } from './segments.ts';
import type { RowList } from './seqList.ts';
import { Slices, type Timing } from './slices.ts';
import type { SortKeys } from './sortKeys.ts';
import { Throttle } from './throttle.ts';

/** Milliseconds between merges: while traffic flows, everything is copied that often. */
const MERGE_MS = 250;
/** Rows between looks at the clock: some 0.2 ms. */
const ROWS_PER_LOOK = 1024;
/** Rows that are sorted at once before they are merged. */
const RUN = 1024;

/** Entries in order, as two columns: 12 bytes each, and as many again while they are merged with others. */
class Sorted {
  readonly keys: Float64Array;
  /** Distance of `seq` from the first entry that the list had room for: it takes four billion entries to come to an end. */
  readonly distances: Uint32Array;

  constructor(length: number) {
    this.keys = new Float64Array(length);
    this.distances = new Uint32Array(length);
  }

  get length(): number {
    return this.keys.length;
  }

  set(position: number, from: Sorted, index: number): void {
    this.keys[position] = from.keys[index] ?? 0;
    this.distances[position] = from.distances[index] ?? 0;
  }

  first(length: number): Sorted {
    const result = new Sorted(length);
    result.keys.set(this.keys.subarray(0, length));
    result.distances.set(this.distances.subarray(0, length));
    return result;
  }
}

/** Entries sorted by a key, and by their numbers where it is the same. What comes is sorted and merged in, in slices, at most every `MERGE_MS`. */
export class SortedList implements RowList, Disposable {
  readonly #log: Segments;
  readonly #keys: SortKeys;
  readonly #onDidMerge: () => void;
  readonly #owned = new DisposableStore();
  readonly #slices: Slices;
  readonly #throttle: Throttle;
  readonly #base: number;
  #rows = new Sorted(0);
  #firstSeq = 0;
  #added: number[] = [];
  #removed: { first: number; last: number }[] = [];
  #merge: Generator<void, void> | undefined;

  /** @param onDidMerge the list has changed */
  constructor(log: Segments, keys: SortKeys, timing: Timing, onDidMerge: () => void) {
    this.#log = log;
    this.#keys = keys;
    this.#onDidMerge = onDidMerge;
    this.#base = log.firstSeq;
    this.#slices = this.#owned.add(new Slices(timing, (until) => this.#work(until, timing)));
    this.#throttle = this.#owned.add(new Throttle(timing.clock, MERGE_MS, () => this.#slices.start()));
  }

  get length(): number {
    return this.#rows.length;
  }

  /** Whether everything that was added is in its place. */
  get isSettled(): boolean {
    return this.#merge === undefined && this.#added.length === 0 && this.#removed.length === 0;
  }

  at(position: number): number {
    const distance = this.#rows.distances[position];
    return distance === undefined ? 0 : distance + this.#base;
  }

  indexOf(seq: number): number {
    // Looked for among the numbers, as its key may have changed since: 0.3 ms in a million.
    return this.#rows.distances.indexOf(seq - this.#base);
  }

  add(seqs: readonly number[]): void {
    if (seqs.length === 0) return;
    for (const seq of seqs) this.#added.push(seq);
    this.#throttle.request();
  }

  replace(first: number, last: number, seqs: readonly number[]): boolean {
    this.#added = this.#added.filter((seq) => seq < first || seq > last);
    this.#removed.push({ first, last });
    for (const seq of seqs) this.#added.push(seq);
    this.#throttle.request();
    return false;
  }

  drop(firstSeq: number): number {
    if (firstSeq <= this.#firstSeq) return 0;
    this.#firstSeq = firstSeq;
    const { keys, distances } = this.#rows;
    const kept = new Sorted(keys.length);
    let length = 0;
    for (let index = 0; index < keys.length; index += 1) {
      if ((distances[index] ?? 0) + this.#base < firstSeq) continue;
      kept.set(length, this.#rows, index);
      length += 1;
    }
    const dropped = keys.length - length;
    if (dropped > 0) this.#rows = kept.first(length);
    return dropped;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #work(until: number, { clock }: Timing): boolean {
    this.#merge ??= this.#mergeIn();
    while (this.#merge.next().done !== true) if (clock.now() >= until) return true;
    this.#merge = undefined;
    this.#onDidMerge();
    // What came meanwhile.
    if (!this.isSettled) this.#throttle.request();
    return false;
  }

  *#mergeIn(): Generator<void, void> {
    const removed = this.#removed;
    const seqs = this.#added;
    this.#removed = [];
    this.#added = [];
    const { firstSeq } = this.#log;
    this.drop(firstSeq);
    const added = yield* this.#sort(yield* this.#read(seqs));
    this.#rows = yield* this.#mergeWith(added, removed);
    // What was dropped meanwhile is still in what has been merged, and is to be dropped once more.
    this.#firstSeq = firstSeq;
  }

  *#read(seqs: readonly number[]): Generator<void, Sorted> {
    const read = new Sorted(seqs.length);
    let length = 0;
    for (const [index, seq] of seqs.entries()) {
      const place = findPlace(this.#log, seq);
      if (place !== undefined) {
        read.keys[length] = this.#keys.read(place);
        read.distances[length] = seq - this.#base;
        length += 1;
      }
      if (index % 64 === 0) yield;
    }
    this.#keys.prepare();
    return read.first(length);
  }

  /** Sorts short runs, then merges them two by two. */
  *#sort(rows: Sorted): Generator<void, Sorted> {
    let from = new Sorted(rows.length);
    for (let start = 0; start < rows.length; start += RUN) {
      const end = Math.min(start + RUN, rows.length);
      const order = Uint32Array.from({ length: end - start }, (_, index) => start + index);
      order.sort((a, b) => this.#compare(rows, a, rows, b));
      for (const [index, row] of order.entries()) from.set(start + index, rows, row);
      yield;
    }
    let to = new Sorted(rows.length);
    for (let width = RUN; width < rows.length; width *= 2) {
      for (let start = 0; start < rows.length; start += 2 * width) {
        yield* this.#mergeRuns(
          from,
          to,
          start,
          Math.min(start + width, rows.length),
          Math.min(start + 2 * width, rows.length),
        );
      }
      [from, to] = [to, from];
    }
    return from;
  }

  *#mergeRuns(from: Sorted, to: Sorted, start: number, middle: number, end: number): Generator<void, void> {
    let left = start;
    let right = middle;
    for (let position = start; position < end; position += 1) {
      const takesLeft = left < middle && (right === end || this.#compare(from, left, from, right) < 0);
      to.set(position, from, takesLeft ? left : right);
      if (takesLeft) left += 1;
      else right += 1;
      if (position % ROWS_PER_LOOK === 0) yield;
    }
  }

  *#mergeWith(added: Sorted, removed: readonly { first: number; last: number }[]): Generator<void, Sorted> {
    const old = this.#rows;
    const merged = new Sorted(old.length + added.length);
    let next = 0;
    let length = 0;
    for (let index = 0; index < old.length; index += 1) {
      if (index % ROWS_PER_LOOK === 0) yield;
      const seq = (old.distances[index] ?? 0) + this.#base;
      if (removed.some(({ first, last }) => seq >= first && seq <= last)) continue;
      while (next < added.length && this.#compare(added, next, old, index) < 0) merged.set(length++, added, next++);
      merged.set(length++, old, index);
    }
    while (next < added.length) {
      if (next % ROWS_PER_LOOK === 0) yield;
      merged.set(length++, added, next++);
    }
    return length === merged.length ? merged : merged.first(length);
  }

  #compare(left: Sorted, a: number, right: Sorted, b: number): number {
    const leftRank = this.#keys.rank(left.keys[a] ?? 0);
    const rightRank = this.#keys.rank(right.keys[b] ?? 0);
    if (leftRank !== rightRank) return leftRank - rightRank;
    return (left.distances[a] ?? 0) - (right.distances[b] ?? 0);
  }
}
