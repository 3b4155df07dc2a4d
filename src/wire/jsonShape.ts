import { ExternalMcpError } from '../base/errors.ts';
import type { ByteRange } from '../base/traffic.ts';
import { MAX_JSON_DEPTH, MAX_JSON_KEYS } from './limits.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LF = 0x0a;
const CR = 0x0d;

/** `JsonShape` for a text that is there in one. */
export function checkJsonShape(bytes: Uint8Array): void {
  const shape = new JsonShape();
  shape.push(bytes);
  shape.check();
}

/**
 * Looks at the brackets and colons of JSON text without parsing it, part by part as it comes, to refuse what nests deeper or has more
 * members than a message may (limits.ts): such text parses well and then stalls or breaks whoever validates or prints it. The text
 * may stand in an SSE block: neither quotes nor closing brackets of the lines before it can hide what it nests.
 */
export class JsonShape {
  /** Bytes of the parts so far. */
  #offset = 0;
  #depth = 0;
  #keys = 0;
  /** The parts so far end within a string. */
  #inString = false;
  /** They end in a backslash that belongs to the next character. */
  #inEscape = false;
  #flaw: string | undefined;
  #valueStart = 0;
  #largestValue: ByteRange | undefined;

  /** The largest array or object right within the outermost one. In an SSE block, brackets before the JSON can make it another one. */
  get largestValue(): ByteRange | undefined {
    return this.#largestValue;
  }

  push(part: Uint8Array): void {
    if (part.length === 0 || this.#flaw !== undefined) return;
    const strings = new StringEnds(part);
    let index = this.#inString ? this.#skipString(strings, this.#inEscape ? strings.afterEscaped() : 0) + 1 : 0;
    for (; index < part.length; index += 1) {
      switch (part[index]) {
        case QUOTE:
          index = this.#skipString(strings, index + 1);
          break;
        case 0x7b: // {
        case 0x5b: // [
          this.#depth += 1;
          if (this.#depth === 2) this.#valueStart = this.#offset + index;
          if (this.#depth <= MAX_JSON_DEPTH) break;
          this.#flaw = `JSON nested deeper than ${MAX_JSON_DEPTH} levels`;
          return;
        case 0x7d: // }
        case 0x5d: // ]
          if (this.#depth === 2) this.#noteValue(this.#offset + index + 1);
          if (this.#depth > 0) this.#depth -= 1;
          break;
        case 0x3a: // :
          this.#keys += 1;
          if (this.#keys <= MAX_JSON_KEYS) break;
          this.#flaw = `JSON with more than ${MAX_JSON_KEYS} members`;
          return;
        default:
          break;
      }
    }
    this.#offset += part.length;
  }

  /** Throws `protocol` when the text so far is refused. */
  check(): void {
    if (this.#flaw !== undefined) throw new ExternalMcpError('protocol', this.#flaw);
  }

  #noteValue(end: number): void {
    const start = this.#valueStart;
    const { start: from, end: to } = this.#largestValue ?? { start: 0, end: 0 };
    if (end - start > to - from) this.#largestValue = { start, end };
  }

  /** Position of the end of the string that goes on at `from`; behind the part's last byte where it has none. */
  #skipString(strings: StringEnds, from: number): number {
    const end = strings.after(from);
    this.#inString = end === strings.length;
    this.#inEscape = this.#inString && strings.isEscaped(end, from);
    return end;
  }
}

/** Finds where strings end, with memchr. No string of JSON goes on behind a line end, so that a stray quote spoils its own line only. */
class StringEnds {
  readonly #bytes: Uint8Array;
  #lf = -1;
  #cr = -1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** Position of the closing quote, or of the line's end where there is none. Positions asked for must not go back. */
  after(from: number): number {
    const lineEnd = this.#lineEnd(from);
    let end = this.#next(QUOTE, from);
    while (end < lineEnd && this.isEscaped(end, from)) end = this.#next(QUOTE, end + 1);
    return Math.min(end, lineEnd);
  }

  /** Where a string goes on whose last part ended in the backslash of an escape. */
  afterEscaped(): number {
    return this.#lineEnd(0) === 0 ? 0 : 1;
  }

  /** Whether the byte at `position` stands behind a backslash that is not escaped itself, in a string that goes on at `from`. */
  isEscaped(position: number, from: number): boolean {
    let start = position;
    while (start > from && this.#bytes[start - 1] === BACKSLASH) start -= 1;
    return (position - start) % 2 === 1;
  }

  #lineEnd(from: number): number {
    if (this.#lf < from) this.#lf = this.#next(LF, from);
    if (this.#cr < from) this.#cr = this.#next(CR, from);
    return Math.min(this.#lf, this.#cr);
  }

  #next(byte: number, from: number): number {
    const found = this.#bytes.indexOf(byte, from);
    return found === -1 ? this.#bytes.length : found;
  }
}
