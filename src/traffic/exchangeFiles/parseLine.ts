import type { Clip } from '../clip.ts';
import { channels, directions, kinds, marks, origins, severities } from '../codes.ts';
import type { TrafficNote } from '../entry.ts';
import { MAX_BATCH } from '../envelope.ts';
import { MAX_NOTES } from '../segment.ts';
import { type EntryFields, type LaterFields, PARTS, type UpdateFields } from './format.ts';

/** Where the bytes of an entry lie in its line: behind the fields, up to the quotation mark and the brace that end it. */
interface Body {
  fieldsEnd: number;
  start: number;
  isText: boolean;
}

const MAX_UINT32 = 2 ** 32 - 1;
const MAX_UINT16 = 2 ** 16 - 1;
/** These bytes stand in no string of JSON, where quotation marks are escaped. */
const TEXT_START = Buffer.from(',"text":"');
const BASE64_START = Buffer.from(',"base64":"');
const END = Buffer.from('"}');
const OPENING_BRACE = 0x7b;

/**
 * Reads a line, or the start of a longer one that has its fields whole. Undefined for what is neither an entry nor an update; the entry's bytes
 * are not looked at.
 */
export function parseLine(head: Buffer, clip: Clip): EntryFields | UpdateFields | undefined {
  const body = findBody(head);
  const fields = parseObject(body === undefined ? head.toString() : `${head.toString('utf8', 0, body.fieldsEnd)}}`);
  if (fields === undefined) return undefined;
  return body === undefined ? readUpdate(fields, clip) : readEntry(fields, clip);
}

/** The bytes of an entry by its whole line; undefined where they cannot be read. */
export function bodyOf(line: Buffer): Buffer | undefined {
  const body = findBody(line);
  if (body === undefined || line[0] !== OPENING_BRACE || !line.subarray(-END.length).equals(END)) return undefined;
  if (!body.isText) return Buffer.from(line.toString('latin1', body.start, line.length - END.length), 'base64');
  try {
    const text: unknown = JSON.parse(line.toString('utf8', body.start - 1, line.length - 1));
    return typeof text === 'string' ? Buffer.from(text) : undefined;
  } catch {
    return undefined;
  }
}

/** The positions in the entry's bytes where another read from the socket began; none where the line is damaged. */
export function chunkStartsOf(line: Buffer): number[] {
  const body = findBody(line);
  const starts = body && parseObject(`${line.toString('utf8', 0, body.fieldsEnd)}}`)?.['chunkStarts'];
  return Array.isArray(starts) ? starts.filter((start) => isWhole(start, MAX_UINT32)) : [];
}

function findBody(line: Buffer): Body | undefined {
  const text = line.indexOf(TEXT_START);
  if (text !== -1) return { fieldsEnd: text, start: text + TEXT_START.length, isText: true };
  const base64 = line.indexOf(BASE64_START);
  if (base64 !== -1) return { fieldsEnd: base64, start: base64 + BASE64_START.length, isText: false };
  return undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // An object from JSON has strings for keys.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function readEntry(fields: Record<string, unknown>, clip: Clip): EntryFields | undefined {
  const direction = directions.read(fields['direction']);
  const channel = channels.read(fields['channel']);
  const kind = kinds.read(fields['kind']);
  const origin = origins.read(fields['origin']);
  const part = PARTS.find((known) => known === fields['part']);
  const { seq, time, server, bytes } = fields;
  if (direction === undefined || channel === undefined || kind === undefined || origin === undefined) return undefined;
  if (part === undefined || typeof server !== 'string' || !isNumber(time)) return undefined;
  if (!isWhole(seq, MAX_UINT32) || !isWhole(bytes, MAX_UINT32)) return undefined;
  const entry: EntryFields = { seq, time, server: clip(server), direction, channel, part, kind, origin, bytes };
  const { exchange, sessionId, status, pairedWith, alsoAnswers, call, durationMs, offset } = fields;
  if (isWhole(exchange, MAX_UINT32)) entry.exchange = exchange;
  if (typeof sessionId === 'string') entry.sessionId = clip(sessionId);
  if (isWhole(status, MAX_UINT16)) entry.status = status;
  if (isWhole(pairedWith, MAX_UINT32)) entry.pairedWith = pairedWith;
  if (Array.isArray(alsoAnswers)) {
    entry.alsoAnswers = alsoAnswers.slice(0, MAX_BATCH).filter((number) => isWhole(number, MAX_UINT32));
  }
  if (isWhole(call, MAX_UINT32)) entry.call = call;
  if (isNumber(durationMs)) entry.durationMs = durationMs;
  if (isNumber(offset)) entry.offset = offset;
  readLater(fields, entry, clip);
  return entry;
}

function readUpdate(fields: Record<string, unknown>, clip: Clip): UpdateFields | undefined {
  const { update } = fields;
  if (!isWhole(update, MAX_UINT32)) return undefined;
  const result: UpdateFields = { update };
  readLater(fields, result, clip);
  return result;
}

function readLater(fields: Record<string, unknown>, into: LaterFields, clip: Clip): void {
  const { method, tool, rpcId, connectMs, firstByteMs, endMs, notes } = fields;
  if (typeof method === 'string') into.method = clip(method);
  if (typeof tool === 'string') into.tool = clip(tool);
  if (typeof rpcId === 'string') into.rpcId = clip(rpcId);
  else if (isNumber(rpcId)) into.rpcId = rpcId;
  const mark = marks.read(fields['mark']);
  if (mark !== undefined && mark !== 'none') into.mark = mark;
  if (isPhase(connectMs)) into.connectMs = connectMs;
  if (isPhase(firstByteMs)) into.firstByteMs = firstByteMs;
  if (isPhase(endMs)) into.endMs = endMs;
  if (!Array.isArray(notes)) return;
  const read = notes.slice(0, MAX_NOTES).map((note: unknown) => readNote(note, clip));
  into.notes = read.filter((note) => note !== undefined);
}

function readNote(note: unknown, clip: Clip): TrafficNote | undefined {
  if (typeof note !== 'object' || note === null || !('rule' in note && 'message' in note)) return undefined;
  const { rule, message } = note;
  const severity = severities.read('severity' in note ? note.severity : undefined);
  if (typeof rule !== 'string' || typeof message !== 'string') return undefined;
  if (severity === undefined || severity === 'none') return undefined;
  const read: TrafficNote = { rule: clip(rule), severity, message: clip(message) };
  if ('section' in note && typeof note.section === 'string') read.section = clip(note.section);
  return read;
}

/** The columns of phases have 32 bits, in which more than they hold is infinity, and the page takes no such row. */
function isPhase(value: unknown): value is number {
  return isNumber(value) && Number.isFinite(Math.fround(value));
}

/** JSON knows numbers that are read as infinity: `1e999`. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isWhole(value: unknown, max: number): value is number {
  return Number.isInteger(value) && typeof value === 'number' && value >= 0 && value <= max;
}
