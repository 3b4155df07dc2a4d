import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';

import { t } from '@vscode/l10n';

import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { ReaperCommand } from './reaperScript.ts';

/**
 * A small process that outlives this host for a moment, to end what the host has left. Its input is the lifeline: the system closes
 * it however the host ends. It costs 1.6 MB, and nothing when it fails: servers run without it too.
 */
export class Reaper {
  readonly #launch: ReaperCommand;
  readonly #log: Log;
  #child: ChildProcess | undefined;
  #hasWarned = false;

  constructor(launch: ReaperCommand, log: Log) {
    this.#launch = launch;
    this.#log = log;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Starts another one when there is none. Never throws. */
  start(): void {
    if (this.#child !== undefined) return;
    const { command, args, env } = this.#launch;
    try {
      // Detached: what ends the host by signalling its group must not end the reaper.
      const options = { cwd: '/', env, detached: true, windowsHide: true } as const;
      const child = spawn(command, args, { ...options, stdio: ['pipe', 'ignore', 'ignore'] });
      this.#child = child;
      const onEnd = (reason: string): void => this.#onEnd(child, reason);
      child.once('error', (error) => onEnd(error.message));
      child.once('exit', (code, signal) => onEnd(signal ?? `code ${code}`));
      // Its end is told by its exit.
      child.stdin.on('error', () => {});
      // The host's work is what keeps the host alive, not this.
      child.unref();
      if (child.stdin instanceof Socket) child.stdin.unref();
    } catch (error) {
      this.#warn(messageOf(error));
    }
  }

  /**
   * Says one line of the script's language. It has left this process when this returns, since a pipe takes 64 kB at once; should
   * the reaper be suspended for longer than that, Node keeps the rest: a line of some 20 bytes per start and stop.
   */
  tell(line: string): void {
    this.#child?.stdin?.write(`${line}\n`);
  }

  /** Lets go of the lifeline: it looks for what is left, ends that, and then itself. */
  close(): void {
    const child = this.#child;
    this.#child = undefined;
    child?.stdin?.end();
  }

  #onEnd(child: ChildProcess, reason: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#warn(reason);
  }

  #warn(reason: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const message = t(
      'The process that ends servers when the window is killed has failed ({0}). Servers work without it; the next start of a server starts it again.',
      reason,
    );
    this.#log.warn(message);
  }
}
