import { Part } from '../columns.ts';
import type { RowMark, TrafficEntry, TrafficNote } from '../entry.ts';

/**
 * `*.mcptraffic`: lines of JSON. The first is the header, then one line per entry: its fields, and at the very end its bytes as `text` where they
 * are UTF-8, else as `base64`. A recording also has lines `{"update":seq,…}`, which replace what an entry has come to be since it was written.
 */
export const HEADER = { format: 'external-mcp-traffic', version: 1 } as const;

/** Bytes of a line; a longer one is skipped. A message of 64 MiB, the most that the wire takes unless told otherwise, fits as base64. */
export const MAX_LINE_BYTES = 96 * 1024 * 1024;
/** Bytes of the fields before the entry's bytes: room for 100,000 chunk starts, of which no entry has more. */
export const MAX_FIELDS_BYTES = 1024 * 1024;

export type FilePart = keyof typeof Part;

/** The words of `Part`, each at the place of its number. */
// The keys of an object literal are its own; the library's type of `Object.keys` cannot say so.
export const PARTS = Object.keys(Part) as FilePart[];

/** What an entry may come to be after it was written. Times in milliseconds from the entry's own on. */
export interface LaterFields {
  method?: string;
  tool?: string;
  rpcId?: string | number;
  mark?: RowMark;
  connectMs?: number;
  firstByteMs?: number;
  endMs?: number;
  notes?: readonly TrafficNote[];
}

/** A line without the entry's bytes. `seq` and what refers to it (`pairedWith`, `alsoAnswers`, `call`) count within the file. */
export interface EntryFields
  extends LaterFields, Omit<TrafficEntry, 'raw' | 'size' | 'notes' | 'rpcId' | 'method' | 'tool'> {
  part: FilePart;
  /** The requests that a batch answers beside `pairedWith`. */
  alsoAnswers?: readonly number[];
  call?: number;
  /** How many there are, of heads too. */
  bytes: number;
  /** Positions in the bytes, other than 0, where another read from the socket began. */
  chunkStarts?: readonly number[];
}

/** A line of a recording that says what an entry has come to be. */
export interface UpdateFields extends LaterFields {
  update: number;
}
