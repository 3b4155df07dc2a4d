/** Checks for what the inspector panel and its host say to each other; types and meaning stand in `inspector.ts`. */
import {
  type Check,
  type Guard,
  isArrayOf,
  isInteger,
  isName,
  isNames,
  isNumber,
  isOneOf,
  isOptional,
  isRecord,
  isShape,
  isString,
  matches,
} from './guards.ts';
import {
  BYTES_LIMIT,
  CHUNKS_LIMIT,
  FILTER_LIMIT,
  type InspectorEvent,
  type InspectorRequest,
  type InspectorResponse,
  LAYOUT_LIMIT,
  LINKS_LIMIT,
  NAME_LIMIT,
  PREVIEW_LIMIT,
  JSON_LIMIT,
  RAW_LIMIT,
  SAVED_LIMIT,
  type SavedFilter,
} from './inspector.ts';

const isBoolean: Check = (value) => typeof value === 'boolean';
const isSeq: Check = (value) => isInteger(value);
const isText: Check = (value) => isString(value);
const isFilterText: Check = (value) => isString(value, FILTER_LIMIT);
const isShare: Check = (value) => isNumber(value) && value >= 0 && value <= 1;
const isFormat = isOneOf(['curl', 'powershell', 'fetch', 'json-rpc', 'sdk', 'raw']);
const isColumn = isOneOf([
  'time',
  'server',
  'direction',
  'label',
  'tool',
  'kind',
  'status',
  'size',
  'duration',
  'waterfall',
]);
const isSort = isShape({ column: isColumn, descending: isBoolean });
const isSavedFilter = isShape({ name: (name) => isString(name, NAME_LIMIT), text: isFilterText });
const isFewSavedFilters = isArrayOf(isSavedFilter, SAVED_LIMIT);

export function isSavedFilters(value: unknown): value is readonly SavedFilter[] {
  return isFewSavedFilters(value);
}

const isTask = isOneOf(['search', 'file']);

const requestShapes: Record<InspectorRequest['type'], Guard> = {
  ready: () => true,
  filter: isShape({
    text: isFilterText,
    heads: isBoolean,
    health: isBoolean,
    server: isOptional(isName),
    sort: isOptional(isSort),
    from: isOptional(isNumber),
    to: isOptional(isNumber),
  }),
  stop: isShape({ task: isTask }),
  complete: isShape({ text: isFilterText, position: isSeq }),
  saveFilters: isShape({ filters: isSavedFilters }),
  saveLayout: isShape({ layout: (layout) => isString(layout, LAYOUT_LIMIT) }),
  page: isShape({ first: isSeq, count: (count) => isInteger(count, 1, 1000) }),
  find: isShape({ seq: isSeq }),
  detail: isShape({ seq: isSeq, reveal: isOptional(isBoolean) }),
  bytes: isShape({ seq: isSeq, start: isSeq, count: (count) => isInteger(count, 1, BYTES_LIMIT) }),
  events: isShape({ seq: isSeq, first: isSeq, count: (count) => isInteger(count, 1, 1000) }),
  schema: isShape({ seq: isSeq }),
  related: isShape({ seq: isSeq }),
  statistics: () => true,
  overview: isShape({ buckets: (buckets) => isInteger(buckets, 1, 2000) }),
  copy: isShape({ seq: isSeq, format: isFormat }),
  replay: isShape({ seq: isSeq, edit: isBoolean }),
  compare: isShape({ left: isSeq, right: isSeq }),
  open: isShape({ seq: isSeq }),
  export: () => true,
  record: () => true,
  clear: () => true,
};

/** Whether something posted by the page is a request; the page counts as hostile. */
export function isInspectorRequest(value: unknown): value is InspectorRequest {
  return matches(requestShapes, value);
}

const isSeverity = isOneOf(['error', 'warning', 'info']);

const isRow = isShape({
  seq: isSeq,
  time: isNumber,
  server: isName,
  direction: isOneOf(['sent', 'received', 'internal']),
  channel: isOneOf(['http-request', 'http-response', 'sse', 'stdio', 'process']),
  kind: isOneOf(['request', 'response', 'error', 'notification', 'comment', 'other']),
  origin: isOneOf(['user', 'api', 'plugin', 'health', 'internal']),
  label: isText,
  tool: isOptional(isText),
  status: isOptional(isSeq),
  durationMs: isOptional(isNumber),
  size: isSeq,
  timing: isOptional(
    isShape({
      connectMs: isOptional(isNumber),
      firstByteMs: isOptional(isNumber),
      answerMs: isOptional(isNumber),
      endMs: isOptional(isNumber),
    }),
  ),
  isPending: isOptional(isBoolean),
  mark: isOptional(isOneOf(['late', 'duplicate', 'orphan', 'unanswered', 'failed'])),
  notes: isOptional(isShape({ count: isSeq, severity: isSeverity })),
  call: isOptional(isSeq),
  isBoundary: isOptional(isBoolean),
});
const isRows = isArrayOf(isRow, 1000);

const isHead = isShape({ title: isText, lines: isArrayOf(isShape({ name: isText, value: isText })) });
const isNote = isShape({ rule: isText, severity: isSeverity, message: isText, section: isOptional(isText) });
const isBody: Check = (value) => isString(value, RAW_LIMIT);

const isDetail = isShape({
  seq: isSeq,
  row: isRow,
  exchange: isOptional(isSeq),
  sessionId: isOptional(isText),
  rpcId: isOptional((id) => isText(id) || isNumber(id)),
  pairedWith: isOptional(isSeq),
  alsoAnswers: isOptional(isArrayOf(isSeq, LINKS_LIMIT)),
  heads: isArrayOf(isHead),
  raw: isBody,
  rawLength: isSeq,
  byteLength: isSeq,
  chunkStarts: isArrayOf(isSeq, CHUNKS_LIMIT),
  json: isOptional((json) => isString(json, JSON_LIMIT)),
  // Of a file, it is whatever stands there.
  offset: isOptional(isNumber),
  eventCount: isSeq,
  canReplay: isBoolean,
  isRevealed: isBoolean,
  isMasked: isBoolean,
  notes: isArrayOf(isNote),
});

const isStreamEvent = isShape({
  seq: isSeq,
  time: isNumber,
  gapMs: isOptional(isNumber),
  offset: isNumber,
  size: isSeq,
  chunks: isSeq,
  event: isOptional(isText),
  id: isOptional(isText),
  retry: isOptional(isText),
  data: isOptional((data) => isString(data, PREVIEW_LIMIT)),
  comments: isArrayOf(isText),
  malformed: isArrayOf(isText),
  isRepeated: isOptional(isBoolean),
  isUnfinished: isOptional(isBoolean),
  missing: isOptional(isShape({ count: isSeq, after: isText })),
});

const isReport = isShape({
  title: isText,
  source: (source) => isRecord(source) && (isSeq(source['seq']) || isText(source['specification'])),
  schema: isOptional(isBody),
  problems: isArrayOf(isShape({ pointer: isText, message: isText })),
});

const isGroup = isShape({
  kind: isOneOf(['call', 'exchange', 'session']),
  title: isText,
  rows: isRows,
  more: isSeq,
});

const isMethod = isShape({
  server: isName,
  method: isText,
  count: isSeq,
  errors: isSeq,
  pending: isSeq,
  p50: isOptional(isNumber),
  p95: isOptional(isNumber),
  p99: isOptional(isNumber),
  bytes: isSeq,
});

const isOverview = isShape({
  from: isNumber,
  width: isNumber,
  counts: isArrayOf(isSeq, 2000),
  errors: isArrayOf(isSeq, 2000),
});

const responseShapes: Record<InspectorResponse['type'], Guard> = {
  ready: isShape({
    servers: isNames,
    server: isOptional(isName),
    total: isSeq,
    savedFilters: isSavedFilters,
    layout: isOptional(isText),
    file: isOptional(isText),
    isRecording: isBoolean,
    log: isText,
  }),
  filter: isShape({ total: isSeq, error: isOptional(isText), position: isOptional(isSeq) }),
  stop: () => true,
  complete: isShape({
    completions: isArrayOf(isShape({ text: isText, detail: isOptional(isText), start: isSeq, end: isSeq }), 1000),
  }),
  saveFilters: () => true,
  saveLayout: () => true,
  page: isShape({ first: isSeq, rows: isRows, total: isSeq }),
  find: isShape({ index: isOptional(isSeq) }),
  detail: isShape({ detail: isOptional(isDetail) }),
  bytes: isShape({ bytes: (bytes) => bytes instanceof Uint8Array && bytes.length <= BYTES_LIMIT }),
  events: isShape({ events: isArrayOf(isStreamEvent, 1000), total: isSeq }),
  schema: isShape({ reports: isArrayOf(isReport, 100) }),
  related: isShape({ groups: isArrayOf(isGroup, 100) }),
  statistics: isShape({ methods: isArrayOf(isMethod, 10_000) }),
  overview: isShape({ overview: isOptional(isOverview) }),
  copy: () => true,
  replay: () => true,
  compare: () => true,
  open: () => true,
  export: () => true,
  record: isShape({ isRecording: isBoolean }),
  clear: () => true,
};

/** Whether a body sent by the host is an answer. */
export function isInspectorResponse(value: unknown): value is InspectorResponse {
  return matches(responseShapes, value);
}

const eventShapes: Record<InspectorEvent['type'], Guard> = {
  appended: isShape({ total: isSeq, dropped: isSeq, isReordered: isOptional(isBoolean) }),
  changed: isShape({ first: isSeq, last: isSeq }),
  progress: isShape({ task: isTask, share: isShare }),
  readingStopped: isShape({ share: isShare }),
  problem: isShape({ message: isText }),
  servers: isShape({ servers: isNames }),
  showServer: isShape({ server: isName }),
  recording: isShape({ isRecording: isBoolean }),
  select: isShape({ seq: isSeq }),
};

/** Whether a body sent by the host is an event. */
export function isInspectorEvent(value: unknown): value is InspectorEvent {
  return matches(eventShapes, value);
}
