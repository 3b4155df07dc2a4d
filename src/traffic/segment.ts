import type { TrafficOrigin, TrafficRecord } from '../base/traffic.ts';
import { channels, directions, kinds, origins } from './codes.ts';
import { Columns } from './columns.ts';
import type { TrafficKind } from './entry.ts';
import { Slabs } from './slabs.ts';
import { StringTable } from './stringTable.ts';

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
  /** A JSON array of notes. */
  notes: string | undefined;
  pairedWith: number | undefined;
  durationMs: number | undefined;
  standsAlone: boolean;
}

const CHUNK_START_BYTES = 4;

/** A stretch of the log: columns, the bytes and the strings of its rows. A row is a number; nothing is kept as an object. */
export class Segment {
  readonly firstSeq: number;
  readonly columns: Columns;
  readonly strings = new StringTable();
  readonly #limits: SegmentLimits;
  readonly #slabs: Slabs;
  #count = 0;

  constructor(firstSeq: number, limits: SegmentLimits) {
    this.firstSeq = firstSeq;
    this.#limits = limits;
    this.columns = new Columns(limits.rows);
    this.#slabs = new Slabs(limits.slabBytes);
  }

  get count(): number {
    return this.#count;
  }

  /** Memory held, in bytes: columns and slabs by capacity, strings by estimate. */
  get byteSize(): number {
    return this.columns.byteSize + this.#slabs.byteSize + this.strings.byteSize;
  }

  get isFull(): boolean {
    return this.#count === this.#limits.rows || this.byteSize - this.columns.byteSize >= this.#limits.bytes;
  }

  /** Takes the record in. The caller has made sure that the segment is not full. */
  push(record: TrafficRecord, values: RowValues): void {
    const row = this.#count;
    this.#count += 1;
    const { columns, strings } = this;
    columns.time[row] = record.time;
    columns.offset[row] = record.offset ?? Number.NaN;
    columns.pairedWith[row] = values.pairedWith ?? Number.NaN;
    columns.durationMs[row] = values.durationMs ?? Number.NaN;
    columns.exchange[row] = record.exchange ?? 0;
    columns.status[row] = record.status ?? 0;
    columns.server[row] = strings.intern(values.server);
    columns.sessionId[row] = strings.intern(values.sessionId);
    columns.notes[row] = strings.intern(values.notes);
    columns.direction[row] = directions.encode(record.direction);
    columns.channel[row] = channels.encode(record.channel);
    columns.kind[row] = kinds.encode(values.kind);
    columns.origin[row] = origins.encode(values.origin);
    columns.isHead[row] = record.part === 'head' ? 1 : 0;
    columns.standsAlone[row] = values.standsAlone ? 1 : 0;
    this.setMessage(row, values);
    this.#store(row, record);
  }

  /** Sets what a row is about; again for a head, whose body tells it. */
  setMessage(row: number, { method, tool, rpcId }: Pick<RowValues, 'method' | 'tool' | 'rpcId'>): void {
    const { columns, strings } = this;
    columns.method[row] = strings.intern(method);
    columns.tool[row] = strings.intern(tool);
    columns.rpcNumber[row] = typeof rpcId === 'number' ? rpcId : Number.NaN;
    columns.rpcText[row] = strings.intern(typeof rpcId === 'string' ? rpcId : undefined);
  }

  /** Joins a request to its answer, given by its `seq`. */
  setAnswer(row: number, seq: number, durationMs: number | undefined): void {
    this.columns.pairedWith[row] = seq;
    this.columns.durationMs[row] = durationMs ?? Number.NaN;
  }

  /** The bytes in the log itself: for reading only, and not to be given away. */
  raw(row: number): Uint8Array {
    return this.#slabs.view(this.#place(row), this.columns.length[row] ?? 0);
  }

  chunkStarts(row: number): number[] {
    const view = this.#chunkView(row);
    const count = view.byteLength / CHUNK_START_BYTES;
    return Array.from({ length: count }, (_, index) => view.getUint32(index * CHUNK_START_BYTES));
  }

  /** No further record will come: gives back the memory that is left over. */
  close(): void {
    this.#slabs.trim();
  }

  #store(row: number, { raw, chunkStarts = [], mayKeep = false }: TrafficRecord): void {
    const { columns } = this;
    const place = this.#slabs.put(raw, chunkStarts.length * CHUNK_START_BYTES, mayKeep);
    columns.slab[row] = place.slab;
    columns.start[row] = place.start;
    columns.length[row] = raw.length;
    columns.chunks[row] = chunkStarts.length;
    if (chunkStarts.length === 0) return;
    const view = this.#chunkView(row);
    chunkStarts.forEach((start, index) => view.setUint32(index * CHUNK_START_BYTES, start));
  }

  #chunkView(row: number): DataView {
    const size = (this.columns.chunks[row] ?? 0) * CHUNK_START_BYTES;
    const { slab, start } = this.#place(row);
    const bytes = this.#slabs.view({ slab, start: start + (this.columns.length[row] ?? 0) }, size);
    return new DataView(bytes.buffer, bytes.byteOffset, size);
  }

  #place(row: number): { slab: number; start: number } {
    return { slab: this.columns.slab[row] ?? 0, start: this.columns.start[row] ?? 0 };
  }
}
