import { isUtf8 } from 'node:buffer';
import type { CheckedMessage } from './checkedMessage.ts';
import { parseJson } from './json.ts';
import { readSseFields, type SseFields } from './sseFields.ts';

/** Bytes above which only the envelope of a message is checked. */
export const LARGE_BYTES = 1024 * 1024;

/** What a body, line or event holds. */
export interface Content {
  /** Of an event stream: the fields of the block. */
  readonly fields?: SseFields;
  readonly text: string;
  /** Undefined where the text is no JSON. */
  readonly value: unknown;
  readonly isUtf8: boolean;
  /** Too large, or of too many lines, to be read: neither text nor value. */
  readonly isLarge: boolean;
}

const decoder = new TextDecoder();
const LARGE: Content = { text: '', value: undefined, isUtf8: true, isLarge: true };

export function readContent(message: CheckedMessage): Content {
  const bytes = message.bytes();
  if (bytes.length > LARGE_BYTES) return LARGE;
  const decoded = decoder.decode(bytes);
  const isEvent = message.channel === 'sse';
  const fields = isEvent ? readSseFields(decoded) : undefined;
  if (isEvent && fields === undefined) return LARGE;
  const text = fields === undefined ? decoded : (fields.data ?? '');
  return {
    text,
    value: parseJson(text),
    isUtf8: isUtf8(bytes),
    isLarge: false,
    ...(fields === undefined ? {} : { fields }),
  };
}
