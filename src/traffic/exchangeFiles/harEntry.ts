import { isUtf8 } from 'node:buffer';
import { asBuffer } from '../../base/asBuffer.ts';
import type { TrafficEntry, TrafficHead } from '../entry.ts';
import { headerValue, parseHead } from '../heads.ts';
import type { Presenter } from '../presenter.ts';
import { isHead } from '../segment.ts';
import type { Place } from '../segments.ts';
import { entryOf, fieldsOf } from './entryLine.ts';
import type { HarEntry, HarMcpEntry, HarRequest, HarResponse, HarTimings } from './harTypes.ts';
import { type Lazily, jsonTexts, LongText } from './jsonTexts.ts';

/** An entry of an exchange. */
interface Piece {
  place: Place;
  entry: TrafficEntry;
}

/** The parts of an exchange that HAR has a place for, as far as they are there. */
interface Parts {
  requestHead?: Piece;
  requestBody?: Piece;
  responseHead?: Piece;
  responseBody?: Piece;
  events: readonly Piece[];
  failure?: Piece;
}

/** The library that reads and writes speaks this version. */
const HTTP_VERSION = 'HTTP/1.1';
const UNKNOWN_URL = 'http://unknown/';
const NO_HEAD: TrafficHead = { title: '', lines: [] };

/** How entries become those of a HAR file. */
export interface HarWriter {
  presenter: Presenter;
  /** Masks secrets in what only comes to light here: the decoded parts of a URL. */
  mask: (text: string) => string;
  /** Where a server is reached, `http://127.0.0.1:3000`; what is not known is made of the request's `host`. */
  originOf: (server: string) => string | undefined;
}

/**
 * One HTTP exchange as an entry of a HAR file, in short texts, empty ones while it is looked through: a stream may have any number of events.
 * @param places its entries, oldest first, at least one
 */
export function* harEntry(places: readonly Place[], writer: HarWriter): Generator<string, void, undefined> {
  const pieces: Piece[] = [];
  for (const place of places) {
    pieces.push({ place, entry: entryOf(place, writer.presenter) });
    yield '';
  }
  yield* jsonTexts(lazyEntry(pieces, writer));
}

function lazyEntry(pieces: readonly Piece[], { mask, originOf }: HarWriter): Lazily<HarEntry> {
  const parts = partsOf(pieces);
  const server = pieces[0]?.entry.server ?? '';
  const sessionId = pieces.find(({ entry }) => entry.sessionId !== undefined)?.entry.sessionId;
  const timings = timingsOf(pieces, parts);
  return {
    startedDateTime: startOf(pieces[0]?.entry.time ?? 0),
    time: rounded(Math.max(0, timings.connect) + timings.wait + timings.receive),
    request: requestOf(parts, originOf(server), mask),
    response: responseOf(parts),
    cache: {},
    timings,
    _resourceType: 'fetch',
    _mcp: {
      server,
      ...(sessionId === undefined ? {} : { sessionId }),
      entries: mcpEntries(pieces, parts),
    },
  };
}

function* mcpEntries(pieces: readonly Piece[], { failure }: Parts): Generator<HarMcpEntry, void, undefined> {
  for (const piece of pieces) yield mcpEntry(piece, isEvent(piece) || piece === failure);
}

/** What an imported file may have beyond the years that a date can be is no time. */
function startOf(time: number): string {
  return new Date(Math.abs(time) <= 8.64e15 ? time : 0).toISOString();
}

/** An entry as it stands in `_mcp`. */
export function harMcpEntry(place: Place, presenter: Presenter): Generator<string, void, undefined> {
  return jsonTexts(mcpEntry({ place, entry: entryOf(place, presenter) }, true));
}

function mcpEntry({ place, entry }: Piece, withBytes: boolean): HarMcpEntry {
  const fields = fieldsOf(place, entry, (seq) => seq);
  if (!withBytes) return fields;
  const { text, isBase64 } = asText(entry.raw);
  return isBase64 ? { ...fields, base64: text } : { ...fields, text };
}

function partsOf(pieces: readonly Piece[]): Parts {
  const find = (test: (piece: Piece) => boolean): Piece | undefined => pieces.find(test);
  const isHeadOf = ({ place, entry }: Piece, channel: TrafficEntry['channel']): boolean =>
    entry.channel === channel && isHead(place.segment, place.row);
  const isBodyOf = ({ place, entry }: Piece, channel: TrafficEntry['channel']): boolean =>
    entry.channel === channel && entry.direction !== 'internal' && !isHead(place.segment, place.row);
  const found = {
    requestHead: find((piece) => isHeadOf(piece, 'http-request')),
    requestBody: find((piece) => isBodyOf(piece, 'http-request')),
    responseHead: find((piece) => isHeadOf(piece, 'http-response')),
    responseBody: find((piece) => isBodyOf(piece, 'http-response')),
    failure: find(({ entry }) => entry.direction === 'internal'),
  };
  const known = Object.entries(found).filter(([, piece]) => piece !== undefined);
  return { ...Object.fromEntries(known), events: pieces.filter(isEvent) };
}

function isEvent({ entry }: Piece): boolean {
  return entry.channel === 'sse';
}

function requestOf(
  { requestHead, requestBody }: Parts,
  origin: string | undefined,
  mask: (text: string) => string,
): HarRequest {
  const head = requestHead === undefined ? NO_HEAD : parseHead(requestHead.entry.raw);
  const [method = '', target = '/'] = head.title.split(' ', 2);
  // A file may say anything of where it came from.
  const url =
    URL.parse(`${origin ?? `http://${headerValue(head, 'host') ?? 'unknown'}`}${target}`) ?? new URL(UNKNOWN_URL);
  const request: HarRequest = {
    method: method === '' ? 'POST' : method,
    url: url.href,
    httpVersion: HTTP_VERSION,
    cookies: [],
    headers: head.lines,
    queryString: Array.from(url.searchParams, ([name, value]) => ({ name: mask(name), value: mask(value) })),
    headersSize: -1,
    bodySize: requestBody?.entry.raw.length ?? 0,
  };
  if (requestBody === undefined) return request;
  const { text, isBase64 } = asText(requestBody.entry.raw);
  const mimeType = headerValue(head, 'content-type') ?? 'application/json';
  request.postData = isBase64 ? { mimeType, text, _encoding: 'base64' } : { mimeType, text };
  return request;
}

function responseOf({ responseHead, responseBody, events, failure }: Parts): Lazily<HarResponse> {
  const head = responseHead === undefined ? NO_HEAD : parseHead(responseHead.entry.raw);
  // The stream as it came: blocks follow one another without anything between.
  const pieces = responseBody === undefined ? events : [responseBody];
  const raws = pieces.map(({ entry }) => asBuffer(entry.raw));
  const { text, isBase64 } = joined(raws);
  const content = {
    size: raws.reduce((size, { length }) => size + length, 0),
    mimeType: mimeTypeOf(headerValue(head, 'content-type')),
  };
  const response: Lazily<HarResponse> = {
    status: responseHead?.entry.status ?? 0,
    statusText: '',
    httpVersion: HTTP_VERSION,
    cookies: [],
    headers: head.lines,
    content: pieces.length === 0 ? content : { ...content, text, ...(isBase64 ? { encoding: 'base64' } : {}) },
    redirectURL: headerValue(head, 'location') ?? '',
    headersSize: -1,
    // What came over the wire may have been compressed.
    bodySize: -1,
  };
  if (failure !== undefined) response._error = asText(failure.entry.raw).text;
  return response;
}

/** Chrome shows the events of a stream only where its type has no parameters; their one charset is UTF-8 anyway. */
function mimeTypeOf(contentType = 'x-unknown'): string {
  return /^text\/event-stream *(;|$)/i.test(contentType) ? 'text/event-stream' : contentType;
}

/** What is not known of the later steps counts as what the last entry tells. */
function timingsOf(pieces: readonly Piece[], { requestHead = pieces[0] }: Parts): HarTimings {
  const none = { blocked: -1, dns: -1, connect: -1, send: 0, wait: 0, receive: 0, ssl: -1 };
  if (requestHead === undefined) return none;
  const { segment, row } = requestHead.place;
  const { connectMs, firstByteMs, endMs } = segment.columns;
  const lastMs = Math.max(0, (pieces.at(-1)?.entry.time ?? 0) - requestHead.entry.time);
  const connected = known(connectMs[row]) ?? 0;
  const firstByte = Math.max(connected, known(firstByteMs[row]) ?? lastMs);
  const end = Math.max(firstByte, known(endMs[row]) ?? lastMs);
  return {
    ...none,
    connect: known(connectMs[row]) === undefined ? -1 : rounded(connected),
    wait: rounded(firstByte - connected),
    receive: rounded(end - firstByte),
  };
}

function known(ms: number | undefined): number | undefined {
  return ms === undefined || !Number.isFinite(ms) ? undefined : ms;
}

/** To microseconds. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** What of them is text each is text together, and need not be joined. */
function joined(raws: readonly Buffer[]): { text: string | LongText; isBase64: boolean } {
  if (!raws.every((raw) => isUtf8(raw))) return asText(Buffer.concat(raws));
  return { text: new LongText(textsOf(raws)), isBase64: false };
}

function* textsOf(raws: readonly Buffer[]): Generator<string, void, undefined> {
  for (const raw of raws) yield raw.toString();
}

function asText(raw: Uint8Array): { text: string; isBase64: boolean } {
  const bytes = asBuffer(raw);
  const isBase64 = !isUtf8(bytes);
  return { text: bytes.toString(isBase64 ? 'base64' : 'utf8'), isBase64 };
}
