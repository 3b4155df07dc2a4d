export type TrafficDirection = 'sent' | 'received' | 'internal';
export type TrafficChannel = 'http-request' | 'http-response' | 'sse' | 'stdio' | 'process';
/** Who caused it. */
export type TrafficOrigin = 'user' | 'api' | 'plugin' | 'health' | 'internal';
/**
 * What a record holds: HTTP heads are rebuilt from names and values in order; a `boundary` says in our words that a process or a session
 * began, an `end` that a process is gone and will answer nothing more; everything else is the bytes as read.
 */
export type TrafficPart = 'head' | 'content' | 'boundary' | 'end';

/** Some of the bytes of a record. */
export interface ByteRange {
  start: number;
  /** Behind the last byte. */
  end: number;
}

/** One thing the tap saw: an HTTP head or complete body, an SSE block, a stdio line, a process event. */
export interface TrafficRecord {
  /** Milliseconds since the epoch with a fraction of microseconds (`Clock.wallTime`). */
  time: number;
  server: string;
  direction: TrafficDirection;
  channel: TrafficChannel;
  part: TrafficPart;
  origin: TrafficOrigin;
  /** Number shared by everything of one HTTP request and its response. */
  exchange?: number;
  sessionId?: string;
  /** HTTP status of a response. */
  status?: number;
  /** Where `raw` starts in its stream, in bytes. */
  offset?: number;
  /** The bytes; copied by the sink before `append` returns, so the caller may reuse them. */
  raw: Uint8Array;
  /** Nobody writes to `raw` any more, and it is all of its memory: the sink may keep it instead of a copy. */
  mayKeep?: boolean;
  /** Where a large object or array within the JSON in `raw` lies, if the tap knows: nobody need look for its end again. */
  largestValue?: ByteRange | undefined;
  /** Positions in `raw`, other than 0, where another read from the socket began. */
  chunkStarts?: readonly number[];
  /** A remark about the record itself, e.g. that it was cut at a limit. */
  note?: { rule: string; severity: 'error' | 'warning' | 'info'; message: string };
}

/** Takes what the tap saw. Must not throw: whatever it does, the traffic goes on. */
export interface TrafficSink {
  append(record: TrafficRecord): void;
  /** A number not used for another exchange of this recording. */
  nextExchange(): number;
  /**
   * Something about an exchange that no record tells: it got its connection, or is over.
   * @param time milliseconds since the epoch
   */
  reach(exchange: number, phase: ExchangePhase, time: number): void;
}

/** `connected`: sending began. `ended`: nothing more will come of it. */
export type ExchangePhase = 'connected' | 'ended';

/** A sink for where nothing is recorded. */
export function discardTraffic(): TrafficSink {
  let exchange = 0;
  return { append() {}, nextExchange: () => ++exchange, reach() {} };
}
