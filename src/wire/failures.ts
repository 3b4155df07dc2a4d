import { t } from '@vscode/l10n';
import { type ErrorDetails, ExternalMcpError, messageOf } from '../base/errors.ts';

/** How far a request had got when it failed. */
export interface FailurePoint {
  server: string;
  url: URL;
  /** Its bytes had left, so the server may have acted on it. */
  sent: boolean;
  timeoutMs: number;
}

const NOTHING_LISTENS = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Turns what the HTTP library throws into an error of the contract. Aborts pass through; an error of ours is given its server. */
export function wireError(error: unknown, at: FailurePoint): Error {
  if (error instanceof ExternalMcpError) return namedError(at.server, error);
  if (isAbort(error)) return error;
  const code = codeOf(error);
  const details = { server: at.server, cause: error };
  if (NOTHING_LISTENS.has(code)) {
    return new ExternalMcpError(
      'connection',
      t(
        'Nothing answers at {0} ({1}). Check that the server is running and listens on that address.',
        at.url.origin,
        code,
      ),
      { ...details, retryable: true },
    );
  }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return timeoutError(at, error);
  if (isParserError(error) || code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return invalidHttpError(at.server, code || messageOf(error), { cause: error });
  }
  return new ExternalMcpError(
    'connection',
    t('The connection to “{0}” broke ({1}). See its output for the reason.', at.server, code || messageOf(error)),
    at.sent ? { ...details, outcomeUnknown: true } : { ...details, retryable: true },
  );
}

/** No answer in time; whether the server acted is unknown. */
export function timeoutError(at: Pick<FailurePoint, 'server' | 'timeoutMs'>, cause?: unknown): ExternalMcpError {
  const seconds = at.timeoutMs / 1000;
  return new ExternalMcpError(
    'timeout',
    t('“{0}” did not answer within {1} s. Raise "timeout" in its definition if it needs longer.', at.server, seconds),
    { server: at.server, outcomeUnknown: true, cause },
  );
}

/** A message over the limit; names the setting that raises it. */
export function tooLargeError(server: string, maxBytes: number): ExternalMcpError {
  const megabytes = maxBytes / 1024 / 1024;
  return new ExternalMcpError(
    'protocol',
    t(
      '“{0}” sent a message of more than {1} MB. Raise "maxMessageMb" in its definition to accept it.',
      server,
      megabytes,
    ),
    { server, outcomeUnknown: true },
  );
}

/** Why an answer is not taken at all, judged by its head; undefined where it is taken. */
export function refusedHead(server: string, status: number, headers: Headers): ExternalMcpError | undefined {
  const encoding = headers.get('content-encoding')?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    return new ExternalMcpError(
      'protocol',
      t(
        '“{0}” compressed its answer ({1}) although it was asked not to. Turn compression off in the server.',
        server,
        encoding.slice(0, 40),
      ),
      { server, outcomeUnknown: true, httpStatus: status },
    );
  }
  return status > 599 ? invalidHttpError(server, `status ${status}`, { httpStatus: status }) : undefined;
}

/** Errors of the framing know nothing of the server; people need its name. */
export function namedError(server: string, error: ExternalMcpError): ExternalMcpError {
  if (error.server !== undefined) return error;
  return new ExternalMcpError(error.kind, t('“{0}” sent {1}. Its traffic shows the message.', server, error.message), {
    server,
    outcomeUnknown: true,
    cause: error,
  });
}

function invalidHttpError(server: string, found: string, details: ErrorDetails): ExternalMcpError {
  return new ExternalMcpError(
    'protocol',
    t('“{0}” did not answer with valid HTTP ({1}). Check that its URL is an MCP endpoint.', server, found),
    { ...details, server, outcomeUnknown: true },
  );
}

/** Whether it is the platform's word for an operation that its caller ended. */
export function isAbort(error: unknown): error is Error {
  return error instanceof Error && error.name === 'AbortError';
}

/** The library gives only some of them a code. */
function isParserError(error: unknown): boolean {
  return error instanceof Error && error.name === 'HTTPParserError';
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  // A refused connection to several addresses is an AggregateError whose own code says so too.
  return typeof error.code === 'string' ? error.code : '';
}
