import { Emitter, type Event } from '../base/event.ts';
import { type Disposable, DisposableStore } from '../base/lifecycle.ts';
import type { TrafficRow } from './entry.ts';
import type { TrafficFilter } from './filter.ts';
import { type CompiledFilter, endlessExpression, type MatchOptions, splitFilter } from './matcher.ts';
import { RowSearch } from './rowSearch.ts';
import { ReversedSeqList, type RowList, SeqList } from './seqList.ts';
import { Slices, systemTiming, type Timing } from './slices.ts';
import { SortedList } from './sortedList.ts';
import { sortedColumn, sortKeys, type SortOrder } from './sortKeys.ts';
import { Throttle } from './throttle.ts';
import type { SeqRange, TrafficReader } from './trafficReader.ts';

export interface ViewOptions extends Omit<MatchOptions, 'redactor'> {
  filter: TrafficFilter;
  /** By time, oldest first, unless given. */
  order?: SortOrder;
  timing?: Timing;
}

/** How a view has changed since the last time. */
export interface ViewChange {
  total: number;
  /** Rows that fell out at the front. */
  dropped: number;
  /** Rows have come, gone or moved elsewhere than at the ends: what was known of positions no longer holds. */
  isReordered: boolean;
}

/** Milliseconds between looks at what has changed in entries that were there before. */
const RECHECK_MS = 250;
/** Milliseconds between looks into new bodies, and between words about a search that goes on. */
const SEARCH_MS = 100;

/**
 * The rows of a log that pass a filter, in an order, by position. Kept up to date as the log grows and drops, in at most 16 bytes per
 * matching row, so bounded by the log itself, and no objects but those of the page asked for.
 *
 * In the order of time, what only asks for columns is applied at once: 0.1 µs an entry. Bodies are searched in slices, oldest first; another order
 * is made in slices too, and what comes is merged into it at most every 250 ms.
 */
export class FilteredView implements Disposable {
  readonly #reader: TrafficReader;
  readonly #filter: CompiledFilter;
  readonly #changesMatter: boolean;
  /** Rows are looked at in slices; otherwise at once, whenever somebody asks. */
  readonly #isSliced: boolean;
  readonly #timing: Timing;
  readonly #changed = new Emitter<ViewChange>();
  readonly #progressed = new Emitter<number>();
  readonly #owned = new DisposableStore();
  readonly #rows: RowList;
  readonly #sorted: SortedList | undefined;
  readonly #isReversed: boolean;
  readonly #search: RowSearch;
  readonly #slices: Slices;
  readonly #searchSoon: Throttle;
  readonly #recheckSoon: Throttle;
  readonly #tellSoon: Throttle;
  /** What changed and has not been looked at again. */
  #stale: SeqRange | undefined;
  #isRecheckDue = false;
  #recheck: Recheck | undefined;
  /** The search and the looks at what has changed take turns, so that neither keeps the other waiting. */
  #isSearchTurn = true;
  #isStuck = false;
  #dropped = 0;
  #isReordered = false;
  #told = { total: 0, share: 1 };
  /** The first search, of what was there before; what comes later is no progress to tell. */
  #firstPass: SeqRange | undefined;

  constructor(reader: TrafficReader, options: ViewOptions) {
    const { filter, heads, order, timing = systemTiming } = options;
    this.#reader = reader;
    this.#timing = timing;
    this.#filter = splitFilter(filter, { ...options, redactor: reader.redactor });
    const { column, descending = false } = order === undefined ? {} : { ...order, column: sortedColumn(order) };
    this.#isReversed = column === undefined && descending;
    this.#sorted =
      column === undefined
        ? undefined
        : this.#owned.add(
            new SortedList(reader, sortKeys(reader, column, descending), timing, () => this.#reordered()),
          );
    this.#rows = this.#sorted ?? (this.#isReversed ? new ReversedSeqList() : new SeqList());
    this.#isSliced = this.#filter.bodies !== undefined || this.#sorted !== undefined;
    this.#changesMatter = this.#filter.isVolatile || column === 'duration' || (heads && column === 'tool');
    this.#search = new RowSearch(reader, this.#filter, timing.clock, reader.firstSeq - 1, () => reader.lastSeq);
    this.#slices = this.#owned.add(new Slices(timing, (until) => this.#work(until)));
    this.#searchSoon = this.#owned.add(new Throttle(timing.clock, SEARCH_MS, () => this.#slices.start()));
    this.#recheckSoon = this.#owned.add(new Throttle(timing.clock, RECHECK_MS, () => this.#startRecheck()));
    this.#tellSoon = this.#owned.add(new Throttle(timing.clock, SEARCH_MS, () => this.#tell()));
    this.#firstPass = { first: this.#search.seen, last: reader.lastSeq };
    this.#owned.add(reader.onDidDrop(() => this.#tell()));
    this.#owned.add(reader.onDidAppend((range) => this.#appended(range)));
    this.#owned.add(reader.onDidChange((range) => this.#rowsChanged(range)));
    if (this.#isSliced) this.#searchSoon.request();
    // Whoever made the view asks for what there is now; only changes are told.
    this.#tell();
  }

  readonly onDidChange: Event<ViewChange> = this.#changed.event;

  /** How much of a search is done, from 0 to 1; 1 when it is over. Told at most every 100 ms. */
  readonly onDidProgress: Event<number> = this.#progressed.event;

  /** 1 when no search goes on. */
  get progress(): number {
    if (this.#firstPass === undefined) return 1;
    const { first, last } = this.#firstPass;
    const done = this.#search.isDone ? 1 : (this.#search.seen - first) / Math.max(1, last - first);
    // To sort what was found is not the least of the work.
    return Math.min(done, this.#sorted?.isSettled === false ? 0.9 : 1);
  }

  /** A sentence for people where a search was given up. */
  get problem(): string | undefined {
    if (!this.#isStuck) return undefined;
    return endlessExpression();
  }

  get total(): number {
    this.#catchUp();
    return this.#rows.length;
  }

  /** Stops a search that goes on; what was found stays, and what comes from now on is looked at. */
  stop(): void {
    this.#search.skip();
    this.#tell();
  }

  /** Rows `first` to `first + count - 1`, as far as there are any. */
  page(first: number, count: number): TrafficRow[] {
    // Whoever asks by position must have heard of every drop that moved the positions.
    this.#tell();
    const end = Math.min(first + count, this.#rows.length);
    const rows: TrafficRow[] = [];
    for (let position = Math.max(0, first); position < end; position += 1) {
      const row = this.#reader.row(this.#rows.at(position));
      if (row === undefined) break;
      rows.push(row);
    }
    return rows;
  }

  /** Position of an entry, -1 when it is not in the view. */
  indexOf(seq: number): number {
    this.#tell();
    return this.#rows.indexOf(seq);
  }

  dispose(): void {
    this.#owned.dispose();
    this.#changed.dispose();
    this.#progressed.dispose();
  }

  #appended({ first, last }: SeqRange): void {
    // Whoever asked early has seen entries that were not told yet, and no change of these is told.
    const { seen } = this.#search;
    if (seen >= first) this.#rowsChanged({ first, last: Math.min(last, seen) });
    if (this.#isSliced) this.#searchSoon.request();
    else this.#tell();
  }

  #rowsChanged({ first, last }: SeqRange): void {
    if (!this.#changesMatter || this.#isStuck) return;
    this.#stale = {
      first: Math.min(first, this.#stale?.first ?? first),
      last: Math.max(last, this.#stale?.last ?? last),
    };
    this.#recheckSoon.request();
  }

  #reordered(): void {
    this.#isReordered = true;
    this.#tell();
  }

  #startRecheck(): void {
    this.#isRecheckDue = true;
    this.#slices.start();
  }

  /** Looks at what changed, and on into the bodies. Returns whether there is more. */
  #work(until: number): boolean {
    this.#isSearchTurn = !this.#isSearchTurn;
    if (this.#recheck === undefined && this.#isRecheckDue && this.#stale !== undefined) this.#beginRecheck(this.#stale);
    if (this.#recheck !== undefined && (this.#search.isDone || !this.#isSearchTurn)) {
      this.#goOnRechecking(this.#recheck, until);
    } else {
      this.#rows.add(this.#search.look(until));
      this.#isStuck ||= this.#search.isStuck;
    }
    this.#tellSoon.request();
    return this.#recheck !== undefined || !this.#search.isDone;
  }

  #beginRecheck({ first, last }: SeqRange): void {
    this.#stale = undefined;
    this.#isRecheckDue = false;
    // What the search has not come to yet, it will see as it is then.
    const range = { first: Math.max(first, this.#reader.firstSeq), last: Math.min(last, this.#search.seen) };
    const search = new RowSearch(this.#reader, this.#filter, this.#timing.clock, range.first - 1, () => range.last);
    this.#recheck = { range, search, found: [] };
  }

  #goOnRechecking({ range, search, found }: Recheck, until: number): void {
    for (const seq of search.look(until)) found.push(seq);
    this.#isStuck ||= search.isStuck;
    if (!search.isDone) return;
    this.#recheck = undefined;
    if (range.first > range.last) return;
    if (this.#rows.replace(range.first, range.last, found)) this.#isReordered = true;
  }

  #catchUp(): void {
    if (!this.#isSliced) this.#rows.add(this.#search.look(Number.POSITIVE_INFINITY));
    const dropped = this.#rows.drop(this.#reader.firstSeq);
    if (this.#sorted === undefined && !this.#isReversed) this.#dropped += dropped;
    else if (dropped > 0) this.#isReordered = true;
  }

  #tell(): void {
    const { total } = this;
    const dropped = this.#dropped;
    const isReordered = this.#isReordered || (this.#isReversed && total !== this.#told.total);
    if (total !== this.#told.total || dropped > 0 || isReordered) {
      this.#told.total = total;
      this.#dropped = 0;
      this.#isReordered = false;
      this.#changed.fire({ total, dropped, isReordered });
    }
    const share = this.progress;
    if (share === 1) this.#firstPass = undefined;
    if (share === this.#told.share) return;
    this.#told.share = share;
    this.#progressed.fire(share);
  }
}

/** Entries that are looked at again. */
interface Recheck {
  range: SeqRange;
  search: RowSearch;
  found: number[];
}
