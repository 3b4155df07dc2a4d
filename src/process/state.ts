import { t } from '@vscode/l10n';

/**
 * How a process came to its end. `requested`: our stop ladder was running when it ended. `outOfMemory`: that was the reason, of its
 * own heap's limit (it said so) or, in all likelihood, of the machine's memory (the kernel's killer has been at work).
 */
export type ExitCause =
  | { kind: 'code'; code: number; requested: boolean; outOfMemory?: 'heap' }
  | { kind: 'signal'; signal: NodeJS.Signals; requested: boolean; outOfMemory?: 'heap' | 'system' }
  | { kind: 'notStarted' };

/**
 * The life of one process, always in this order; steps may be skipped, none comes twice. `stopping`: we are ending it, or it has
 * ended by itself and we end what it left in its group. It is `exited` when the process and every
 * member of its group are gone, so whatever they held (a port, a file) is free again.
 */
export type ProcessState =
  | { kind: 'idle' }
  | { kind: 'spawning' }
  | { kind: 'running'; pid: number }
  | { kind: 'stopping'; pid: number }
  | { kind: 'exited'; cause: ExitCause };

/** Signals that a processor or a runtime raises when a program goes wrong. */
const CRASHES: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP']);

/** The end of a process as the rest of a sentence that begins with its name: "exited with code 3". */
export function describeExit(cause: ExitCause): string {
  if (cause.kind === 'notStarted') return t('was not started');
  if (cause.outOfMemory === 'heap') return t('ran out of memory (its heap limit)');
  if (cause.kind === 'code') return describeCode(cause.code);
  if (cause.requested) return t('was ended by {0}', cause.signal);
  return cause.outOfMemory === 'system'
    ? t("ran out of memory (the system's memory killer ended it)")
    : describeSignal(cause.signal);
}

function describeCode(code: number): string {
  // 126 and 127 are what shells, env and npx return for a command of their own.
  if (code === 126) return t('exited with code 126 (a command that it ran is not executable)');
  if (code === 127) return t('exited with code 127 (a command that it ran was not found)');
  return t('exited with code {0}', code);
}

function describeSignal(signal: NodeJS.Signals): string {
  if (signal === 'SIGKILL') return t("was killed by SIGKILL from outside (possibly by the system's memory killer)");
  if (signal === 'SIGABRT') return t('aborted with SIGABRT (Node does so when its memory limit is reached)');
  if (CRASHES.has(signal)) return t('crashed with {0}', signal);
  return t('was ended by {0} from outside', signal);
}
