import { Emitter, type Event } from '../base/event.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { Redactor } from '../base/redact.ts';
import type { TrafficRecord, TrafficSink } from '../base/traffic.ts';
import { Classifier } from './classify.ts';
import type { TrafficEntry, TrafficHead, TrafficNote, TrafficRow } from './entry.ts';
import { EVERYTHING, type TrafficFilter } from './filter.ts';
import { isBodilessRequest, isTellingResponse } from './heads.ts';
import { compileFilter } from './matcher.ts';
import { Pairing } from './pairing.ts';
import { Presenter } from './presenter.ts';
import type { Segment } from './segment.ts';
import { SegmentStore } from './segmentStore.ts';

/** UTF-16 units of a name, id or note that are kept beside the bytes, which have them whole. */
const TEXT_LENGTH = 1024;
const DEFAULT_PAGE = 10_000;

export interface TrafficLogOptions {
  /** Memory for traffic, in bytes; see `SegmentStore` for what counts. */
  maxBytes: number;
  redactor: Redactor;
}

/** A range of entries by `seq`, both ends included. */
export interface SeqRange {
  first: number;
  last: number;
}

/**
 * Everything the tap saw, in memory, oldest dropped first when the budget is used up.
 * Entries are objects only when asked for, and secrets are masked then; inside, the bytes are as they came.
 */
export class TrafficLog implements TrafficSink, Disposable {
  readonly #redactor: Redactor;
  readonly #store: SegmentStore;
  readonly #presenter: Presenter;
  readonly #classifier = new Classifier((text) => this.#clip(text));
  readonly #pairing = new Pairing();
  readonly #appended = new Emitter<SeqRange>();
  readonly #dropped = new Emitter<SeqRange>();
  #exchange = 0;
  #told: SeqRange = { first: 1, last: 0 };
  #telling: NodeJS.Immediate | undefined;

  constructor({ maxBytes, redactor }: TrafficLogOptions) {
    this.#redactor = redactor;
    this.#store = new SegmentStore(maxBytes);
    this.#presenter = new Presenter(redactor);
  }

  /**
   * New entries, told at most once per turn of the event loop. By `setImmediate`, which runs after all sockets that were ready have
   * been read; a microtask would run after each of them. The entries themselves are there as soon as `append` returns.
   */
  readonly onDidAppend: Event<SeqRange> = this.#appended.event;

  /** Entries that are gone, by the budget or `clear`; told like `onDidAppend`, and before it. */
  readonly onDidDrop: Event<SeqRange> = this.#dropped.event;

  /** `seq` of the oldest entry; one more than `lastSeq` when there is none. */
  get firstSeq(): number {
    return this.#store.firstSeq;
  }

  /** `seq` of the newest entry that ever was, 0 before the first. */
  get lastSeq(): number {
    return this.#store.lastSeq;
  }

  /** Memory held, in bytes. */
  get byteSize(): number {
    return this.#store.byteSize;
  }

  nextExchange(): number {
    this.#exchange += 1;
    return this.#exchange;
  }

  append(record: TrafficRecord): void {
    const seq = this.#store.lastSeq + 1;
    const message = this.#classifier.classify(record);
    const link = this.#pairing.add(seq, record, message);
    const requestHead = link.requestHead === undefined ? undefined : this.#store.find(link.requestHead);
    this.#store.push(record, {
      server: this.#clip(record.server),
      sessionId: record.sessionId === undefined ? undefined : this.#clip(record.sessionId),
      kind: message.kind,
      origin: link.origin,
      method: link.method,
      tool: link.tool,
      rpcId: link.rpcId,
      notes: this.#notesText(record.note, message.note),
      pairedWith: link.request,
      durationMs: link.durationMs,
      standsAlone: standsAlone(record),
    });
    const request = link.request === undefined ? undefined : this.#store.find(link.request);
    request?.segment.setAnswer(request.row, seq, link.durationMs);
    // The head came before the body that says what the exchange is about.
    if (requestHead !== undefined && record.channel === 'http-request') this.#store.setMessage(requestHead, link);
    this.#tell();
  }

  entry(seq: number): TrafficEntry | undefined {
    const place = this.#store.find(seq);
    return place === undefined ? undefined : this.#presenter.entry(place, this.firstSeq);
  }

  /**
   * Entries that pass the filter, oldest first.
   * @param page those with a greater `seq` than `after`, at most `limit` of them (10,000)
   */
  entries(filter: TrafficFilter = EVERYTHING, page: { after?: number; limit?: number } = {}): TrafficEntry[] {
    const { after = 0, limit = DEFAULT_PAGE } = page;
    const found: TrafficEntry[] = [];
    for (const place of this.#store.search(after, compileFilter(filter, true))) {
      if (found.length >= limit) break;
      found.push(this.#presenter.entry(place, this.firstSeq));
    }
    return found;
  }

  /** Numbers of the entries after `seq` that pass, oldest first; `heads` as in `compileFilter`. */
  *search(filter: TrafficFilter, heads: boolean, seq: number): Generator<number> {
    for (const { segment, row } of this.#store.search(seq, compileFilter(filter, heads))) yield segment.firstSeq + row;
  }

  /** The entry as a line of a list; cheaper than `entry`, as its bytes are not copied. */
  row(seq: number): TrafficRow | undefined {
    const place = this.#store.find(seq);
    return place === undefined ? undefined : this.#presenter.row(place);
  }

  /** Positions in the entry's `raw`, other than 0, where another read from the socket began. */
  chunkStarts(seq: number): readonly number[] {
    const place = this.#store.find(seq);
    return place === undefined ? [] : place.segment.chunkStarts(place.row);
  }

  /** The JSON text inside an entry (a body, a line, an event's data), secrets masked; undefined when there is none. */
  jsonText(seq: number): string | undefined {
    const place = this.#store.find(seq);
    return place === undefined ? undefined : this.#presenter.jsonText(place);
  }

  /** The heads of the HTTP exchange that an entry belongs to, as far as they are still there: first the request's. */
  exchangeHeads(seq: number): TrafficHead[] {
    const place = this.#store.find(seq);
    const exchange = place?.segment.columns.exchange[place.row] ?? 0;
    if (exchange === 0) return [];
    const isItsHead = ({ columns }: Segment) => {
      return (row: number) => columns.exchange[row] === exchange && columns.isHead[row] === 1;
    };
    return Array.from(this.#store.search(0, isItsHead), (head) => this.#presenter.head(head));
  }

  /** Drops all entries. Numbers go on, and the answer to a call in flight still finds its method and duration. */
  clear(): void {
    this.#store.clear();
    this.#tell();
  }

  /** Drops all entries and tells nobody. */
  dispose(): void {
    this.#store.clear();
    clearImmediate(this.#telling);
    this.#appended.dispose();
    this.#dropped.dispose();
  }

  #clip(text: string): string {
    // Masked before it is cut: of half a secret, the mask would no longer know that it is one.
    return text.length <= TEXT_LENGTH ? text : this.#redactor.text(text).slice(0, TEXT_LENGTH);
  }

  #notesText(...notes: (TrafficNote | undefined)[]): string | undefined {
    const given = notes.filter((note) => note !== undefined);
    if (given.length === 0) return undefined;
    return JSON.stringify(given.map((note) => ({ ...note, message: this.#clip(note.message) })));
  }

  #tell(): void {
    this.#telling ??= setImmediate(() => {
      this.#telling = undefined;
      const told = this.#told;
      const { firstSeq, lastSeq } = this;
      this.#told = { first: firstSeq, last: lastSeq };
      if (firstSeq > told.first) this.#dropped.fire({ first: told.first, last: firstSeq - 1 });
      const first = Math.max(told.last + 1, firstSeq);
      if (first <= lastSeq) this.#appended.fire({ first, last: lastSeq });
    });
  }
}

/** Whether a head tells what no other row does: a request without a body, a redirect or a refusal. */
function standsAlone(record: TrafficRecord): boolean {
  if (record.part !== 'head') return false;
  return record.channel === 'http-request' ? isBodilessRequest(record.raw) : isTellingResponse(record.status ?? 0);
}
