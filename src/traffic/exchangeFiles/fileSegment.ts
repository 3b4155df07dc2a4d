import { channels, directions, kinds, marks, origins, severities } from '../codes.ts';
import { Columns, Part } from '../columns.ts';
import type { TrafficNote } from '../entry.ts';
import { RowLists } from '../rowLists.ts';
import { RpcIds } from '../rpcIds.ts';
import { type SegmentView, setAnswer } from '../segment.ts';
import { StringTable } from '../stringTable.ts';
import type { EntryFields, LaterFields } from './format.ts';
import { bodyOf, chunkStartsOf } from './parseLine.ts';

/** Rows of a segment; with up to six strings each, their numbers fit into 16 bits. */
const ROWS = 8192;
/** Only updates without end may need more; what they say is then left out. */
const MAX_STRINGS = 2 ** 16 - 1;
/** How far from its first line a segment may reach. */
const MAX_DISTANCE = 2 ** 32 - 1;

/** The lines that a segment is about. */
export interface LineSource {
  /** A line; undefined when it cannot be read any more. */
  line(position: number, length: number): Buffer | undefined;
}

/** A stretch of an imported file: columns and where the lines are, 80 bytes a row and its id; the bytes of an entry stay in the file. */
export class FileSegment implements SegmentView {
  readonly firstSeq: number;
  readonly columns = new Columns(ROWS);
  readonly strings = new StringTable();
  readonly ids = new RpcIds(ROWS);
  readonly #alsoAnswers = new RowLists();
  readonly #source: LineSource;
  readonly #position: number;
  /** Behind `#position`, in bytes. */
  readonly #start = new Uint32Array(ROWS);
  readonly #length = new Uint32Array(ROWS);
  #count = 0;

  /** @param position of the first line, in bytes of the file */
  constructor(firstSeq: number, source: LineSource, position: number) {
    this.firstSeq = firstSeq;
    this.#source = source;
    this.#position = position;
  }

  get count(): number {
    return this.#count;
  }

  /** Memory held, in bytes: columns by capacity, strings by estimate. */
  get byteSize(): number {
    const places = this.#start.byteLength + this.#length.byteLength;
    return this.columns.byteSize + this.ids.byteSize + places + this.strings.byteSize + this.#alsoAnswers.byteSize;
  }

  /** Whether there is room for a line that starts there. */
  hasRoom(position: number): boolean {
    return this.#count < ROWS && position - this.#position <= MAX_DISTANCE;
  }

  /**
   * Takes an entry in; the caller has made sure that there is room.
   * @param call `seq` of the call that it belongs to
   */
  push(fields: EntryFields, call: number | undefined, position: number, length: number): void {
    const row = this.#count;
    this.#count += 1;
    const { columns } = this;
    const seq = this.firstSeq + row;
    columns.time[row] = fields.time;
    columns.offset[row] = fields.offset ?? Number.NaN;
    columns.durationMs[row] = fields.durationMs ?? Number.NaN;
    // One that has a duration has had its answer; until that is met, it is taken for one that is not in the file.
    columns.pairDistance[row] = fields.durationMs === undefined ? 0 : -seq;
    columns.callDistance[row] = call === undefined ? 0 : seq - call;
    columns.exchange[row] = fields.exchange ?? 0;
    columns.length[row] = fields.bytes;
    columns.status[row] = fields.status ?? 0;
    columns.server[row] = this.#number(fields.server);
    columns.sessionId[row] = this.#number(fields.sessionId);
    columns.direction[row] = directions.encode(fields.direction);
    columns.channel[row] = channels.encode(fields.channel);
    columns.kind[row] = kinds.encode(fields.kind);
    columns.origin[row] = origins.encode(fields.origin);
    columns.part[row] = Part[fields.part];
    this.#start[row] = position - this.#position;
    this.#length[row] = length;
    this.update(row, fields);
  }

  /** Sets what an entry has come to be, in place of what it was. */
  update(row: number, { method, tool, rpcId, mark, connectMs, firstByteMs, endMs, notes = [] }: LaterFields): void {
    const { columns } = this;
    columns.method[row] = this.#number(method);
    columns.tool[row] = this.#number(tool);
    this.ids.set(row, rpcId);
    columns.mark[row] = marks.encode(mark ?? 'none');
    columns.connectMs[row] = connectMs ?? Number.NaN;
    columns.firstByteMs[row] = firstByteMs ?? Number.NaN;
    columns.endMs[row] = endMs ?? Number.NaN;
    this.#setNotes(row, notes);
  }

  /** No further line will come: gives back the memory that is left over. */
  close(): void {
    this.ids.close();
  }

  /** Points at the requests that an entry answers: at the one that it is paired with, and at others where it is a batch. */
  setRequests(row: number, pairedWith: number | undefined, others: readonly number[]): void {
    if (pairedWith !== undefined) this.columns.pairDistance[row] = pairedWith - this.firstSeq - row;
    this.#alsoAnswers.set(row, others);
  }

  /** @param seq of the answer to this request */
  setAnswer(row: number, seq: number, durationMs: number | undefined): void {
    setAnswer(this, row, seq, durationMs);
  }

  alsoAnswers(row: number): readonly number[] {
    return this.#alsoAnswers.at(row);
  }

  /** What cannot be read is empty; what has been changed by hand so that it is no entry any more is shown as it stands in the file. */
  raw(row: number): Uint8Array {
    const line = this.#line(row);
    const bytes = line === undefined ? Buffer.alloc(0) : (bodyOf(line) ?? line);
    // Of a buffer, `slice` makes no copy, which readers rely on.
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  chunkStarts(row: number): number[] {
    const line = this.#line(row);
    return line === undefined ? [] : chunkStartsOf(line);
  }

  #number(text: string | undefined): number {
    const number = this.strings.intern(text);
    return number > MAX_STRINGS ? 0 : number;
  }

  #line(row: number): Buffer | undefined {
    return this.#source.line(this.#position + (this.#start[row] ?? 0), this.#length[row] ?? 0);
  }

  #setNotes(row: number, notes: readonly TrafficNote[]): void {
    const { columns } = this;
    columns.notes[row] = notes.length === 0 ? 0 : this.#number(JSON.stringify(notes));
    columns.noteCount[row] = notes.length;
    columns.noteSeverity[row] = Math.max(0, ...notes.map(({ severity }) => severities.encode(severity)));
  }
}
