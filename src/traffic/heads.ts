import { asBuffer } from '../base/asBuffer.ts';
import { isSensitive } from '../base/sensitive.ts';
import type { TrafficHead } from './entry.ts';

/** Headers that are named like secrets and hold none, and without which a sign-in, a retry or a refusal cannot be understood. */
const OPEN_HEADERS = new Set([
  'www-authenticate',
  'proxy-authenticate',
  'access-control-allow-credentials',
  'idempotency-key',
]);
const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);
const MASK = 0x2a;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;

/** Masks the values of secret headers in place, byte for byte, leaving the space before and the line end after them. */
export function maskHead(raw: Uint8Array): void {
  for (let start = nextLine(raw, 0); start < raw.length; start = nextLine(raw, start)) {
    const end = nextLine(raw, start);
    const line = raw.subarray(start, end);
    const colon = line.indexOf(COLON);
    if (colon === -1 || !isSecretHeader(decode(line.subarray(0, colon)).trim())) continue;
    const valueStart = line[colon + 1] === SPACE ? colon + 2 : colon + 1;
    let valueEnd = line.length;
    while (line[valueEnd - 1] === LF || line[valueEnd - 1] === CR) valueEnd -= 1;
    line.fill(MASK, valueStart, valueEnd);
  }
}

/** Whether its values never leave the log. Session ids do: they are not credentials of the user, and debugging needs them. */
function isSecretHeader(name: string): boolean {
  const lower = name.toLowerCase();
  // Those that count tokens: `x-ratelimit-remaining-tokens`.
  const isCount = lower.includes('ratelimit-') && lower.includes('tokens');
  return isSensitive(name) && !OPEN_HEADERS.has(lower) && !isCount;
}

function nextLine(raw: Uint8Array, from: number): number {
  const lineFeed = raw.indexOf(LF, from);
  return lineFeed === -1 ? raw.length : lineFeed + 1;
}

/** Reads a head as the wire writes it: first line, a line per header, an empty line. */
export function parseHead(raw: Uint8Array): TrafficHead {
  const [title = '', ...rest] = decode(raw).split('\r\n');
  const lines = rest
    .filter((line) => line !== '')
    .map((line) => {
      const colon = line.indexOf(':');
      return colon === -1
        ? { name: line, value: '' }
        : { name: line.slice(0, colon), value: line.slice(colon + 1).trimStart() };
    });
  return { title, lines };
}

/** `POST /mcp` for requests, `200 text/event-stream` for responses. */
export function headLabel(head: TrafficHead): string {
  const mediaType = /^\d/.test(head.title) ? headerValue(head, 'content-type')?.split(';', 1)[0]?.trim() : undefined;
  return mediaType === undefined || mediaType === '' ? head.title : `${head.title} ${mediaType}`;
}

/** Whether a request's head announces no body, so that the head is all there is to show of it. */
export function isBodilessRequest(raw: Uint8Array): boolean {
  const { title } = parseHead(raw);
  return !METHODS_WITH_BODY.has(title.split(' ', 1)[0] ?? '');
}

/** Whether a response's head tells something that its body does not: a redirect or a refusal. */
export function isTellingResponse(status: number): boolean {
  return status >= 300;
}

/** @param name in lower case */
export function headerValue(head: TrafficHead, name: string): string | undefined {
  return head.lines.find((line) => line.name.toLowerCase() === name)?.value;
}

function decode(bytes: Uint8Array): string {
  return asBuffer(bytes).toString();
}
