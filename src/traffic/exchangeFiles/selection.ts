import { systemClock } from '../../base/clock.ts';
import { ExternalMcpError } from '../../base/errors.ts';
import { EVERYTHING } from '../filter.ts';
import { endlessExpression, splitFilter } from '../matcher.ts';
import { RowSearch } from '../rowSearch.ts';
import { findPlace, type Place, type Segments } from '../segments.ts';
import { SeqList } from '../seqList.ts';
import type { ExportOptions } from './exportOptions.ts';
import type { TimeSlices } from './timeSlices.ts';

/** Milliseconds of a search between looks at whether others must have their turn. */
const SEARCH_MS = 5;

/**
 * The entries that pass a filter, as they were at one moment: what comes later is not among them, and what the log drops meanwhile stays
 * in memory until this is gone. 8 bytes an entry.
 */
export class Selection {
  readonly #log: Segments;
  readonly #seqs = new SeqList();

  private constructor(log: Segments) {
    this.#log = log;
  }

  /**
   * Throws `validation` where an expression does not come to an end: half of what was asked for looks like all of it.
   * @param options secrets that the redactor knows are not found by a filter
   */
  static async of(log: Segments, options: ExportOptions, slices: TimeSlices): Promise<Selection> {
    const { filter = EVERYTHING } = options;
    const { firstSeq, lastSeq } = log;
    const snapshot = { segments: [...log.segments], firstSeq, lastSeq };
    const selection = new Selection(snapshot);
    const search = new RowSearch(
      snapshot,
      splitFilter(filter, { ...options, heads: true }),
      systemClock,
      firstSeq - 1,
      () => lastSeq,
    );
    while (!search.isDone) {
      selection.#seqs.add(search.look(systemClock.now() + SEARCH_MS));
      await slices.pause();
    }
    if (search.isStuck) throw new ExternalMcpError('validation', endlessExpression());
    return selection;
  }

  get count(): number {
    return this.#seqs.length;
  }

  /** Its position in the selection, counted from 1; undefined where it is not in it. */
  readonly numberOf = (seq: number): number | undefined => {
    const index = this.#seqs.indexOf(seq);
    return index === -1 ? undefined : index + 1;
  };

  /** Oldest first. */
  *places(): Generator<Place> {
    for (let index = 0; index < this.count; index += 1) {
      const place = this.placeOf(this.#seqs.at(index));
      if (place !== undefined) yield place;
    }
  }

  /** An entry of the log at that moment, selected or not. */
  placeOf(seq: number): Place | undefined {
    return findPlace(this.#log, seq);
  }

  /** Everything in the log at that moment, oldest first. */
  *everything(): Generator<Place> {
    for (let seq = this.#log.firstSeq; seq <= this.#log.lastSeq; seq += 1) {
      const place = this.placeOf(seq);
      if (place !== undefined) yield place;
    }
  }
}
