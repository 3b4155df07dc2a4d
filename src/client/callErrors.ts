import { t } from '@vscode/l10n';
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
    return new ExternalMcpError('cancelled', t('“{0}” on “{1}” was cancelled.', method, server), {
      server,
      outcomeUnknown: true,
      cause: error,
    });
  }
  if (error instanceof ExternalMcpError) return error;
  const details: ErrorDetails = { server, cause: error };
  if (error instanceof ProtocolError) {
    return new ExternalMcpError(
      'protocol',
      t('“{0}” refused “{1}”: {2} (JSON-RPC error {3}).', server, method, quote(error.message), error.code),
      {
        ...details,
        rpcCode: error.code,
        rpcData: error.data,
      },
    );
  }
  if (error instanceof UnauthorizedError) return httpError(401, '', call, details);
  if (error instanceof SdkHttpError) return httpError(error.status, httpText(error), call, details);
  if (error instanceof SdkError) return libraryError(error, call, details);
  return new ExternalMcpError(
    'protocol',
    t('“{0}” answered “{1}” with something that is not MCP: {2}', server, method, quote(messageOf(error))),
    {
      ...details,
      outcomeUnknown: true,
    },
  );
}

function libraryError(error: SdkError, call: FailedCall, details: ErrorDetails): ExternalMcpError {
  const { server, method } = call;
  switch (error.code) {
    case SdkErrorCode.RequestTimeout:
      return timeoutError(call, error);
    case SdkErrorCode.ConnectionClosed:
    case SdkErrorCode.NotConnected:
    case SdkErrorCode.SendFailed:
      return new ExternalMcpError(
        'connection',
        t('The connection to “{0}” closed during “{1}”. See its output for the reason.', server, method),
        {
          ...details,
          outcomeUnknown: true,
        },
      );
    case SdkErrorCode.ClientHttpUnexpectedContent: {
      const mediaType = call.head?.mediaType;
      const type = mediaType === undefined || mediaType === '' ? 'no content type' : mediaType.slice(0, 80);
      return new ExternalMcpError(
        'protocol',
        t(
          '“{0}” answered “{1}” with {2} instead of JSON or an event stream. Check that its URL is an MCP endpoint (often “/mcp”).',
          server,
          method,
          type,
        ),
        { ...details, outcomeUnknown: true },
      );
    }
    default:
      return new ExternalMcpError(
        'protocol',
        t('“{0}” broke the protocol in its answer to “{1}”: {2}', server, method, quote(error.message)),
        {
          ...details,
          outcomeUnknown: true,
        },
      );
  }
}

function httpError(status: number, text: string, call: FailedCall, base: ErrorDetails): ExternalMcpError {
  const { server, method } = call;
  const details: ErrorDetails = { ...base, httpStatus: status };
  if (call.head?.retryAfterMs !== undefined) details.retryAfterMs = call.head.retryAfterMs;
  const said = text.trim() === '' ? '' : `: ${quote(text)}`;
  if (status === 401 || status === 403) {
    return new ExternalMcpError(
      'auth',
      t('“{0}” refused access ({1}). Check the "headers" of its definition.', server, status),
      details,
    );
  }
  if (status === 404 && call.hadSession) {
    return new ExternalMcpError(
      'session',
      t('“{0}” no longer knows its session. Restart it, or connect again.', server),
      details,
    );
  }
  if (status === 404 || status === 405) {
    return new ExternalMcpError(
      'protocol',
      t('“{0}” has no MCP endpoint at its URL ({1}). Check the path of its URL (often “/mcp”).', server, status),
      details,
    );
  }
  if (status === 429 || status === 503) {
    return new ExternalMcpError('connection', t('“{0}” is busy ({1}){2}. Try again later.', server, status, said), {
      ...details,
      retryable: true,
    });
  }
  if (status >= 500) {
    return new ExternalMcpError(
      'connection',
      t('“{0}” failed while answering “{1}” ({2}){3}. See its output.', server, method, status, said),
      {
        ...details,
        outcomeUnknown: true,
      },
    );
  }
  return new ExternalMcpError('protocol', t('“{0}” rejected “{1}” ({2}){3}', server, method, status, said), details);
}

function httpText(error: SdkHttpError): string {
  const text = error.data['text'];
  return typeof text === 'string' ? text : '';
}

/** A server's words as one short line: they may be a whole page, or a schema checker's report of megabytes. */
function quote(text: string): string {
  const line = text
    .slice(0, QUOTED_LENGTH * 4)
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  return line.length > QUOTED_LENGTH ? `${line.slice(0, QUOTED_LENGTH)}…` : line;
}
