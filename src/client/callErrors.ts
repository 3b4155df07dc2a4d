import { t } from '@vscode/l10n';
import {
  InsufficientScopeError,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { type ErrorDetails, ExternalMcpError, messageOf } from '../base/errors.ts';
import type { AnswerHead } from '../wire/context.ts';
import { timeoutError } from '../wire/failures.ts';
import { clearCause, type Mask, maskedStart, quote } from './quote.ts';
import { METHOD_NOT_FOUND } from './rpcCodes.ts';
import { SignInRequired } from './authorization/signIn.ts';

/** Characters of a server's own words that a message of ours repeats. */
const QUOTED_LENGTH = 300;
/** Requests that cannot act twice: repeating them is always safe. */
const SAFE_METHODS = new Set([
  'completion/complete',
  'initialize',
  'logging/setLevel',
  'ping',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'resources/unsubscribe',
  'server/discover',
  'subscriptions/listen',
  'tools/list',
]);

export interface FailedCall {
  server: string;
  method: string;
  timeoutMs: number;
  /** The caller's own signal, which decides between "cancelled" and everything else. */
  signal: AbortSignal | undefined;
  head: AnswerHead | undefined;
  /** There was a session, so 404 means that it is gone. */
  hadSession: boolean;
  /** Whoever calls says that it cannot act twice. */
  isRepeatable?: boolean;
  mask: Mask;
}

/** Turns whatever the protocol library or the wire threw into the error that the contract promises. */
export function callError(error: unknown, call: FailedCall): ExternalMcpError {
  const found = classify(error, call);
  if (found.outcomeUnknown !== true) return found;
  const { kind, message, stack: _stack, outcomeUnknown: _unknown, ...details } = found;
  if (call.isRepeatable !== true && !SAFE_METHODS.has(call.method)) {
    // Whoever cancelled it knows, and the end of a process is told with its last words.
    if (kind === 'cancelled' || kind === 'process') return found;
    const reason = t('{0} Whether it was carried out is unknown.', found.reason);
    return new ExternalMcpError(kind, t('{0} Whether it was carried out is unknown.', message), {
      ...details,
      outcomeUnknown: true,
      reason,
      cause: found.cause,
    });
  }
  return new ExternalMcpError(kind, message, {
    ...details,
    cause: found,
    retryable: kind === 'connection' || kind === 'timeout',
  });
}

/** The caller ended the call. Unless it had not begun, the server may have carried it out. */
export function cancelledError(
  call: Pick<FailedCall, 'server' | 'method' | 'signal'>,
  begun: boolean,
  cause?: unknown,
): ExternalMcpError {
  const { server, method, signal } = call;
  if (signal?.reason instanceof ExternalMcpError) return signal.reason;
  return new ExternalMcpError('cancelled', t('“{0}” on “{1}” was cancelled.', method, server), {
    server,
    cause,
    ...(begun ? { outcomeUnknown: true } : {}),
  });
}

/** There is no connection, so nothing was sent; `reason` is what ended it, if we know. */
export function notConnectedError(server: string, reason: ExternalMcpError | undefined): ExternalMcpError {
  return new ExternalMcpError(
    reason?.kind ?? 'connection',
    reason?.message ?? t('There is no connection to “{0}” any more. Start it again.', server),
    { server, cause: reason },
  );
}

/** Stateless servers and those on pipes. */
export function noSessionError(server: string): ExternalMcpError {
  return new ExternalMcpError('config', t('“{0}” works without sessions, so there is none to reset.', server), {
    server,
  });
}

function classify(error: unknown, call: FailedCall): ExternalMcpError {
  const { server, method, mask } = call;
  if (call.signal?.aborted === true) return cancelledError(call, true, error);
  if (error instanceof ExternalMcpError) return error;
  // Whoever signs in asks the cause what is wanted.
  if (error instanceof UnauthorizedError || error instanceof SignInRequired) {
    return httpError(401, '', call, { server, cause: error });
  }
  if (error instanceof InsufficientScopeError) return httpError(403, '', call, { server, cause: error });
  const details: ErrorDetails = { server, ...clearCause(error, saidIn(error), mask) };
  if (error instanceof ProtocolError) {
    return new ExternalMcpError(
      'protocol',
      t(
        '“{0}” refused “{1}”: {2} (JSON-RPC error {3}).',
        server,
        method,
        quote(error.message, QUOTED_LENGTH, mask),
        error.code,
      ),
      {
        ...details,
        rpcCode: error.code,
        rpcData: error.data,
      },
    );
  }
  if (error instanceof SdkHttpError) return httpError(error.status, httpText(error), call, details);
  if (error instanceof SdkError) return libraryError(error, call, details);
  return new ExternalMcpError(
    'protocol',
    t(
      '“{0}” answered “{1}” with something that is not MCP ({2}). Its traffic shows the answer.',
      server,
      method,
      quote(messageOf(error), QUOTED_LENGTH, mask),
    ),
    {
      ...details,
      outcomeUnknown: true,
    },
  );
}

function libraryError(error: SdkError, call: FailedCall, details: ErrorDetails): ExternalMcpError {
  const { server, method, mask } = call;
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
      const type = mediaType === undefined || mediaType === '' ? 'no content type' : maskedStart(mediaType, 80, mask);
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
        t(
          '“{0}” broke the protocol in its answer to “{1}” ({2}). Its traffic shows the answer.',
          server,
          method,
          quote(error.message, QUOTED_LENGTH, mask),
        ),
        {
          ...details,
          outcomeUnknown: true,
        },
      );
  }
}

function httpError(status: number, text: string, call: FailedCall, base: ErrorDetails): ExternalMcpError {
  const { server, method, head, mask } = call;
  const rpc = rpcErrorIn(text);
  const details: ErrorDetails = { ...base, httpStatus: status, ...rpc?.details };
  if (head?.retryAfterMs !== undefined) details.retryAfterMs = head.retryAfterMs;
  const words = quote(rpc?.message ?? text, QUOTED_LENGTH, mask);
  const said = words === '' ? '' : `: ${words}`;
  if (status === 403 && head?.challenge === undefined) {
    return new ExternalMcpError(
      'auth',
      t(
        '“{0}” refused access (403){1}. Check the "headers" of its definition; some servers insist on the name localhost in its "url".',
        server,
        said,
      ),
      details,
    );
  }
  if (status === 401 || status === 403) {
    return new ExternalMcpError(
      'auth',
      t('“{0}” refused access ({1}). Check the "headers" of its definition.', server, status),
      details,
    );
  }
  if (call.hadSession && isSessionLost(status, details.rpcCode)) {
    return new ExternalMcpError(
      'session',
      t('“{0}” no longer knows its session. Restart it, or connect again.', server),
      details,
    );
  }
  if (status === 404 && details.rpcCode === METHOD_NOT_FOUND) {
    return new ExternalMcpError(
      'protocol',
      t('“{0}” refused “{1}”: {2} (JSON-RPC error {3}).', server, method, words, METHOD_NOT_FOUND),
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
  if (status >= 300 && status < 400) {
    return new ExternalMcpError(
      'protocol',
      t(
        '“{0}” redirects to another address ({1}: {2}), which was not followed. If that is the server you mean, use it as the URL.',
        server,
        status,
        quote(head?.location ?? t('not named'), QUOTED_LENGTH, mask),
      ),
      details,
    );
  }
  if (status === 429 || (status === 503 && details.retryAfterMs !== undefined)) {
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
  return new ExternalMcpError(
    'protocol',
    t('“{0}” rejected “{1}” ({2}){3}. Its traffic shows the exchange.', server, method, status, said),
    details,
  );
}

/** 404 on a session says that it is gone, unless it says that the method is unknown. What else may mean it has to be confirmed. */
function isSessionLost(status: number, rpcCode: number | undefined): boolean {
  return status === 404 && rpcCode !== METHOD_NOT_FOUND;
}

/** The JSON-RPC error in the body of an HTTP error, where a server sends one. */
function rpcErrorIn(text: string): { message: string; details: Pick<ErrorDetails, 'rpcCode' | 'rpcData'> } | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // A page or a line for people.
    return undefined;
  }
  const error = member(body, 'error');
  const code = member(error, 'code');
  const message = member(error, 'message');
  if (typeof code !== 'number' || typeof message !== 'string') return undefined;
  return { message, details: { rpcCode: code, rpcData: member(error, 'data') } };
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

/** All that a server said in it. */
function saidIn(error: unknown): string {
  const message = messageOf(error);
  return error instanceof SdkHttpError ? `${message}\n${httpText(error)}` : message;
}

function httpText(error: SdkHttpError): string {
  const text = error.data['text'];
  return typeof text === 'string' ? text : '';
}
