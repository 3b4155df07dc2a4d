import { systemClock } from '../base/clock.ts';
import { ExternalMcpError } from '../base/errors.ts';
import type { Event } from '../base/event.ts';
import type { Redactor } from '../base/redact.ts';
import type { TrafficEntry, TrafficRow } from './entry.ts';
import { EVERYTHING, type TrafficFilter } from './filter.ts';
import { endlessExpression, splitFilter } from './matcher.ts';
import { Presenter } from './presenter.ts';
import { RowSearch } from './rowSearch.ts';
import { isHead, type SegmentView } from './segment.ts';
import { findPlace, type Place, type RowTest, searchPlaces, type Segments } from './segments.ts';

const DEFAULT_PAGE = 10_000;
/** Milliseconds after which a search is asked whether it comes to an end. */
const SLICE_MS = 8;

/** A range of entries by `seq`, both ends included. */
export interface SeqRange {
  first: number;
  last: number;
}

/** What is read of a log, be it the live one or a file: entries are objects only when asked for, and secrets are masked then. */
export abstract class TrafficReader implements Segments {
  /** Tells this log from any other: the number of an entry means something within one of them only. */
  abstract readonly id: string;
  /** The way out of the log. */
  readonly presenter: Presenter;
  /** Shows secrets as they are: for a person who asked for it, and for nobody else. */
  readonly revealing = new Presenter();
  /** Knows the secrets that must not leave. */
  readonly redactor: Redactor;
  readonly #segments: Segments;

  constructor(segments: Segments, redactor: Redactor) {
    this.#segments = segments;
    this.redactor = redactor;
    this.presenter = new Presenter(redactor);
  }

  /** New entries, told at most once per turn of the event loop; they are there before that. */
  abstract readonly onDidAppend: Event<SeqRange>;
  /** Entries that are gone; told like `onDidAppend`, and before it. */
  abstract readonly onDidDrop: Event<SeqRange>;
  /** Entries that have got a remark, a mark, an answer or a time since they were appended; told like `onDidAppend`. */
  abstract readonly onDidChange: Event<SeqRange>;

  /** For readers that look at columns; whatever leaves this layer goes through the presenter. */
  get segments(): readonly SegmentView[] {
    return this.#segments.segments;
  }

  /** `seq` of the oldest entry; one more than `lastSeq` when there is none. */
  get firstSeq(): number {
    return this.#segments.firstSeq;
  }

  /** `seq` of the newest entry that ever was, 0 before the first. */
  get lastSeq(): number {
    return this.#segments.lastSeq;
  }

  place(seq: number): Place | undefined {
    return findPlace(this.#segments, seq);
  }

  entry(seq: number): TrafficEntry | undefined {
    const place = this.place(seq);
    return place === undefined ? undefined : this.presenter.entry(place, this.firstSeq);
  }

  /**
   * Entries that pass the filter, oldest first. Throws `validation` where an expression in it does not come to an end.
   * @param page those with a greater `seq` than `after`, at most `limit` of them (10,000)
   */
  entries(filter: TrafficFilter = EVERYTHING, page: { after?: number; limit?: number } = {}): TrafficEntry[] {
    const { after = 0, limit = DEFAULT_PAGE } = page;
    const compiled = splitFilter(filter, { heads: true, redactor: this.redactor });
    const search = new RowSearch(this, compiled, systemClock, after, () => this.lastSeq);
    const found: TrafficEntry[] = [];
    while (!search.isDone && found.length < limit) {
      for (const seq of search.look(systemClock.now() + SLICE_MS)) {
        const entry = found.length < limit ? this.entry(seq) : undefined;
        if (entry !== undefined) found.push(entry);
      }
    }
    if (search.isStuck) throw new ExternalMcpError('validation', endlessExpression());
    return found;
  }

  /** Places of the entries after `seq` that pass the test made for their segment, oldest first. */
  places(seq: number, passes: (segment: SegmentView) => RowTest): Generator<Place> {
    return searchPlaces(this.#segments, seq, passes);
  }

  /** Whether some of it is masked on its way out. */
  isMasked(place: Place): boolean {
    return Buffer.compare(this.presenter.raw(place), this.revealing.raw(place)) !== 0;
  }

  /** The entry as a line of a list; cheaper than `entry`, as its bytes are not copied. */
  row(seq: number): TrafficRow | undefined {
    const place = this.place(seq);
    return place === undefined ? undefined : this.presenter.row(place);
  }

  /** Positions in the entry's `raw`, other than 0, where another read from the socket began. */
  chunkStarts(seq: number): readonly number[] {
    const place = this.place(seq);
    return place === undefined ? [] : place.segment.chunkStarts(place.row);
  }

  /** The JSON text inside an entry (a body, a line, an event's data), secrets masked; undefined when there is none. */
  jsonText(seq: number): string | undefined {
    const place = this.place(seq);
    return place === undefined ? undefined : this.presenter.jsonText(place);
  }

  /** The heads of the HTTP exchange that an entry belongs to, as far as they are still there: first the request's. */
  exchangeHeadPlaces(seq: number): Place[] {
    const place = this.place(seq);
    const exchange = place?.segment.columns.exchange[place.row] ?? 0;
    if (exchange === 0) return [];
    const isItsHead = (segment: SegmentView): RowTest => {
      const { columns } = segment;
      return (row) => columns.exchange[row] === exchange && isHead(segment, row);
    };
    return Array.from(this.places(0, isItsHead));
  }
}
