import { ExternalMcpError } from '../base/errors.ts';
import { MAX_JSON_DEPTH, MAX_JSON_KEYS } from './limits.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Looks at the brackets and colons of JSON text without parsing it, and throws `protocol` when it nests deeper or has more
 * members than a message may (limits.ts): such text parses well and then stalls or breaks whoever validates or prints it.
 */
export function checkJsonShape(bytes: Uint8Array): void {
  // Too short to break either limit.
  if (bytes.length < MAX_JSON_DEPTH) return;
  let depth = 0;
  let keys = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    switch (bytes[index]) {
      case QUOTE:
        index = closingQuote(bytes, index + 1);
        break;
      case 0x7b: // {
      case 0x5b: // [
        depth += 1;
        if (depth > MAX_JSON_DEPTH)
          throw new ExternalMcpError('protocol', `JSON nested deeper than ${MAX_JSON_DEPTH} levels`);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1;
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

/** Position of the quote that ends the string, searched with memchr; the end of the text when there is none. */
function closingQuote(bytes: Uint8Array, from: number): number {
  let end = bytes.indexOf(QUOTE, from);
  while (end !== -1) {
    let backslashes = 0;
    while (bytes[end - 1 - backslashes] === BACKSLASH && end - 1 - backslashes >= from) backslashes += 1;
    if (backslashes % 2 === 0) return end;
    end = bytes.indexOf(QUOTE, end + 1);
  }
  return bytes.length;
}
