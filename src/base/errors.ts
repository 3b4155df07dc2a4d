/** What went wrong, in the words of the contract; see the table "Errors" there. */
export type ErrorKind =
  | 'connection'
  | 'protocol'
  | 'timeout'
  | 'session'
  | 'auth'
  | 'validation'
  | 'process'
  | 'config'
  | 'cancelled'
  | 'tool';

/** What an `ExternalMcpError` can tell beside its kind and message. */
export interface ErrorDetails {
  /** Repeating cannot act twice and may succeed. */
  retryable?: boolean;
  /** Milliseconds the server asked us to wait before repeating. */
  retryAfterMs?: number;
  /** The request may have been carried out although no answer came; implies not retryable. */
  outcomeUnknown?: boolean;
  /** Code and data of a JSON-RPC error answer. */
  rpcCode?: number;
  rpcData?: unknown;
  httpStatus?: number;
  /** Name of the server it is about. */
  server?: string;
  /** The message without the server's name, for where that stands already. */
  reason?: string;
  cause?: unknown;
}

/**
 * The one error that crosses our layers and reaches people. Its message says what happened, to which server, and what to do next.
 * Only `name`, `message` and `stack` survive between extension hosts, hence the kind inside the name.
 */
export class ExternalMcpError extends Error {
  readonly kind: ErrorKind;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly outcomeUnknown?: boolean;
  readonly rpcCode?: number;
  readonly rpcData?: unknown;
  readonly httpStatus?: number;
  readonly server?: string;
  readonly reason: string;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = `${kind} (ExternalMcpError)`;
    this.kind = kind;
    this.reason = details.reason ?? message;
    this.retryable = details.retryable === true && details.outcomeUnknown !== true;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
    if (details.outcomeUnknown !== undefined) this.outcomeUnknown = details.outcomeUnknown;
    if (details.rpcCode !== undefined) this.rpcCode = details.rpcCode;
    if (details.rpcData !== undefined) this.rpcData = details.rpcData;
    if (details.httpStatus !== undefined) this.httpStatus = details.httpStatus;
    if (details.server !== undefined) this.server = details.server;
  }
}

/**
 * The error as it may be shown: its texts pass through `mask`. What they were in clear, the cause, is left behind then.
 * @param mask masks secrets in a text
 */
export function maskError(error: ExternalMcpError, mask: (text: string) => string): ExternalMcpError {
  const message = mask(error.message);
  const data = error.rpcData === undefined ? undefined : JSON.stringify(error.rpcData);
  const maskedData = data === undefined ? undefined : mask(data);
  if (message === error.message && data === maskedData) return error;
  const { kind, cause: _inClear, ...details } = error;
  return new ExternalMcpError(kind, message, {
    ...details,
    reason: mask(error.reason),
    ...(maskedData === undefined ? {} : { rpcData: JSON.parse(maskedData) as unknown }),
  });
}

/** Where something unexpected was thrown, for a log: our own errors say what happened in their message, others need their stack. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Message of anything thrown, for logs and as the cause in a sentence of ours. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
