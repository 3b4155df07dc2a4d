/** What the inspector panel and its host say to each other. The host owns the traffic; the page asks for what it shows. */
import {
  type Guard,
  isInteger,
  isName,
  isNames,
  isNumber,
  isOneOf,
  isOptional,
  isRecord,
  isString,
  matches,
} from './guards.ts';

/** One line of the list. */
export interface TrafficRow {
  seq: number;
  /** Milliseconds since the epoch. */
  time: number;
  server: string;
  direction: 'sent' | 'received' | 'internal';
  channel: 'http-request' | 'http-response' | 'sse' | 'stdio' | 'process';
  kind: 'request' | 'response' | 'error' | 'notification' | 'comment' | 'other';
  /** JSON-RPC method, or what stands for it: `POST /mcp`, `200 text/event-stream`, `spawned`. */
  label: string;
  tool?: string;
  status?: number;
  durationMs?: number;
  size: number;
}

export interface TrafficDetail {
  seq: number;
  row: TrafficRow;
  exchange?: number;
  sessionId?: string;
  rpcId?: string | number;
  pairedWith?: number;
  /** The heads of its exchange, names and values in order as they were received. */
  heads: readonly { title: string; lines: readonly { name: string; value: string }[] }[];
  /** The text exactly as on the wire (secrets masked), at most `RAW_LIMIT` characters of it. */
  raw: string;
  /** Characters of the whole text, when `raw` was cut. */
  rawLength: number;
  /** The JSON inside (an SSE block's data, a body), when there is any; cut text is not parsed. */
  json?: string;
  notes: readonly { rule: string; severity: 'error' | 'warning' | 'info'; message: string }[];
}

/** Characters of a body that are sent to the page; more is offered as "Open in Editor". */
export const RAW_LIMIT = 1_000_000;

export type InspectorRequest =
  | { type: 'ready' }
  /**
   * `heads`: show HTTP heads that have a body of their own row. `health`: show health checks also where the text does not ask for an origin.
   * `server`: only what this one said, by exact name.
   */
  | { type: 'filter'; text: string; heads: boolean; health: boolean; server?: string }
  /** Rows `first` to `first + count - 1` of the filtered list. */
  | { type: 'page'; first: number; count: number }
  /** Where an entry stands in the filtered list. */
  | { type: 'find'; seq: number }
  | { type: 'detail'; seq: number }
  | { type: 'open'; seq: number }
  | { type: 'clear' };

/**
 * Answers. What a `page` answer calls index 0 is the front of the list after every drop the page was told of:
 * the host sends an outstanding `appended` before it answers.
 */
export type InspectorResponse =
  /** `filter` and `server` are what the host wants shown; an empty text and no server leave it to the page. */
  | { type: 'ready'; servers: readonly string[]; filter: string; server?: string; total: number }
  | { type: 'filter'; total: number; error?: string }
  | { type: 'page'; first: number; rows: readonly TrafficRow[]; total: number }
  /** No `index`: the filter hides it, or it was dropped. */
  | { type: 'find'; index?: number }
  | { type: 'detail'; detail: TrafficDetail | undefined }
  | { type: 'open' }
  | { type: 'clear' };

/** Told without being asked. `total`: rows of the filtered list now; `dropped`: rows that fell out at the front since the last message. */
export type InspectorEvent =
  | { type: 'appended'; total: number; dropped: number }
  | { type: 'servers'; servers: readonly string[] }
  | { type: 'setFilter'; text: string; server?: string }
  | { type: 'select'; seq: number };

const requestShapes: Record<InspectorRequest['type'], Guard> = {
  ready: () => true,
  filter: (m) =>
    isString(m['text'], 10_000) &&
    typeof m['heads'] === 'boolean' &&
    typeof m['health'] === 'boolean' &&
    isOptional(m['server'], isName),
  page: (m) => isInteger(m['first']) && isInteger(m['count'], 1, 1000),
  find: (m) => isInteger(m['seq']),
  detail: (m) => isInteger(m['seq']),
  open: (m) => isInteger(m['seq']),
  clear: () => true,
};

/** Whether something posted by the page is a request; the page counts as hostile. */
export function isInspectorRequest(value: unknown): value is InspectorRequest {
  return matches(requestShapes, value);
}

const isDirection = isOneOf(['sent', 'received', 'internal']);
const isChannel = isOneOf(['http-request', 'http-response', 'sse', 'stdio', 'process']);
const isKind = isOneOf(['request', 'response', 'error', 'notification', 'comment', 'other']);
const isSeverity = isOneOf(['error', 'warning', 'info']);

function isRow(value: unknown): value is TrafficRow {
  if (!isRecord(value)) return false;
  return (
    isInteger(value['seq']) &&
    isNumber(value['time']) &&
    isName(value['server']) &&
    isDirection(value['direction']) &&
    isChannel(value['channel']) &&
    isKind(value['kind']) &&
    isString(value['label']) &&
    isOptional(value['tool'], isString) &&
    isOptional(value['status'], isInteger) &&
    isOptional(value['durationMs'], isNumber) &&
    isInteger(value['size'])
  );
}

function isHead(value: unknown): boolean {
  if (!isRecord(value) || !isString(value['title']) || !Array.isArray(value['lines'])) return false;
  return value['lines'].every((line) => isRecord(line) && isString(line['name']) && isString(line['value']));
}

function isNote(value: unknown): boolean {
  return isRecord(value) && isString(value['rule']) && isSeverity(value['severity']) && isString(value['message']);
}

function isDetail(value: unknown): value is TrafficDetail {
  if (!isRecord(value)) return false;
  return (
    isInteger(value['seq']) &&
    isRow(value['row']) &&
    isOptional(value['exchange'], isInteger) &&
    isOptional(value['sessionId'], isString) &&
    isOptional(value['rpcId'], (id) => isString(id) || isNumber(id)) &&
    isOptional(value['pairedWith'], isInteger) &&
    Array.isArray(value['heads']) &&
    value['heads'].every(isHead) &&
    isString(value['raw'], RAW_LIMIT) &&
    isInteger(value['rawLength']) &&
    isOptional(value['json'], (json) => isString(json, RAW_LIMIT)) &&
    Array.isArray(value['notes']) &&
    value['notes'].every(isNote)
  );
}

const responseShapes: Record<InspectorResponse['type'], Guard> = {
  ready: (m) =>
    isNames(m['servers']) && isString(m['filter']) && isOptional(m['server'], isName) && isInteger(m['total']),
  filter: (m) => isInteger(m['total']) && isOptional(m['error'], isString),
  page: (m) => isInteger(m['first']) && Array.isArray(m['rows']) && m['rows'].every(isRow) && isInteger(m['total']),
  find: (m) => isOptional(m['index'], isInteger),
  detail: (m) => isOptional(m['detail'], isDetail),
  open: () => true,
  clear: () => true,
};

/** Whether a body sent by the host is an answer. */
export function isInspectorResponse(value: unknown): value is InspectorResponse {
  return matches(responseShapes, value);
}

const eventShapes: Record<InspectorEvent['type'], Guard> = {
  appended: (m) => isInteger(m['total']) && isInteger(m['dropped']),
  servers: (m) => isNames(m['servers']),
  setFilter: (m) => isString(m['text']) && isOptional(m['server'], isName),
  select: (m) => isInteger(m['seq']),
};

/** Whether a body sent by the host is an event. */
export function isInspectorEvent(value: unknown): value is InspectorEvent {
  return matches(eventShapes, value);
}
