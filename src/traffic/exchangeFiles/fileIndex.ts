import type { Clip } from '../clip.ts';
import type { Segments } from '../segments.ts';
import { findPlace } from '../segments.ts';
import type { SeqRange } from '../trafficReader.ts';
import { FileSegment, type LineSource } from './fileSegment.ts';
import { type EntryFields, MAX_FIELDS_BYTES, MAX_LINE_BYTES, type UpdateFields } from './format.ts';
import type { FileLine } from './lines.ts';
import { parseLine } from './parseLine.ts';

/** Memory of an index, in bytes: some ten million entries. What comes behind them is not shown. */
const MAX_INDEX_BYTES = 1024 ** 3;
const CLOSING_BRACE = 0x7d;

/** Lines that are not shown. */
export interface FileProblems {
  /** That are no entry. */
  broken: number;
  /** That are longer than `MAX_LINE_BYTES`. */
  tooLong: number;
}

/** What is known of the lines of a file: entries by number, counted from 1, without their bytes. */
export class FileIndex implements Segments<FileSegment> {
  readonly problems: FileProblems = { broken: 0, tooLong: 0 };
  readonly #source: LineSource;
  readonly #clip: Clip;
  readonly #segments: FileSegment[] = [];
  /** Of the segments before the last. */
  #closedBytes = 0;
  #lastSeq = 0;
  /** How much less the number of an entry is here than in its line: what could not be read has none. */
  #shift = 0;
  /** The number in its line of the first entry with that shift; what is before it cannot be referred to. */
  #shiftStart = 1;
  #changed: SeqRange | undefined;

  constructor(source: LineSource, clip: Clip) {
    this.#source = source;
    this.#clip = clip;
  }

  get segments(): readonly FileSegment[] {
    return this.#segments;
  }

  get firstSeq(): number {
    return 1;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Memory held, in bytes. */
  get byteSize(): number {
    return this.#closedBytes + (this.#segments.at(-1)?.byteSize ?? 0);
  }

  get isFull(): boolean {
    return this.byteSize >= MAX_INDEX_BYTES;
  }

  /** Takes a line in. Never throws: what is not an entry is counted. */
  take({ position, length, head }: FileLine): void {
    if (length > MAX_LINE_BYTES) {
      this.problems.tooLong += 1;
      return;
    }
    if (length === 0) return;
    // Of a longer line, whose end is not here, a look at its bytes will tell.
    const isBroken = head.length === length && head.at(-1) !== CLOSING_BRACE;
    const fields = isBroken ? undefined : parseLine(head.subarray(0, MAX_FIELDS_BYTES), this.#clip);
    if (fields === undefined) this.problems.broken += 1;
    else if ('update' in fields) this.#update(fields);
    else this.#push(fields, position, length);
  }

  /** No further line will come: gives back the memory that is left over. */
  close(): void {
    this.#segments.at(-1)?.close();
  }

  /** Entries that have changed since this was asked last. */
  takeChanged(): SeqRange | undefined {
    const changed = this.#changed;
    this.#changed = undefined;
    return changed;
  }

  #push(fields: EntryFields, position: number, length: number): void {
    const seq = this.#lastSeq + 1;
    if (fields.seq - seq !== this.#shift) {
      this.#shift = fields.seq - seq;
      this.#shiftStart = fields.seq;
    }
    const segment = this.#segmentFor(position, seq);
    const row = segment.count;
    segment.push(fields, this.#earlier(fields.call, seq), position, length);
    this.#lastSeq = seq;
    // A request cannot know its answer yet: only what stands behind is heard.
    const request = this.#earlier(fields.pairedWith, seq);
    const others = (fields.alsoAnswers ?? []).map((number) => this.#earlier(number, seq));
    const alsoAnswers = others.filter((other) => other !== undefined);
    segment.setRequests(row, request, alsoAnswers);
    if (request !== undefined) this.#setAnswer(request, seq, () => fields.durationMs);
    for (const other of alsoAnswers) this.#setAnswer(other, seq, (time) => Math.max(0, fields.time - time));
  }

  /** @param durationOf what it took, by the time of the request */
  #setAnswer(request: number, answer: number, durationOf: (time: number) => number | undefined): void {
    this.#change(request, (segment, row) => segment.setAnswer(row, answer, durationOf(segment.columns.time[row] ?? 0)));
  }

  #update(fields: UpdateFields): void {
    const seq = this.#earlier(fields.update, this.#lastSeq + 1);
    if (seq === undefined) this.problems.broken += 1;
    else this.#change(seq, (segment, row) => segment.update(row, fields));
  }

  #change(seq: number, change: (segment: FileSegment, row: number) => void): void {
    const place = findPlace(this, seq);
    if (place === undefined) return;
    const before = place.segment.byteSize;
    change(place.segment, place.row);
    if (place.segment !== this.#segments.at(-1)) this.#closedBytes += place.segment.byteSize - before;
    const { first, last } = this.#changed ?? { first: seq, last: seq };
    this.#changed = { first: Math.min(first, seq), last: Math.max(last, seq) };
  }

  /** The number here of an entry before `seq`, by its number in the file. */
  #earlier(number: number | undefined, seq: number): number | undefined {
    if (number === undefined || number < this.#shiftStart) return undefined;
    const earlier = number - this.#shift;
    return earlier >= 1 && earlier < seq ? earlier : undefined;
  }

  #segmentFor(position: number, seq: number): FileSegment {
    const last = this.#segments.at(-1);
    if (last?.hasRoom(position) === true) return last;
    last?.close();
    this.#closedBytes += last?.byteSize ?? 0;
    const next = new FileSegment(seq, this.#source, position);
    this.#segments.push(next);
    return next;
  }
}
