import type { AnswerHead } from './context.ts';

/** Names and values in the order they were sent or received. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/**
 * A head as text: its first line (`POST /mcp` or `200`), a line per header, an empty line. Rebuilt, not recorded: the HTTP
 * library hands out neither the original status line nor the white space.
 */
export function encodeHead(firstLine: string, headers: HeaderList): Uint8Array {
  // latin1 as HTTP reads header bytes, so that each byte of a value stays one byte.
  return Buffer.from(
    `${firstLine}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    'latin1',
  );
}

/** Pairs from undici's flat list of raw names and values. */
export function headerPairs(raw: unknown): HeaderList {
  if (!Array.isArray(raw)) return [];
  const flat: string[] = raw.map((item: unknown) => (Buffer.isBuffer(item) ? item.toString('latin1') : String(item)));
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) pairs.push([flat[index] ?? '', flat[index + 1] ?? '']);
  return pairs;
}

/** Media type without parameters, lower case; empty when there is none. */
export function mediaTypeOf(headers: Headers): string {
  return (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Whether a body is an event stream, which may have no end. */
export function isEventStream({ headers }: { headers: Headers }): boolean {
  return mediaTypeOf(headers) === 'text/event-stream';
}

/** What callers need of a response's head. */
export function readHead(status: number, headers: Headers, nowMs: number): AnswerHead {
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), nowMs);
  const location = headers.get('location');
  const challenge = headers.get('www-authenticate');
  return {
    status,
    mediaType: mediaTypeOf(headers),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(challenge === null ? {} : { challenge }),
    ...(location === null ? {} : { location }),
  };
}

/** Milliseconds from a Retry-After value, which is seconds or an HTTP date; undefined when it is neither. */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value) * 1000;
  // `Date.parse` makes a day in May of "-5" and of "soon 5"; every HTTP date begins with its weekday.
  const date = /^\s*(mon|tue|wed|thu|fri|sat|sun)/i.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
