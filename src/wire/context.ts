import { AsyncLocalStorage } from 'node:async_hooks';
import type { ExternalMcpError } from '../base/errors.ts';
import type { TrafficOrigin } from '../base/traffic.ts';

/** What the caller of an exchange and the wire tell each other past the protocol library in between. */
export interface ExchangeContext {
  readonly origin: TrafficOrigin;
  /** Milliseconds that an answer other than an event stream may take in all, and the head of any answer. */
  readonly timeoutMs: number;
  /** Filled by the wire as soon as the head of an answer is there. */
  head?: AnswerHead;
  /** Decides what the reader of an event stream gets of it; absent: all of it, as it came. */
  readonly intake?: EventIntake;
  /** Called by the wire when the body breaks off; the library wraps such errors in texts of its own. */
  readonly onBodyFailure?: (error: ExternalMcpError) => void;
}

/** Stands between an event stream and its reader. */
export interface EventIntake {
  /**
   * Sees each event once it is whole and recorded.
   * @param block its lines and the blank line that ends it
   * @returns what the reader gets instead: the same, something else, or nothing
   */
  take(block: Uint8Array): Uint8Array | LateChunk | undefined;
}

/** Bytes that are made when their reader asks for them, in turns of the event loop of their own: making them takes long. */
export interface LateChunk {
  /** Bytes that it stands for until then. */
  readonly length: number;
  make(): Promise<Uint8Array>;
}

export interface AnswerHead {
  readonly status: number;
  /** Media type without parameters, lower case; empty when there is none. */
  readonly mediaType: string;
  /** Milliseconds of a Retry-After header, seconds or date. */
  readonly retryAfterMs?: number;
  /** The WWW-Authenticate header: how to sign in. */
  readonly challenge?: string;
  /** Where a redirect points, as the server wrote it. */
  readonly location?: string;
}

/** Carries the context through the protocol library to the wire's `fetch`. */
export const exchangeContext = new AsyncLocalStorage<ExchangeContext>();

/** For exchanges nobody announced, such as the library's own requests for authorization metadata. */
export const unannounced: Omit<ExchangeContext, 'head'> = { origin: 'internal', timeoutMs: 30_000 };
