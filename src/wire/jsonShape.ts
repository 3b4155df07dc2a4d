import { ExternalMcpError } from '../base/errors.ts';
import { MAX_JSON_DEPTH, MAX_JSON_KEYS } from './limits.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Looks at the brackets and colons of JSON text without parsing it, and throws `protocol` when it nests deeper or has more
 * members than a message may (limits.ts): such text parses well and then stalls or breaks whoever validates or prints it.
 * The text may stand in an SSE block: neither quotes nor closing brackets of the lines before it can hide what it nests.
 */
export function checkJsonShape(bytes: Uint8Array): void {
  // Too short to break either limit.
  if (bytes.length < MAX_JSON_DEPTH) return;
  const strings = new StringEnds(bytes);
  let depth = 0;
  let keys = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    switch (bytes[index]) {
      case QUOTE:
        index = strings.after(index + 1);
        break;
      case 0x7b: // {
      case 0x5b: // [
        depth += 1;
        if (depth > MAX_JSON_DEPTH)
          throw new ExternalMcpError('protocol', `JSON nested deeper than ${MAX_JSON_DEPTH} levels`);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        if (depth > 0) depth -= 1;
        break;
      case 0x3a: // :
        keys += 1;
        if (keys > MAX_JSON_KEYS)
          throw new ExternalMcpError('protocol', `JSON with more than ${MAX_JSON_KEYS} members`);
        break;
      default:
        break;
    }
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

  /** Position of the closing quote, or of the line's end where there is none. Positions asked for must not go back. */
  after(from: number): number {
    const lineEnd = this.#lineEnd(from);
    let end = this.#next(QUOTE, from);
    while (end < lineEnd) {
      let backslashes = 0;
      while (this.#bytes[end - 1 - backslashes] === BACKSLASH && end - 1 - backslashes >= from) backslashes += 1;
      if (backslashes % 2 === 0) return end;
      end = this.#next(QUOTE, end + 1);
    }
    return lineEnd;
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
