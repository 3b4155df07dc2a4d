import { asBuffer } from '../base/asBuffer.ts';
/** The lines of one block of an event stream, read for display: nothing is left out, what the format has no use for included. */
export interface SseLines {
  event?: string;
  id?: string;
  retry?: string;
  /** The data lines joined, at most `MAX_TEXT` of it. */
  data?: string;
  comments: string[];
  /** Lines that are no field of the format, or whose value it does not take; whole. */
  malformed: string[];
  /** A blank line ends it and it has data, so that there is an event. */
  isEvent: boolean;
}

/** Characters of a text that are read: far more than is shown, so that a secret at the end of that is masked before it is cut. */
const MAX_TEXT = 16 * 1024;
/** Lines of one block that are read; a thousand are more than is shown of any. */
const MAX_READ_LINES = 1000;
/** Comments, and malformed lines, that are kept of one block. */
const MAX_LINES = 100;
const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Reads a block by the rules of the HTML standard. Texts are cut at a bound and lines beyond `MAX_READ_LINES` are not read, so that no block
 * takes long, however large.
 * @param atStart the block begins its stream, where a byte order mark is skipped
 */
export function readSseLines(raw: Uint8Array, atStart: boolean): SseLines {
  const bytes = asBuffer(raw);
  const block: SseLines = { comments: [], malformed: [], isEvent: false };
  const hasMark = atStart && BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte);
  let lineFeed = -1;
  let carriageReturn = -1;
  let lines = 0;
  for (let start = hasMark ? 3 : 0; start < bytes.length && lines < MAX_READ_LINES; lines += 1) {
    // Each is looked for again only once it lies behind, or every line would cost a walk to the end.
    if (lineFeed < start) lineFeed = find(bytes, LF, start);
    if (carriageReturn < start) carriageReturn = find(bytes, CR, start);
    const end = Math.min(lineFeed, carriageReturn);
    // No event is dispatched by what a stream breaks off with, but it is shown.
    if (end === start) block.isEvent ||= block.data !== undefined;
    else readLine(bytes.subarray(start, end), block);
    start = end + (end === carriageReturn && bytes[end + 1] === LF ? 2 : 1);
  }
  return block;
}

function find(bytes: Buffer, byte: number, from: number): number {
  const found = bytes.indexOf(byte, from);
  return found === -1 ? bytes.length : found;
}

function readLine(line: Buffer, block: SseLines): void {
  const text = line.toString('utf8', 0, MAX_TEXT);
  const colon = text.indexOf(':');
  const value = colon === -1 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1);
  const isMalformed = !readField(colon === -1 ? text : text.slice(0, colon), value, block);
  if (isMalformed && block.malformed.length < MAX_LINES) block.malformed.push(text);
}

/** False where the standard ignores the line. */
function readField(name: string, value: string, block: SseLines): boolean {
  switch (name) {
    case '':
      if (block.comments.length < MAX_LINES) block.comments.push(value);
      return true;
    case 'event':
      block.event = value;
      return true;
    case 'data':
      if (block.data === undefined) block.data = value;
      else if (block.data.length < MAX_TEXT) block.data += `\n${value}`;
      return true;
    case 'id':
      if (value.includes('\0')) return false;
      block.id = value;
      return true;
    case 'retry':
      if (!/^\d+$/.test(value)) return false;
      block.retry = value;
      return true;
    default:
      return false;
  }
}
