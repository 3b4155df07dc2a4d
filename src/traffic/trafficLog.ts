import { randomUUID } from 'node:crypto';
import { Emitter, type Event } from '../base/event.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { Redactor } from '../base/redact.ts';
import type { ExchangePhase, TrafficRecord, TrafficSink } from '../base/traffic.ts';
import { Classifier } from './classify.ts';
import { type Clip, clipper } from './clip.ts';
import { Part } from './columns.ts';
import type { TrafficNote } from './entry.ts';
import { isBodilessRequest, isTellingResponse } from './heads.ts';
import { type MarkChange, Pairing } from './pairing.ts';
import type { Phase, Segment } from './segment.ts';
import { findPlace } from './segments.ts';
import { SegmentStore } from './segmentStore.ts';
import { type SeqRange, TrafficReader } from './trafficReader.ts';

export interface TrafficLogOptions {
  /** Memory for traffic, in bytes; see `SegmentStore` for what counts. */
  maxBytes: number;
  redactor: Redactor;
}

/** Everything the tap saw, in memory, oldest dropped first when the budget is used up. Inside, the bytes are as they came. */
export class TrafficLog extends TrafficReader implements TrafficSink, Disposable {
  readonly id = randomUUID();
  readonly #store: SegmentStore;
  /** Of names, ids and notes; the bytes have them whole. */
  readonly #clip: Clip;
  readonly #classifier: Classifier;
  readonly #pairing = new Pairing();
  readonly #appended = new Emitter<SeqRange>();
  readonly #dropped = new Emitter<SeqRange>();
  readonly #changed = new Emitter<SeqRange>();
  #exchange = 0;
  #told: SeqRange = { first: 1, last: 0 };
  #toChange: SeqRange | undefined;
  #telling: NodeJS.Immediate | undefined;

  constructor({ maxBytes, redactor }: TrafficLogOptions) {
    const store = new SegmentStore(maxBytes);
    super(store, redactor);
    this.#store = store;
    this.#clip = clipper(redactor);
    this.#classifier = new Classifier(this.#clip);
  }

  /** By `setImmediate`, which runs after all sockets that were ready have been read; a microtask would run after each of them. */
  readonly onDidAppend: Event<SeqRange> = this.#appended.event;

  /** By the budget or `clear`. */
  readonly onDidDrop: Event<SeqRange> = this.#dropped.event;

  readonly onDidChange: Event<SeqRange> = this.#changed.event;

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
    this.#store.push(record, {
      server: this.#clip(record.server),
      sessionId: record.sessionId === undefined ? undefined : this.#clip(record.sessionId),
      kind: message.kind,
      origin: link.origin,
      method: link.method,
      tool: link.tool,
      rpcId: link.rpcId,
      notes: this.#clipped([record.note, message.note].filter((note) => note !== undefined)),
      mark: link.mark,
      answers: link.answers.map((answered) => answered.seq),
      call: link.call,
      durationMs: link.answers[0]?.durationMs,
      part: partOf(record),
    });
    for (const { seq: request, durationMs } of link.answers) {
      this.#update(request, (segment, row) => segment.setAnswer(row, seq, durationMs));
    }
    this.#setMarks(link.marks);
    if (record.exchange !== undefined && record.channel === 'http-response' && record.part === 'head') {
      this.#setPhase(record.exchange, 'firstByteMs', record.time);
    }
    // The head came before the body that says what the exchange is about.
    if (link.requestHead !== undefined && record.channel === 'http-request') {
      this.#update(link.requestHead, (segment, row) => segment.setMessage(row, link));
    }
    this.#tell();
  }

  reach(exchange: number, phase: ExchangePhase, time: number): void {
    this.#setPhase(exchange, phase === 'connected' ? 'connectMs' : 'endMs', time);
    if (phase === 'ended') this.#setMarks(this.#pairing.end(exchange));
    this.#tell();
  }

  /** Adds remarks to an entry, if it is still there. */
  addNotes(seq: number, notes: readonly TrafficNote[]): void {
    this.#update(seq, (segment, row) => segment.addNotes(row, this.#clipped(notes)));
    this.#tell();
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
    this.#changed.dispose();
  }

  #clipped(notes: readonly TrafficNote[]): TrafficNote[] {
    return notes.map((note) => ({ ...note, message: this.#clip(note.message) }));
  }

  #setMarks(changes: readonly MarkChange[]): void {
    for (const { seq, mark } of changes) this.#update(seq, (segment, row) => segment.setMark(row, mark));
  }

  #setPhase(exchange: number, phase: Phase, time: number): void {
    for (const seq of this.#pairing.requestsOf(exchange)) {
      this.#update(seq, (segment, row) => segment.setPhase(row, phase, time));
    }
  }

  #update(seq: number, change: (segment: Segment, row: number) => void): void {
    const place = findPlace(this.#store, seq);
    if (place === undefined) return;
    this.#store.update(place, change);
    const { first, last } = this.#toChange ?? { first: seq, last: seq };
    this.#toChange = { first: Math.min(first, seq), last: Math.max(last, seq) };
  }

  #tell(): void {
    this.#telling ??= setImmediate(() => {
      this.#telling = undefined;
      const told = this.#told;
      const { firstSeq, lastSeq } = this;
      this.#told = { first: firstSeq, last: lastSeq };
      const changed = this.#toChange;
      this.#toChange = undefined;
      if (firstSeq > told.first) this.#dropped.fire({ first: told.first, last: firstSeq - 1 });
      const first = Math.max(told.last + 1, firstSeq);
      if (first <= lastSeq) this.#appended.fire({ first, last: lastSeq });
      // What came with this turn is told as it is now.
      if (changed !== undefined && changed.first < first && changed.last >= firstSeq) this.#changed.fire(changed);
    });
  }
}

function partOf(record: TrafficRecord): number {
  if (record.part === 'boundary' || record.part === 'end') return Part.boundary;
  if (record.part !== 'head') return Part.content;
  const tells =
    record.channel === 'http-request' ? isBodilessRequest(record.raw) : isTellingResponse(record.status ?? 0);
  return tells ? Part.tellingHead : Part.head;
}
