import type { TrafficOrigin, TrafficRecord } from '../base/traffic.ts';
import { channels, directions, kinds, marks, origins, severities } from './codes.ts';
import { Columns, Part } from './columns.ts';
import type { RowMark, TrafficKind, TrafficNote } from './entry.ts';
import { RowLists } from './rowLists.ts';
import { RpcIds } from './rpcIds.ts';
import { Slabs } from './slabs.ts';
import { StringTable } from './stringTable.ts';

/** A stretch of a log as its readers see it: columns, strings, and the bytes of a row wherever they lie. */
export interface SegmentView {
  readonly firstSeq: number;
  /** Rows that there are. */
  readonly count: number;
  readonly columns: Columns;
  readonly strings: StringTable;
  readonly ids: RpcIds;
  /** The bytes in the log itself: for reading only, and not to be given away. */
  raw(row: number): Uint8Array;
  /** Positions in `raw`, other than 0, where another read from the socket began. */
  chunkStarts(row: number): number[];
  /** The requests that an entry answers beside the one that it is paired with, which only a batch does, by `seq`. */
  alsoAnswers(row: number): readonly number[];
}

/** How large a segment may grow: it is the unit in which old traffic is dropped. */
export interface SegmentLimits {
  /** At most 10,000, since the string columns have 16 bits. */
  rows: number;
  slabBytes: number;
  /** Slabs and strings together at which the segment takes no further record. */
  bytes: number;
}

/** What is stored of a record in place of, or beside, its own fields; texts already cut to a length. */
export interface RowValues {
  server: string;
  sessionId: string | undefined;
  kind: TrafficKind;
  origin: TrafficOrigin;
  method: string | undefined;
  tool: string | undefined;
  rpcId: string | number | undefined;
  notes: readonly TrafficNote[];
  mark: RowMark | undefined;
  /** `seq` of the request that this answers; of several, first the one that it is paired with. */
  answers: readonly number[];
  /** `seq` of the call that this belongs to. */
  call: number | undefined;
  durationMs: number | undefined;
  /** One of `Part`. */
  part: number;
}

/** When an exchange got how far, in the column that keeps it. */
export type Phase = 'connectMs' | 'firstByteMs' | 'endMs';

const CHUNK_START_BYTES = 4;
/** HTTP statuses from here on are failures. */
const FIRST_ERROR_STATUS = 400;
const REQUEST = kinds.encode('request');
const ERROR = kinds.encode('error');
const FAILED = marks.encode('failed');
const RESPONSE_CHANNEL = channels.encode('http-response');
const INTERNAL = directions.encode('internal');
/** More notes of one row are not kept: hostile messages may break every rule there is. */
export const MAX_NOTES = 50;

/** A segment in memory, which can be written to. A row is a number; nothing is kept as an object. */
export class Segment implements SegmentView {
  readonly firstSeq: number;
  readonly columns: Columns;
  readonly strings = new StringTable();
  readonly ids: RpcIds;
  readonly #alsoAnswers = new RowLists();
  readonly #limits: SegmentLimits;
  readonly #slabs: Slabs;
  /** Where in its slab the record lies; its chunk starts follow. */
  readonly #slab: Uint16Array;
  readonly #start: Uint32Array;
  readonly #chunks: Uint32Array;
  #count = 0;

  constructor(firstSeq: number, limits: SegmentLimits) {
    this.firstSeq = firstSeq;
    this.#limits = limits;
    this.columns = new Columns(limits.rows);
    this.ids = new RpcIds(limits.rows);
    this.#slab = new Uint16Array(limits.rows);
    this.#start = new Uint32Array(limits.rows);
    this.#chunks = new Uint32Array(limits.rows);
    this.#slabs = new Slabs(limits.slabBytes);
  }

  get count(): number {
    return this.#count;
  }

  /** Memory held, in bytes: columns and slabs by capacity, strings by estimate. */
  get byteSize(): number {
    return (
      this.#columnBytes + this.ids.byteSize + this.#slabs.byteSize + this.strings.byteSize + this.#alsoAnswers.byteSize
    );
  }

  get isFull(): boolean {
    return this.#count === this.#limits.rows || this.byteSize - this.#columnBytes >= this.#limits.bytes;
  }

  /** Takes the record in. The caller has made sure that the segment is not full. */
  push(record: TrafficRecord, values: RowValues): void {
    const row = this.#count;
    this.#count += 1;
    const { columns, strings } = this;
    const { call } = values;
    const [pairedWith, ...alsoAnswers] = values.answers;
    const seq = this.firstSeq + row;
    columns.time[row] = record.time;
    columns.offset[row] = record.offset ?? Number.NaN;
    columns.pairDistance[row] = pairedWith === undefined ? 0 : pairedWith - seq;
    columns.callDistance[row] = call === undefined ? 0 : seq - call;
    columns.durationMs[row] = values.durationMs ?? Number.NaN;
    for (const phase of ['connectMs', 'firstByteMs', 'endMs'] as const) columns[phase][row] = Number.NaN;
    columns.exchange[row] = record.exchange ?? 0;
    columns.length[row] = record.raw.length;
    columns.status[row] = record.status ?? 0;
    columns.server[row] = strings.intern(values.server);
    columns.sessionId[row] = strings.intern(values.sessionId);
    columns.direction[row] = directions.encode(record.direction);
    columns.channel[row] = channels.encode(record.channel);
    columns.kind[row] = kinds.encode(values.kind);
    columns.origin[row] = origins.encode(values.origin);
    columns.part[row] = values.part;
    columns.mark[row] = marks.encode(values.mark ?? 'none');
    this.#alsoAnswers.set(row, alsoAnswers);
    this.setMessage(row, values);
    this.addNotes(row, values.notes);
    this.#store(row, record);
  }

  /** Sets what a row is about; again for a head, whose body tells it. */
  setMessage(row: number, { method, tool, rpcId }: Pick<RowValues, 'method' | 'tool' | 'rpcId'>): void {
    const { columns, strings } = this;
    columns.method[row] = strings.intern(method);
    columns.tool[row] = strings.intern(tool);
    this.ids.set(row, rpcId);
  }

  /** @param seq of the answer to this request */
  setAnswer(row: number, seq: number, durationMs: number | undefined): void {
    setAnswer(this, row, seq, durationMs);
  }

  setMark(row: number, mark: RowMark | undefined): void {
    this.columns.mark[row] = marks.encode(mark ?? 'none');
  }

  /** @param time milliseconds since the epoch; only the first time of a phase counts */
  setPhase(row: number, phase: Phase, time: number): void {
    const { columns } = this;
    if (Number.isNaN(columns[phase][row])) columns[phase][row] = Math.max(0, time - (columns.time[row] ?? 0));
  }

  addNotes(row: number, added: readonly TrafficNote[]): void {
    if (added.length === 0) return;
    const { columns, strings } = this;
    const notes = [...storedNotes(this, row), ...added].slice(0, MAX_NOTES);
    columns.notes[row] = strings.intern(JSON.stringify(notes));
    columns.noteCount[row] = notes.length;
    columns.noteSeverity[row] = Math.max(...notes.map(({ severity }) => severities.encode(severity)));
  }

  raw(row: number): Uint8Array {
    return this.#slabs.view(this.#place(row), this.columns.length[row] ?? 0);
  }

  chunkStarts(row: number): number[] {
    const view = this.#chunkView(row);
    const count = view.byteLength / CHUNK_START_BYTES;
    return Array.from({ length: count }, (_, index) => view.getUint32(index * CHUNK_START_BYTES));
  }

  alsoAnswers(row: number): readonly number[] {
    return this.#alsoAnswers.at(row);
  }

  /** No further record will come: gives back the memory that is left over. */
  close(): void {
    this.#slabs.trim();
    this.ids.close();
  }

  get #columnBytes(): number {
    return this.columns.byteSize + this.#slab.byteLength + this.#start.byteLength + this.#chunks.byteLength;
  }

  #store(row: number, { raw, chunkStarts = [], mayKeep = false }: TrafficRecord): void {
    const place = this.#slabs.put(raw, chunkStarts.length * CHUNK_START_BYTES, mayKeep);
    this.#slab[row] = place.slab;
    this.#start[row] = place.start;
    this.#chunks[row] = chunkStarts.length;
    if (chunkStarts.length === 0) return;
    const view = this.#chunkView(row);
    chunkStarts.forEach((start, index) => view.setUint32(index * CHUNK_START_BYTES, start));
  }

  #chunkView(row: number): DataView {
    const size = (this.#chunks[row] ?? 0) * CHUNK_START_BYTES;
    const { slab, start } = this.#place(row);
    const bytes = this.#slabs.view({ slab, start: start + (this.columns.length[row] ?? 0) }, size);
    return new DataView(bytes.buffer, bytes.byteOffset, size);
  }

  #place(row: number): { slab: number; start: number } {
    return { slab: this.#slab[row] ?? 0, start: this.#start[row] ?? 0 };
  }
}

/** Points at the answer to a request. A batch has no one answer, and points at none. */
export function setAnswer({ firstSeq, columns }: SegmentView, row: number, seq: number, durationMs = Number.NaN): void {
  if (columns.kind[row] !== REQUEST) return;
  columns.pairDistance[row] = seq - firstSeq - row;
  columns.durationMs[row] = durationMs;
}

/** `seq` of the other one of the pair: the answer to a request, or the request of an answer. */
export function pairedWith({ firstSeq, columns }: SegmentView, row: number): number | undefined {
  const distance = columns.pairDistance[row] ?? 0;
  return distance === 0 ? undefined : firstSeq + row + distance;
}

/** `seq` of the call that a notification, or a request of the server, belongs to. */
export function callOf({ firstSeq, columns }: SegmentView, row: number): number | undefined {
  const distance = columns.callDistance[row] ?? 0;
  return distance === 0 ? undefined : firstSeq + row - distance;
}

/** An HTTP head, of either kind. */
export function isHead({ columns }: SegmentView, row: number): boolean {
  return columns.part[row] === Part.head || columns.part[row] === Part.tellingHead;
}

/** Rows of an HTTP exchange, oldest first. */
export function* rowsOfExchange({ columns, count }: SegmentView, exchange: number): Generator<number> {
  for (let row = columns.exchange.indexOf(exchange); row !== -1 && row < count;) {
    yield row;
    row = columns.exchange.indexOf(exchange, row + 1);
  }
}

/** Whether a request is still waiting for its answer. */
export function isPending({ columns }: SegmentView, row: number): boolean {
  return columns.kind[row] === REQUEST && columns.pairDistance[row] === 0 && columns.mark[row] === 0;
}

/** Whether an entry tells of a failure: a JSON-RPC error, a tool that failed, an HTTP status from 400 on, an exchange that broke. */
export function isFailure(segment: SegmentView, row: number): boolean {
  return isErrorAnswer(segment, row) || hasErrorStatus(segment, row) || isBreak(segment, row);
}

/** A JSON-RPC error, or the result of a tool that says that it failed. */
export function isErrorAnswer({ columns }: SegmentView, row: number): boolean {
  return columns.kind[row] === ERROR || columns.mark[row] === FAILED;
}

export function hasErrorStatus({ columns }: SegmentView, row: number): boolean {
  return (columns.status[row] ?? 0) >= FIRST_ERROR_STATUS;
}

/** The note in our own words that an exchange ended without a body. */
export function isBreak({ columns }: SegmentView, row: number): boolean {
  return columns.direction[row] === INTERNAL && columns.channel[row] === RESPONSE_CHANNEL;
}

/** The remarks as they were stored; secrets are in them as they were. */
export function storedNotes({ columns, strings }: SegmentView, row: number): TrafficNote[] {
  const stored = strings.at(columns.notes[row] ?? 0);
  // Written by the log itself, as an array of notes.
  return stored === undefined ? [] : (JSON.parse(stored) as TrafficNote[]);
}
