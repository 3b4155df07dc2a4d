import { isUtf8 } from 'node:buffer';
import { asBuffer } from '../../base/asBuffer.ts';
import { marks } from '../codes.ts';
import type { TrafficEntry, TrafficNote } from '../entry.ts';
import type { Presenter } from '../presenter.ts';
import { callOf } from '../segment.ts';
import type { Place } from '../segments.ts';
import {
  type EntryFields,
  HEADER,
  type LaterFields,
  MAX_FIELDS_BYTES,
  MAX_LINE_BYTES,
  PARTS,
  type UpdateFields,
} from './format.ts';

/** UTF-8 has no more bytes for a UTF-16 unit. */
const BYTES_PER_UNIT = 3;
/** What the presenter says of every head, and will say again. */
const OF_EVERY_HEAD = 'wire.reconstructed';

/** The number within the file of an entry of the log; undefined when it is not in the file. */
export type NumberOf = (seq: number) => number | undefined;

/** The first line of a file, as all others with its line end. */
export function headerLine(): string {
  return `${JSON.stringify(HEADER)}\n`;
}

/** An entry as a line, in such an order and words that a second export of the same entries is the same bytes. */
export function entryLine(place: Place, presenter: Presenter, numberOf: NumberOf): string {
  const entry = entryOf(place, presenter);
  return lineOf(fieldsOf(place, entry, numberOf), entry.raw);
}

/** The line of an entry that is in no log. */
export function lineOf(fields: EntryFields, raw: Uint8Array): string {
  return `${JSON.stringify(fields).slice(0, -1)},${bodyField(raw)}}\n`;
}

/** What an entry has come to be since it was written, as a line. */
export function updateLine(place: Place, presenter: Presenter, update: number): string {
  const later = laterFields(place, entryOf(place, presenter));
  return `${JSON.stringify({ update, ...later } satisfies UpdateFields)}\n`;
}

/** Points at any other entry that ever was: which of them are in the file is for `NumberOf` to say. */
export function entryOf(place: Place, presenter: Presenter): TrafficEntry {
  return presenter.entry(place, 1);
}

/** Everything that a line says of an entry, but its bytes. */
export function fieldsOf(place: Place, entry: TrafficEntry, numberOf: NumberOf): EntryFields {
  const { segment, row } = place;
  const { columns } = segment;
  const call = callOf(segment, row);
  const alsoAnswers = segment
    .alsoAnswers(row)
    .map(numberOf)
    .filter((number) => number !== undefined);
  const chunkStarts = segment.chunkStarts(row);
  return {
    seq: numberOf(entry.seq) ?? 0,
    time: entry.time,
    server: entry.server.toWellFormed(),
    direction: entry.direction,
    channel: entry.channel,
    part: PARTS[columns.part[row] ?? 0] ?? 'content',
    kind: entry.kind,
    origin: entry.origin,
    ...given('exchange', entry.exchange),
    ...given('sessionId', entry.sessionId?.toWellFormed()),
    ...given('status', entry.status),
    ...given('pairedWith', entry.pairedWith === undefined ? undefined : numberOf(entry.pairedWith)),
    ...given('alsoAnswers', alsoAnswers.length === 0 ? undefined : alsoAnswers),
    ...given('call', call === undefined ? undefined : numberOf(call)),
    ...given('durationMs', entry.durationMs),
    ...given('offset', entry.offset),
    ...laterFields(place, entry),
    bytes: entry.raw.length,
    ...given('chunkStarts', chunkStarts.length === 0 ? undefined : chunkStarts),
  };
}

function laterFields({ segment, row }: Place, entry: TrafficEntry): LaterFields {
  const { columns } = segment;
  const { method, tool, rpcId } = entry;
  const notes = entry.notes.filter(({ rule }) => rule !== OF_EVERY_HEAD).map(plainNote);
  const mark = marks.decode(columns.mark[row] ?? 0);
  return {
    ...given('method', method?.toWellFormed()),
    ...given('tool', tool?.toWellFormed()),
    ...given('rpcId', typeof rpcId === 'string' ? rpcId.toWellFormed() : rpcId),
    ...given('mark', mark === 'none' ? undefined : mark),
    ...given('connectMs', microseconds(columns.connectMs[row])),
    ...given('firstByteMs', microseconds(columns.firstByteMs[row])),
    ...given('endMs', microseconds(columns.endMs[row])),
    ...given('notes', notes.length === 0 ? undefined : notes),
  };
}

/** Its fields in one order, whoever wrote it. */
function plainNote({ rule, severity, message, section }: TrafficNote): TrafficNote {
  const note = { rule: rule.toWellFormed(), severity, message: message.toWellFormed() };
  return section === undefined ? note : { ...note, section: section.toWellFormed() };
}

/** JSON carries every valid UTF-8 unchanged, with its byte order mark and its NULs; of what is not, half would become U+FFFD. */
function bodyField(raw: Uint8Array): string {
  const bytes = asBuffer(raw);
  const text = isUtf8(bytes) ? JSON.stringify(bytes.toString()) : undefined;
  return text === undefined || isTooLong(text) ? `"base64":"${bytes.toString('base64')}"` : `"text":${text}`;
}

/** Escapes may make a text several times as long as it is in base64. */
function isTooLong(text: string): boolean {
  const limit = MAX_LINE_BYTES - MAX_FIELDS_BYTES;
  return text.length * BYTES_PER_UNIT > limit && Buffer.byteLength(text) > limit;
}

/** Rounded to what was measured; the column's 32 bits would read as 3.0999999046325684, and it takes the rounded one for the same. */
function microseconds(ms: number | undefined): number | undefined {
  return ms === undefined || !Number.isFinite(ms) ? undefined : Math.round(ms * 1000) / 1000;
}

/** A field only where there is a value for it. */
function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  // TypeScript takes a computed key for any string.
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
