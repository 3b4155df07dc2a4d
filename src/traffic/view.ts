import { Emitter, type Event } from '../base/event.ts';
import { type Disposable, DisposableStore } from '../base/lifecycle.ts';
import type { TrafficRow } from './entry.ts';
import type { TrafficFilter } from './filter.ts';
import type { TrafficLog } from './trafficLog.ts';

export interface ViewOptions {
  filter: TrafficFilter;
  /** Show all HTTP heads. Otherwise only those that tell what no other row does: of requests without a body, and of responses from status 300 on. */
  heads: boolean;
}

/**
 * The rows of a log that pass a filter, by position. Kept up to date as the log grows and drops: 8 bytes per matching row,
 * so bounded by the log itself, and no objects but those of the page asked for.
 */
export class FilteredView implements Disposable {
  readonly #log: TrafficLog;
  readonly #options: ViewOptions;
  readonly #changed = new Emitter<{ total: number; dropped: number }>();
  readonly #subscriptions = new DisposableStore();
  /** Matching `seq`s, rising, from `#start` to `#end`; what lies before has dropped out. */
  #seqs = new Float64Array(1024);
  #start = 0;
  #end = 0;
  #seen = 0;
  #dropped = 0;
  #toldTotal: number;

  constructor(log: TrafficLog, options: ViewOptions) {
    this.#log = log;
    this.#options = options;
    this.#catchUp();
    this.#toldTotal = this.total;
    this.#subscriptions.add(log.onDidDrop(() => this.#tell()));
    this.#subscriptions.add(log.onDidAppend(() => this.#tell()));
  }

  /** How many rows there are now, and how many fell out at the front since the last time. */
  readonly onDidChange: Event<{ total: number; dropped: number }> = this.#changed.event;

  get total(): number {
    this.#catchUp();
    return this.#end - this.#start;
  }

  /** Rows `first` to `first + count - 1`, as far as there are any. */
  page(first: number, count: number): TrafficRow[] {
    // Whoever asks by position must have heard of every drop that moved the positions.
    this.#tell();
    const end = Math.min(first + count, this.total);
    const rows: TrafficRow[] = [];
    for (let position = Math.max(0, first); position < end; position += 1) {
      const row = this.#log.row(this.#seqs[this.#start + position] ?? 0);
      if (row === undefined) break;
      rows.push(row);
    }
    return rows;
  }

  /** Position of an entry, -1 when it is not in the view. */
  indexOf(seq: number): number {
    this.#tell();
    const position = this.#lowerBound(seq);
    return position < this.#end && this.#seqs[position] === seq ? position - this.#start : -1;
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#changed.dispose();
  }

  #tell(): void {
    const total = this.total;
    const dropped = this.#dropped;
    if (total === this.#toldTotal && dropped === 0) return;
    this.#toldTotal = total;
    this.#dropped = 0;
    this.#changed.fire({ total, dropped });
  }

  #catchUp(): void {
    const { firstSeq, lastSeq } = this.#log;
    const start = this.#lowerBound(firstSeq);
    this.#dropped += start - this.#start;
    this.#start = start;
    if (this.#seen === lastSeq) return;
    for (const seq of this.#log.search(this.#options.filter, this.#options.heads, this.#seen)) this.#push(seq);
    this.#seen = lastSeq;
  }

  #push(seq: number): void {
    if (this.#end === this.#seqs.length) this.#makeRoom();
    this.#seqs[this.#end] = seq;
    this.#end += 1;
  }

  /** Moves the live part to the front, into twice the room where it fills more than half. */
  #makeRoom(): void {
    const live = this.#seqs.subarray(this.#start, this.#end);
    const next = live.length * 2 > this.#seqs.length ? new Float64Array(this.#seqs.length * 2) : this.#seqs;
    next.set(live);
    this.#end = live.length;
    this.#start = 0;
    this.#seqs = next;
  }

  /** The first position whose `seq` is not less. */
  #lowerBound(seq: number): number {
    let low = this.#start;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#seqs[middle] ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
