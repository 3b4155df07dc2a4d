import type { TrafficChannel, TrafficDirection, TrafficOrigin } from '../base/traffic.ts';

/** What a message is, judged by its envelope; heads, process events and what is not JSON-RPC are `other`. */
export type TrafficKind = 'request' | 'response' | 'error' | 'notification' | 'comment' | 'other';

/** A remark about an entry. */
export interface TrafficNote {
  /** `jsonrpc.reusedId`, `wire.cut` */
  rule: string;
  severity: 'error' | 'warning' | 'info';
  message: string;
  /** Of the specification: `JSON-RPC 2.0, 5`. */
  section?: string;
}

/**
 * One thing the tap saw, as it leaves this layer: a copy, secrets masked. The same shape as the public API's
 * `TrafficEntry`, which this layer must not import; a test holds the two together.
 */
export interface TrafficEntry {
  /** Counts from 1 and never repeats within a log. */
  seq: number;
  /** Milliseconds since the epoch with a fraction of microseconds. */
  time: number;
  server: string;
  direction: TrafficDirection;
  channel: TrafficChannel;
  kind: TrafficKind;
  origin: TrafficOrigin;
  exchange?: number;
  sessionId?: string;
  method?: string;
  tool?: string;
  /** A whole number beyond 2^53 is its digits as a string: a number could not hold it. */
  rpcId?: string | number;
  status?: number;
  /** `seq` of the request this answers, or of the answer to this request; absent once that was dropped. */
  pairedWith?: number;
  /** Milliseconds from request to answer, on both. */
  durationMs?: number;
  /** Where `raw` starts in its stream, in bytes. */
  offset?: number;
  /** Bytes of the body; 0 for heads. */
  size: number;
  raw: Uint8Array;
  notes: readonly TrafficNote[];
}

/** One line of a list of traffic, without its bytes; the shape of the inspector's row. */
export interface TrafficRow extends Pick<
  TrafficEntry,
  'seq' | 'time' | 'server' | 'direction' | 'channel' | 'kind' | 'origin' | 'tool' | 'status' | 'durationMs' | 'size'
> {
  /** JSON-RPC method, or what stands for it: `POST /mcp`, `200 text/event-stream`, `: ping`, first words. */
  label: string;
  timing?: RowTiming;
  /** A request that is still waiting for its answer. */
  isPending?: boolean;
  mark?: RowMark;
  /** How many remarks there are, and how bad the worst is; that a head is rebuilt does not count. */
  notes?: { count: number; severity: Severity };
  /** `seq` of the call that this progress or log notification, or request of the server, belongs to. */
  call?: number;
  /** Not a message: a process or a session begins or ends here. */
  isBoundary?: boolean;
}

/** How bad it is: `error` breaks a MUST, `warning` one that most receivers bear with, `info` is worth knowing. */
export type Severity = TrafficNote['severity'];

/**
 * What is odd about its place in the conversation. `late`: answers a request that was cancelled. `duplicate`: its request has been
 * answered before. `orphan`: answers no request. `unanswered`: a request to which no answer will come any more. `failed`: the answer of a tool
 * that says of itself that it failed.
 */
export type RowMark = 'late' | 'duplicate' | 'orphan' | 'unanswered' | 'failed';

/** When what happened to a request, in milliseconds from its time on; what has not happened, or is not known, is absent. */
export interface RowTiming {
  /** A connection was there and sending began. */
  connectMs?: number;
  /** The head of the response came. */
  firstByteMs?: number;
  answerMs?: number;
  /** The exchange was over, its stream closed. */
  endMs?: number;
}

/** An HTTP head, names and values in the order they were sent. */
export interface TrafficHead {
  /** `POST /mcp` or `200`. */
  title: string;
  lines: readonly { name: string; value: string }[];
}
