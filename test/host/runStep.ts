import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { countsFileVariable } from './countReporter.ts';
import { endGroup } from './processGroup.ts';

/** Milliseconds that a stopped step gets to close its windows. */
const closingTime = 20_000;

/** Bounds of one step. */
export type StepOptions = {
  readonly cwd: string;
  /** Where a mocha run in the step leaves its counts. */
  readonly countsFile: string;
  /** Milliseconds. */
  readonly limit: number;
  readonly signal: AbortSignal;
};

/** Runs one command with its output shown; at its time limit, or when interrupted, ends it with all its children. */
export async function runStep(command: readonly [string, ...string[]], options: StepOptions): Promise<string> {
  const [file, ...args] = command;
  // Whole milliseconds, as it wants them; told before the child is there, so that nothing is left should it not.
  const timeout = AbortSignal.timeout(Math.max(0, Math.round(options.limit)));
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...process.env, [countsFileVariable]: options.countsFile },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const stopped = AbortSignal.any([options.signal, timeout]);
  try {
    const [code, signal] = await once(child, 'exit', { signal: stopped });
    return code === 0 ? 'succeeded' : `failed with ${code === null ? signal : `exit code ${code}`}`;
  } catch (error) {
    if (!stopped.aborted) return `could not be started: ${String(error)}`;
    return timeout.aborted ? `stopped after ${(options.limit / 1000).toFixed(0)} s` : 'interrupted';
  } finally {
    if (child.pid !== undefined) await endGroup(child.pid, closingTime);
  }
}
