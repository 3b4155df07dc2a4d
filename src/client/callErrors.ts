import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError, UnauthorizedError } from '@modelcontextprotocol/client';
import { type ErrorDetails, ExternalMcpError, messageOf } from '../base/errors.ts';
import type { AnswerHead } from '../wire/context.ts';
import { timeoutError } from '../wire/failures.ts';

/** Characters of a server's own words that a message of ours repeats. */
const QUOTED_LENGTH = 300;
/** Requests that cannot act twice: repeating them is always safe. */
const SAFE_METHODS = new Set(['initialize', 'ping', 'tools/list', 'server/discover']);

export interface FailedCall {
  server: string;
  method: string;
  timeoutMs: number;
  /** The caller's own signal, which decides between "cancelled" and everything else. */
  signal: AbortSignal | undefined;
  head: AnswerHead | undefined;
  /** There was a session, so 404 means that it is gone. */
  hadSession: boolean;
}

/** Turns whatever the protocol library or the wire threw into the error that the contract promises. */
export function callError(error: unknown, call: FailedCall): ExternalMcpError {
  const found = classify(error, call);
  if (found.outcomeUnknown !== true || !SAFE_METHODS.has(call.method)) return found;
  const { kind, message, stack: _stack, outcomeUnknown: _unknown, ...details } = found;
  return new ExternalMcpError(kind, message, { ...details, cause: found, retryable: kind !== 'protocol' });
}

function classify(error: unknown, call: FailedCall): ExternalMcpError {
  const { server, method } = call;
  if (call.signal?.aborted === true) {
    if (call.signal.reason instanceof ExternalMcpError) return call.signal.reason;
    return new ExternalMcpError('cancelled', `“${method}” on “${server}” was cancelled.`, { server, outcomeUnknown: true, cause: error });
  }
  if (error instanceof ExternalMcpError) return error;
  const details: ErrorDetails = { server, cause: error };
  if (error instanceof ProtocolError) {
    return new ExternalMcpError('protocol', `“${server}” refused “${method}”: ${quote(error.message)} (JSON-RPC error ${error.code}).`, {
      ...details,
      rpcCode: error.code,
      rpcData: error.data,
    });
  }
  if (error instanceof UnauthorizedError) return httpError(401, '', call, details);
  if (error instanceof SdkHttpError) return httpError(error.status, httpText(error), call, details);
  if (error instanceof SdkError) return libraryError(error, call, details);
  return new ExternalMcpError('protocol', `“${server}” answered “${method}” with something that is not MCP: ${quote(messageOf(error))}`, {
    ...details,
    outcomeUnknown: true,
  });
}

function libraryError(error: SdkError, call: FailedCall, details: ErrorDetails): ExternalMcpError {
  const { server, method } = call;
  switch (error.code) {
    case SdkErrorCode.RequestTimeout:
      return timeoutError(call, error);
    case SdkErrorCode.ConnectionClosed:
    case SdkErrorCode.NotConnected:
    case SdkErrorCode.SendFailed:
      return new ExternalMcpError('connection', `The connection to “${server}” closed during “${method}”. See its output for the reason.`, {
        ...details,
        outcomeUnknown: true,
      });
    case SdkErrorCode.ClientHttpUnexpectedContent: {
      const mediaType = call.head?.mediaType;
      const type = mediaType === undefined || mediaType === '' ? 'no content type' : mediaType.slice(0, 80);
      return new ExternalMcpError(
        'protocol',
        `“${server}” answered “${method}” with ${type} instead of JSON or an event stream. Check that its URL is an MCP endpoint (often “/mcp”).`,
        { ...details, outcomeUnknown: true },
      );
    }
    default:
      return new ExternalMcpError('protocol', `“${server}” broke the protocol in its answer to “${method}”: ${quote(error.message)}`, {
        ...details,
        outcomeUnknown: true,
      });
  }
}

function httpError(status: number, text: string, call: FailedCall, base: ErrorDetails): ExternalMcpError {
  const { server, method } = call;
  const details: ErrorDetails = { ...base, httpStatus: status };
  if (call.head?.retryAfterMs !== undefined) details.retryAfterMs = call.head.retryAfterMs;
  const said = text.trim() === '' ? '' : `: ${quote(text)}`;
  if (status === 401 || status === 403) {
    return new ExternalMcpError('auth', `“${server}” refused access (${status}). Check the "headers" of its definition.`, details);
  }
  if (status === 404 && call.hadSession) {
    return new ExternalMcpError('session', `“${server}” no longer knows its session. Restart it, or connect again.`, details);
  }
  if (status === 404 || status === 405) {
    return new ExternalMcpError('protocol', `“${server}” has no MCP endpoint at its URL (${status}). Check the path of its URL (often “/mcp”).`, details);
  }
  if (status === 429 || status === 503) {
    return new ExternalMcpError('connection', `“${server}” is busy (${status})${said}. Try again later.`, { ...details, retryable: true });
  }
  if (status >= 500) {
    return new ExternalMcpError('connection', `“${server}” failed while answering “${method}” (${status})${said}. See its output.`, {
      ...details,
      outcomeUnknown: true,
    });
  }
  return new ExternalMcpError('protocol', `“${server}” rejected “${method}” (${status})${said}`, details);
}

function httpText(error: SdkHttpError): string {
  const text = error.data['text'];
  return typeof text === 'string' ? text : '';
}

/** A server's words as one short line: they may be a whole page, or a schema checker's report of megabytes. */
function quote(text: string): string {
  const line = text.slice(0, QUOTED_LENGTH * 4).replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return line.length > QUOTED_LENGTH ? `${line.slice(0, QUOTED_LENGTH)}…` : line;
}
