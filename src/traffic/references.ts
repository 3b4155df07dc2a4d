import { asBuffer } from '../base/asBuffer.ts';
/** Bytes from the end of a message in which a token is looked for: `_meta` stands behind the arguments. */
const TAIL_BYTES = 64 * 1024;
/** Bytes of a token or id; a longer one counts as absent. */
const MAX_TOKEN_BYTES = 1024;

/** The progress token of a request or of a notification of progress, as its JSON text. Undefined when there is none. */
export function progressTokenIn(message: Uint8Array): string | undefined {
  return valueBehind(message, '"progressToken"');
}

/** What a `notifications/cancelled` cancels, as its JSON text. */
export function cancelledIdIn(message: Uint8Array): string | undefined {
  return valueBehind(message, '"requestId"');
}

/** The string or number behind a key, found by its bytes: a quote within a string has a backslash, so that no string looks like a key. */
function valueBehind(message: Uint8Array, key: string): string | undefined {
  const tail = asBuffer(message).subarray(-TAIL_BYTES);
  const found = tail.lastIndexOf(key);
  if (found === -1) return undefined;
  const start = found + key.length;
  const text = tail.toString('utf8', start, start + MAX_TOKEN_BYTES);
  return /^\s*:\s*("(?:[^"\\]|\\.)*"|-?[\d.eE+-]+)/.exec(text)?.[1];
}
