/** What the inspector panel and its host say to each other. The host owns the traffic; the page asks for what it shows. */

/** One line of the list. */
export interface TrafficRow {
  seq: number;
  /** Milliseconds since the epoch. */
  time: number;
  server: string;
  direction: 'sent' | 'received' | 'internal';
  channel: 'http-request' | 'http-response' | 'sse' | 'stdio' | 'process';
  kind: 'request' | 'response' | 'error' | 'notification' | 'comment' | 'other';
  origin: 'user' | 'api' | 'plugin' | 'health' | 'internal';
  /** JSON-RPC method, or what stands for it: `POST /mcp`, `200 text/event-stream`, `spawned`. */
  label: string;
  tool?: string;
  status?: number;
  /** Milliseconds from request to answer, on both. */
  durationMs?: number;
  size: number;
  timing?: RowTiming;
  /** A request that is still waiting for its answer. */
  isPending?: boolean;
  /** What is odd about its place in the conversation. */
  mark?: RowMark;
  /** How many remarks there are, and how bad the worst is; heads' remarks that they are rebuilt do not count. */
  notes?: { count: number; severity: Severity };
  /** `seq` of the call that this progress or log notification, or request of the server, belongs to. */
  call?: number;
  /** Not a message: a process or a session begins or ends here, and a line is drawn across the list. */
  isBoundary?: boolean;
}

export type Severity = 'error' | 'warning' | 'info';

/**
 * `late`: came after its request was given up. `duplicate`: its request has been answered before. `orphan`: answers no request.
 * `unanswered`: its exchange or stream ended without an answer. `failed`: the answer of a tool that says that it failed.
 */
export type RowMark = 'late' | 'duplicate' | 'orphan' | 'unanswered' | 'failed';

/** When what happened to a request, in milliseconds from the row's time on; what has not happened, or is not known, is absent. */
export interface RowTiming {
  /** A connection was there and sending began. */
  connectMs?: number;
  /** The head of the response came. */
  firstByteMs?: number;
  /** Its answer came. */
  answerMs?: number;
  /** The exchange was over, its stream closed. */
  endMs?: number;
}

/** The columns of the list. `waterfall` is drawn by the page and sorted by start. */
export type ColumnId =
  'time' | 'server' | 'direction' | 'label' | 'tool' | 'kind' | 'status' | 'size' | 'duration' | 'waterfall';

export interface SortOrder {
  column: ColumnId;
  descending: boolean;
}

/** A filter with a name that somebody has kept. */
export interface SavedFilter {
  name: string;
  text: string;
}

/** One choice while a filter is typed: `text` replaces the characters from `start` to `end`. */
export interface Completion {
  text: string;
  /** Shown dimmed: what the word means, or how often the value was seen. */
  detail?: string;
  start: number;
  end: number;
}

export interface TrafficDetail {
  seq: number;
  row: TrafficRow;
  exchange?: number;
  sessionId?: string;
  rpcId?: string | number;
  pairedWith?: number;
  /** The requests that a batch answers beside that one, at most `LINKS_LIMIT` of them. */
  alsoAnswers?: readonly number[];
  /** The heads of its exchange, names and values in order as they were received. */
  heads: readonly { title: string; lines: readonly { name: string; value: string }[] }[];
  /** The text exactly as on the wire (secrets masked), at most `RAW_LIMIT` characters of it. */
  raw: string;
  /** Characters of the whole text, when `raw` was cut. */
  rawLength: number;
  /** Bytes of the body or head; what `bytes` reads from. */
  byteLength: number;
  /** Positions in the bytes, other than 0, where another read from the socket began; at most `CHUNKS_LIMIT` of them. */
  chunkStarts: readonly number[];
  /** The JSON inside (an SSE block's data, a body), when there is any of at most `JSON_LIMIT` bytes; cut text is not parsed. */
  json?: string;
  /** Where its first byte stands in its stream. */
  offset?: number;
  /** How many entries of its exchange are events of a stream; 0 where there is none. */
  eventCount: number;
  /** Whether it can be sent once more: it is a request to a server that is configured here. */
  canReplay: boolean;
  /** Secrets are shown as they are, since somebody asked for it. */
  isRevealed: boolean;
  /** Some of it is masked, so that there is something to reveal. */
  isMasked: boolean;
  notes: readonly { rule: string; severity: Severity; message: string; section?: string }[];
}

/** One event of a stream, as it stood there. */
export interface StreamEvent {
  seq: number;
  time: number;
  /** Milliseconds since the event before; absent on the first. */
  gapMs?: number;
  offset: number;
  size: number;
  /** How many reads from the socket it came in. */
  chunks: number;
  event?: string;
  id?: string;
  retry?: string;
  /** The joined data, at most `PREVIEW_LIMIT` characters of it. */
  data?: string;
  comments: readonly string[];
  /** Lines that are no field of the format. */
  malformed: readonly string[];
  /** The event has an id that the stream has had before. */
  isRepeated?: boolean;
  /** The stream ended before the empty line that would have made an event of it: no client acts on it. */
  isUnfinished?: boolean;
  /** So many ids were left out before this one, behind the id `after`: the stream's ids count up. */
  missing?: { count: number; after: string };
}

/** What a message was checked against. */
export interface SchemaReport {
  /** `inputSchema of echo`, `Result of tools/call`. */
  title: string;
  /** Where the schema comes from: the entry that brought it, or the specification. */
  source: { seq: number } | { specification: string };
  /** The schema as JSON, at most `RAW_LIMIT` characters; absent where it is longer, and where the specification has none as JSON. */
  schema?: string;
  /** What does not fit: a JSON pointer and a sentence. None: it fits. */
  problems: readonly { pointer: string; message: string }[];
}

/** Entries that belong to one another, and why. */
export interface RelatedGroup {
  kind: 'call' | 'exchange' | 'session';
  /** `Call “echo”, id 12`, `Session 3f…`. */
  title: string;
  rows: readonly TrafficRow[];
  /** How many there are beyond those. */
  more: number;
}

/** How one method of one server fared. Milliseconds; absent where no call has been answered. */
export interface MethodStatistics {
  server: string;
  method: string;
  count: number;
  errors: number;
  pending: number;
  p50?: number;
  p95?: number;
  p99?: number;
  /** Of bodies, lines and events, whatever they hold. */
  bytes: number;
}

/** How much happened when: `counts[i]` entries, `errors[i]` of them failures, from `from + i * width` on. */
export interface Overview {
  /** Milliseconds since the epoch. */
  from: number;
  /** Milliseconds of a bucket. */
  width: number;
  counts: readonly number[];
  errors: readonly number[];
}

/** What an entry can be copied as. */
export type CopyFormat = 'curl' | 'powershell' | 'fetch' | 'json-rpc' | 'sdk' | 'raw';

/** Characters of a body that are sent to the page; more is offered as "Open in Editor". */
export const RAW_LIMIT = 1_000_000;
/** Bytes of a message whose JSON the page gets whole: it takes 0.1 s to look through at most, and a picture of 2 MB has 2.7 as base64. */
export const JSON_LIMIT = 4_000_000;
/** Characters of an event's data in the list of events. */
export const PREVIEW_LIMIT = 2000;
export const CHUNKS_LIMIT = 10_000;
/** Entries that a detail leads to by links of their own. */
export const LINKS_LIMIT = 20;
/** Bytes that are asked for at once. */
export const BYTES_LIMIT = 65_536;
/** Characters of a filter. */
export const FILTER_LIMIT = 10_000;
/** Characters of the name of a saved filter. */
export const NAME_LIMIT = 200;
/** Filters that are kept. */
export const SAVED_LIMIT = 100;

export type InspectorRequest =
  | { type: 'ready' }
  /**
   * `heads`: show HTTP heads that have a body of their own row. `health`: show health checks also where the text does not ask for an origin.
   * `server`: only what this one said, by exact name. Without `sort`: in the order of time, oldest first. `from` and `to`: milliseconds since the epoch.
   */
  | {
      type: 'filter';
      text: string;
      heads: boolean;
      health: boolean;
      server?: string;
      sort?: SortOrder;
      from?: number;
      to?: number;
    }
  /** Stops what goes on; what was found, or read, stays. */
  | { type: 'stop'; task: Task }
  /** What may be written at a position of a filter. */
  | { type: 'complete'; text: string; position: number }
  /** Replaces the filters that are kept. */
  | { type: 'saveFilters'; filters: readonly SavedFilter[] }
  /** Keeps how the list looks for the next panel; the page alone knows what it means. At most `LAYOUT_LIMIT` characters. */
  | { type: 'saveLayout'; layout: string }
  /** Rows `first` to `first + count - 1` of the filtered list. */
  | { type: 'page'; first: number; count: number }
  /** Where an entry stands in the filtered list. */
  | { type: 'find'; seq: number }
  /** `reveal`: secrets as they are. */
  | { type: 'detail'; seq: number; reveal?: boolean }
  /** Some of the bytes of an entry, secrets masked. */
  | { type: 'bytes'; seq: number; start: number; count: number }
  /** The events of the stream that an entry belongs to, by their position in it. */
  | { type: 'events'; seq: number; first: number; count: number }
  | { type: 'schema'; seq: number }
  | { type: 'related'; seq: number }
  | { type: 'statistics' }
  | { type: 'overview'; buckets: number }
  | { type: 'copy'; seq: number; format: CopyFormat }
  /** Sends the request once more; `edit` opens it in the call panel instead. */
  | { type: 'replay'; seq: number; edit: boolean }
  | { type: 'compare'; left: number; right: number }
  | { type: 'open'; seq: number }
  | { type: 'export' }
  | { type: 'record' }
  | { type: 'clear' };

/** What takes its time: a search in bodies, or the reading of a file. */
export type Task = 'search' | 'file';

/** Characters of what the page keeps about its looks. */
export const LAYOUT_LIMIT = 10_000;

/**
 * Answers. What a `page` answer calls index 0 is the front of the list after every drop the page was told of:
 * the host sends an `appended` that moves rows before it answers. One that only adds rows may come later than an answer whose `total` counts them.
 */
export type InspectorResponse =
  /**
   * `server`: all that this one said is wanted, and not what the page would show. `file`: the name of the imported file that is shown;
   * there is nothing to clear, to record or to replay then. `log`: tells its entries from those of any other log.
   */
  | {
      type: 'ready';
      log: string;
      servers: readonly string[];
      server?: string;
      total: number;
      savedFilters: readonly SavedFilter[];
      layout?: string;
      file?: string;
      isRecording: boolean;
    }
  /** `position`: UTF-16 units before what the error is about. */
  | { type: 'filter'; total: number; error?: string; position?: number }
  | { type: 'stop' }
  | { type: 'complete'; completions: readonly Completion[] }
  | { type: 'saveFilters' }
  | { type: 'saveLayout' }
  | { type: 'page'; first: number; rows: readonly TrafficRow[]; total: number }
  /** No `index`: the filter hides it, or it was dropped. */
  | { type: 'find'; index?: number }
  | { type: 'detail'; detail: TrafficDetail | undefined }
  | { type: 'bytes'; bytes: Uint8Array }
  | { type: 'events'; events: readonly StreamEvent[]; total: number }
  | { type: 'schema'; reports: readonly SchemaReport[] }
  | { type: 'related'; groups: readonly RelatedGroup[] }
  | { type: 'statistics'; methods: readonly MethodStatistics[] }
  | { type: 'overview'; overview: Overview | undefined }
  | { type: 'copy' }
  | { type: 'replay' }
  | { type: 'compare' }
  | { type: 'open' }
  | { type: 'export' }
  | { type: 'record'; isRecording: boolean }
  | { type: 'clear' };

/** The request of a type, and its answer. */
export type Asked<T extends InspectorRequest['type']> = Extract<InspectorRequest, { type: T }>;
export type Answer<T extends InspectorRequest['type']> = Extract<InspectorResponse, { type: T }>;

/**
 * Told without being asked. `appended`: `total` rows of the filtered list now, `dropped` of them fell out at the front since the last message;
 * `isReordered`: no row need be where it was. `changed`: entries, by `seq`, look different now. `progress`: a search, or the reading of a file, has done that share (0 to 1); 1 when it is over.
 */
export type InspectorEvent =
  | { type: 'appended'; total: number; dropped: number; isReordered?: boolean }
  | { type: 'changed'; first: number; last: number }
  | { type: 'progress'; task: Task; share: number }
  /** No more of the file will be read than that share, 0 to 1. */
  | { type: 'readingStopped'; share: number }
  /** Why a search was given up: a sentence for people, to stand where errors of the filter do. */
  | { type: 'problem'; message: string }
  | { type: 'servers'; servers: readonly string[] }
  /** All that this one said is wanted. */
  | { type: 'showServer'; server: string }
  | { type: 'recording'; isRecording: boolean }
  | { type: 'select'; seq: number };
