import { t } from '@vscode/l10n';
import type { ErrorKind, ExternalMcpError } from '../base/errors.ts';
import { describeExit, type ExitCause } from '../process/state.ts';
import type { RunFailure } from './restartPolicy.ts';

/** What is wrong stays wrong: a definition that cannot be used, something that is no MCP server, a command of a shell that is not there. */
const HOPELESS_KINDS: ReadonlySet<ErrorKind> = new Set(['config', 'protocol', 'validation', 'cancelled']);
const HOPELESS_CODES: ReadonlySet<number> = new Set([126, 127]);

/** What the end of a run, or a start that failed, means for the next one. */
export function runFailure(
  error: ExternalMcpError,
  { exit, wasReady }: { exit?: ExitCause; wasReady: boolean },
): RunFailure {
  // What we ended ourselves had failed before.
  const own = exit?.kind === 'notStarted' || exit?.requested === true ? undefined : exit;
  const what = own === undefined ? withoutExit(error, wasReady) : describeExit(own);
  return { error, what, nature: natureOf(error, exit?.kind === 'notStarted' ? exit : own, wasReady) };
}

function withoutExit({ kind }: ExternalMcpError, wasReady: boolean): string {
  if (kind === 'auth') return t('asks for a sign-in');
  if (wasReady) return t('closed the connection');
  return kind === 'timeout' ? t('was not ready in time') : t('could not be started');
}

function natureOf(error: ExternalMcpError, exit: ExitCause | undefined, wasReady: boolean): RunFailure['nature'] {
  if (error.kind === 'auth') return 'auth';
  if (HOPELESS_KINDS.has(error.kind)) return 'hopeless';
  // A file that is missing stays missing; a system that is short of processes or files recovers.
  if (exit?.kind === 'notStarted') return error.retryable ? 'failure' : 'hopeless';
  if (exit?.kind !== 'code') return 'failure';
  if (HOPELESS_CODES.has(exit.code)) return 'hopeless';
  return exit.code === 0 && wasReady ? 'clean' : 'failure';
}
