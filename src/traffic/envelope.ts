import { asBuffer } from '../base/asBuffer.ts';
import type { ByteRange } from '../base/traffic.ts';

/** What the top level of a JSON-RPC message says. */
export interface Envelope {
  kind: 'request' | 'response' | 'error' | 'notification' | 'other';
  method: string | undefined;
  /** `params.name` of a tool call. */
  tool: string | undefined;
  rpcId: string | number | undefined;
  /** Of a result that says `isError`, as that of a tool that failed does. */
  saysError?: boolean;
}

/** Messages of a batch that are looked at. */
export const MAX_BATCH = 1000;
/** An object with more members than this at its top level, or in the top level of `params`, is no message of ours. */
const MAX_MEMBERS = 1000;
/** Bytes of a name or id that are read at all; a longer one counts as absent. */
const MAX_TOKEN_BYTES = 64 * 1024;
const KEYS = ['id', 'name', 'error', 'method', 'params', 'result', 'jsonrpc', 'isError'] as const;
type Key = (typeof KEYS)[number];
/** The longest key with each letter written as `\u00xx`. */
const MAX_KEY_BYTES = 'jsonrpc'.length * 6;
export const TOOL_METHODS: ReadonlySet<string> = new Set(['tools/call', 'call_tool']);

const IS_ERROR = Buffer.from('"isError"');
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Reads the envelope of a JSON text (UTF-8) without building its objects: one pass over the bytes, a second one over `params` for a tool
 * call or over a result that says somewhere that it is an error, no recursion, so that neither 16 MB nor 100,000 levels matter. Of a key
 * given twice the last counts, as with `JSON.parse`. What it skips is not validated. Batches, and anything that is no message, are `other`.
 * @param known a value in it whose end need not be looked for
 */
export function scanEnvelope(message: Uint8Array, known?: ByteRange): Envelope {
  const bytes = asBuffer(message);
  const envelope: Envelope = { kind: 'other', method: undefined, tool: undefined, rpcId: undefined };
  const values = new EnvelopeValues();
  const end = readMembers(bytes, startOf(bytes), values, known);
  if (end === -1 || skipSpace(bytes, end) < bytes.length) return envelope;
  const { id, method, params, error, result } = values;
  // Some dialects leave `jsonrpc` out, but then an id must show that `{"error": …}` is more than any service's refusal.
  if (id === undefined && values.jsonrpc === undefined) return envelope;

  if (id !== undefined) envelope.rpcId = idAt(bytes, id);
  if (method !== undefined && bytes[method.start] === QUOTE) {
    envelope.kind = id === undefined ? 'notification' : 'request';
    envelope.method = stringAt(bytes, method);
    if (params !== undefined && TOOL_METHODS.has(envelope.method ?? '')) envelope.tool = nameIn(bytes, params);
  } else if (error !== undefined && bytes[error.start] !== 0x6e /* n(ull), which some servers add to a result */) {
    envelope.kind = 'error';
  } else if (result !== undefined) {
    envelope.kind = 'response';
    if (saysError(bytes, result)) envelope.saysError = true;
  }
  return envelope;
}

/** The messages of a batch as they stand in its JSON text: the first `MAX_BATCH`, behind which nothing is read. Undefined for what is no batch. */
export function messagesOfBatch(batch: Uint8Array): Uint8Array[] | undefined {
  let position = startOf(batch);
  if (batch[position] !== OPEN_BRACKET) return undefined;
  const bytes = asBuffer(batch);
  const messages: Uint8Array[] = [];
  do {
    const start = skipSpace(bytes, position + 1);
    const end = valueEnd(bytes, start);
    if (end === -1) return undefined;
    messages.push(bytes.subarray(start, end));
    position = skipSpace(bytes, end);
  } while (bytes[position] === COMMA && messages.length < MAX_BATCH);
  const isWhole = bytes[position] === CLOSE_BRACKET && skipSpace(bytes, position + 1) === bytes.length;
  return isWhole || bytes[position] === COMMA ? messages : undefined;
}

/** Where the values of the keys that we know lie. Fields, not a map: the scanner runs for every message. */
class EnvelopeValues {
  id: ByteRange | undefined = undefined;
  name: ByteRange | undefined = undefined;
  error: ByteRange | undefined = undefined;
  method: ByteRange | undefined = undefined;
  params: ByteRange | undefined = undefined;
  result: ByteRange | undefined = undefined;
  jsonrpc: ByteRange | undefined = undefined;
  isError: ByteRange | undefined = undefined;
}

/** Finds the values of the keys we know in the object at `open`. Returns the position behind the object, or -1. */
function readMembers(bytes: Buffer, open: number, values: EnvelopeValues, known?: ByteRange): number {
  if (bytes[open] !== OPEN_BRACE) return -1;
  let position = skipSpace(bytes, open + 1);
  if (bytes[position] === CLOSE_BRACE) return position + 1;
  for (let count = 0; count < MAX_MEMBERS; count += 1) {
    if (bytes[position] !== QUOTE) return -1;
    const keyEnd = stringEnd(bytes, position);
    if (keyEnd === -1) return -1;
    const colon = skipSpace(bytes, keyEnd);
    if (bytes[colon] !== COLON) return -1;
    const start = skipSpace(bytes, colon + 1);
    const end = start === known?.start ? known.end : valueEnd(bytes, start);
    if (end === -1) return -1;
    const key = keyAt(bytes, position, keyEnd);
    if (key !== undefined) values[key] = { start, end };
    position = skipSpace(bytes, end);
    if (bytes[position] === CLOSE_BRACE) return position + 1;
    if (bytes[position] !== COMMA) return -1;
    position = skipSpace(bytes, position + 1);
  }
  return -1;
}

function nameIn(bytes: Buffer, params: ByteRange): string | undefined {
  const values = new EnvelopeValues();
  const end = readMembers(bytes, params.start, values);
  return end === -1 || values.name === undefined ? undefined : stringAt(bytes, values.name);
}

function saysError(bytes: Buffer, result: ByteRange): boolean {
  // Most do not, and to look for these bytes is a hundred times faster than to read.
  if (!bytes.subarray(result.start, result.end).includes(IS_ERROR)) return false;
  const values = new EnvelopeValues();
  const end = readMembers(bytes, result.start, values);
  return end !== -1 && values.isError !== undefined && bytes[values.isError.start] === 0x74; /* t(rue) */
}

/** The key between the quotes at `start` and before `end`, if it is one of ours; compared without building a string. */
function keyAt(bytes: Buffer, start: number, end: number): Key | undefined {
  const length = end - start - 2;
  for (const key of KEYS) if (key.length === length && isKey(bytes, start + 1, key)) return key;
  if (length > MAX_KEY_BYTES) return undefined;
  const escaped = hasBackslash(bytes, start, end) ? stringAt(bytes, { start, end }) : undefined;
  return escaped === undefined ? undefined : KEYS.find((key) => key === escaped);
}

function hasBackslash(bytes: Buffer, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) if (bytes[index] === BACKSLASH) return true;
  return false;
}

function isKey(bytes: Buffer, start: number, key: Key): boolean {
  for (let index = 0; index < key.length; index += 1) {
    if (bytes[start + index] !== key.charCodeAt(index)) return false;
  }
  return true;
}

/** Position behind the value, or -1 when it does not end. */
function valueEnd(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return stringEnd(bytes, start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return nestedEnd(bytes, start);
  let end = start;
  while (end < bytes.length && !endsScalar(bytes[end])) end += 1;
  return end === start ? -1 : end;
}

function nestedEnd(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let index = start; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte === QUOTE) {
      const end = stringEnd(bytes, index);
      if (end === -1) return -1;
      index = end - 1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return -1;
}

/** Position behind the closing quote of the string at `open`, or -1. */
function stringEnd(bytes: Buffer, open: number): number {
  for (let index = open + 1; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte === QUOTE) return index + 1;
    if (byte === BACKSLASH) index += 1;
  }
  return -1;
}

function endsScalar(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isSpace(byte);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let position = from;
  while (isSpace(bytes[position])) position += 1;
  return position;
}

function startOf(bytes: Uint8Array): number {
  const hasByteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return skipSpace(bytes, hasByteOrderMark ? 3 : 0);
}

function stringAt(bytes: Buffer, span: ByteRange): string | undefined {
  if (bytes[span.start] !== QUOTE || span.end - span.start > MAX_TOKEN_BYTES) return undefined;
  const text = bytes.toString('utf8', span.start, span.end);
  if (!text.includes('\\')) return text.slice(1, -1);
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    // A broken escape: whoever parses the message will refuse it, and nothing here can name it.
    return undefined;
  }
}

function idAt(bytes: Buffer, span: ByteRange): string | number | undefined {
  if (bytes[span.start] === QUOTE) return stringAt(bytes, span);
  if (span.end - span.start > MAX_TOKEN_BYTES) return undefined;
  const text = bytes.toString('utf8', span.start, span.end);
  if (!/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : text;
}
