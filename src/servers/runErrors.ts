import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../base/errors.ts';

/** Somebody stopped it, or gave its start up. */
export function cancelledError(server: string): ExternalMcpError {
  return new ExternalMcpError('cancelled', t('“{0}” was stopped.', server), { server });
}

export function disabledError(server: string): ExternalMcpError {
  return new ExternalMcpError(
    'config',
    t('“{0}” is disabled. Remove "disabled" from its definition to start it.', server),
    { server },
  );
}

/** Something of ours is broken; its text is for the log, not for people. */
export function unexpectedError(server: string, cause: unknown): ExternalMcpError {
  return new ExternalMcpError('process', t('Something went wrong with “{0}”. See its output.', server), {
    server,
    cause,
  });
}

export function closedError(server: string): ExternalMcpError {
  return new ExternalMcpError('connection', t('“{0}” closed the connection. Start it again.', server), {
    server,
    outcomeUnknown: true,
  });
}

/**
 * @param how the end as the rest of a sentence: "exited with code 3"
 * @param lines the last of its output
 */
export function exitedError(server: string, how: string, lines: readonly string[]): ExternalMcpError {
  const said = lines.length === 0 ? t('It wrote nothing.') : t('Its last words:\n{0}', lines.join('\n'));
  return new ExternalMcpError('process', t('“{0}” {1}. {2}', server, how, said), { server, outcomeUnknown: true });
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
