import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../base/errors.ts';

/** Somebody stopped it, or gave its start up. */
export function cancelledError(server: string): ExternalMcpError {
  return new ExternalMcpError('cancelled', t('“{0}” was stopped.', server), { server });
}

/** The same for a call that was in flight. */
export function stoppedInCallError(server: string, cause: unknown): ExternalMcpError {
  return new ExternalMcpError('cancelled', t('“{0}” was stopped.', server), { server, cause, outcomeUnknown: true });
}

export function disabledError(server: string): ExternalMcpError {
  return new ExternalMcpError(
    'config',
    t('“{0}” is disabled. Remove "disabled" from its definition to start it.', server),
    { server },
  );
}

/** Somebody wants something of a server that does not run. */
export function notRunningError(server: string): ExternalMcpError {
  return new ExternalMcpError('connection', t('“{0}” is not running. Start it first.', server), { server });
}

/** Something of ours is broken; its text is for the log, not for people. */
export function unexpectedError(server: string, cause: unknown): ExternalMcpError {
  return new ExternalMcpError('process', t('Something went wrong with “{0}”. See its output.', server), {
    server,
    cause,
  });
}

export function closedError(server: string): ExternalMcpError {
  return new ExternalMcpError('connection', t('“{0}” closed the connection.', server), {
    server,
    reason: t('It closed the connection.'),
    outcomeUnknown: true,
  });
}

/**
 * @param how the end as the rest of a sentence: "exited with code 3"
 * @param lines the last of its output
 */
export function exitedError(server: string, how: string, lines: readonly string[]): ExternalMcpError {
  const said = lines.length === 0 ? t('It wrote nothing.') : t('Its last words:\n{0}', lines.join('\n'));
  return new ExternalMcpError('process', t('“{0}” {1}. {2}', server, how, said), {
    server,
    reason: t('It {0}.', how),
    outcomeUnknown: true,
  });
}

export function startupTimeoutError(server: string, timeoutMs: number): ExternalMcpError {
  return new ExternalMcpError(
    'timeout',
    t(
      '“{0}” was not ready within {1} s. See its output; raise "startupTimeout" in its definition if it needs longer.',
      server,
      timeoutMs / 1000,
    ),
    { server },
  );
}

/** A stdio server that is silent and listens is an HTTP server whose definition lacks its port. */
export function listensInsteadError(server: string, port: number): ExternalMcpError {
  return new ExternalMcpError(
    'config',
    t(
      '“{0}” says nothing on its output but listens on port {1}: it speaks HTTP. Add "port": {1} to its definition, or "port": "auto" if it reads PORT.',
      server,
      port,
    ),
    { server },
  );
}

/** Health checks that were missed in a row, with the error and the rest of a sentence that begins with the server's name. */
export function unhealthyError(
  server: string,
  misses: number,
  last: ExternalMcpError,
): { error: ExternalMcpError; what: string } {
  const what = misses === 1 ? t('missed a health check') : t('missed {0} health checks in a row', misses);
  const message = t('“{0}” {1}. The last one: {2}', server, what, last.reason);
  const reason = t('It {0}.', what);
  return {
    what,
    error: new ExternalMcpError('connection', message, { server, reason, cause: last, outcomeUnknown: true }),
  };
}

/** @param bytes what it uses; its limit is `limit` */
export function memoryError(server: string, bytes: number, limit: number): ExternalMcpError {
  const reason = t('uses {0} MB of memory; its limit is {1} MB', megabytes(bytes), megabytes(limit));
  return new ExternalMcpError(
    'process',
    t('“{0}” {1}. Raise "memoryLimitMb" in its definition if it needs more.', server, reason),
    {
      server,
      reason,
      outcomeUnknown: true,
    },
  );
}

/** A call that came while the server was about to be restarted. */
export function drainingError(server: string, why: ExternalMcpError): ExternalMcpError {
  return new ExternalMcpError(
    'connection',
    t('“{0}” is about to be restarted and takes no more calls: it {1}. Try again in a moment.', server, why.reason),
    { server, retryable: true },
  );
}

/** Every port that we chose for it belonged to somebody else by the time the server wanted it. */
export function portsTakenError(server: string, ports: readonly number[]): ExternalMcpError {
  const reason = t('found its port taken {0} times in a row ({1})', ports.length, ports.join(', '));
  return new ExternalMcpError(
    'process',
    t('“{0}” {1}. See its output, and choose a "port" that is free.', server, reason),
    {
      server,
      reason,
    },
  );
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
