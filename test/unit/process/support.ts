import { fileURLToPath } from 'node:url';

import { type Clock, systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { childEnvironment } from '../../../src/process/environment.ts';
import { ExternalMcpProcess, type ProcessOptions } from '../../../src/process/externalMcpProcess.ts';
import type { OutputLine } from '../../../src/process/outputReader.ts';
import { readProcess } from '../../../src/process/processTable.ts';
import type { ExitCause } from '../../../src/process/state.ts';

const started: ExternalMcpProcess[] = [];

export interface Subject {
  process: ExternalMcpProcess;
  lines: OutputLine[];
  /** Texts of the traffic entries. */
  traffic: string[];
  /** The first line, past or future, that the test accepts. */
  line: (accept?: (line: OutputLine) => boolean) => Promise<string>;
  exit: Promise<ExitCause>;
}

/** A process with everything it says written down; `stopAll` ends it. */
export function subject(options: Partial<ProcessOptions> = {}): Subject {
  const lines: OutputLine[] = [];
  const traffic: string[] = [];
  const child = new ExternalMcpProcess({
    server: 'under test',
    command: process.execPath,
    args: [],
    cwd: process.cwd(),
    env: childEnvironment(process.env),
    stdio: 'output',
    redact: (text) => text,
    log: silentLog,
    traffic: { append: ({ raw }) => traffic.push(new TextDecoder().decode(raw)), nextExchange: () => 1, reach() {} },
    clock: systemClock,
    ...options,
  });
  started.push(child);
  child.onLine((line) => lines.push(line));
  return {
    process: child,
    lines,
    traffic,
    line: (accept = () => true) =>
      new Promise((resolve) => {
        const found = lines.find(accept);
        if (found) return resolve(found.text);
        const subscription = child.onLine((line) => {
          if (!accept(line)) return;
          subscription.dispose();
          resolve(line.text);
        });
      }),
    exit: new Promise((resolve) => child.onDidExit(resolve)),
  };
}

/** Ends whatever the tests started. */
export async function stopAll(): Promise<void> {
  await Promise.all(started.splice(0).map((child) => child.stop()));
}

/** Arguments for Node that run a program of `test/servers/process`. */
export function program(name: string, ...args: string[]): string[] {
  return [fileURLToPath(new URL(`../../servers/process/${name}.ts`, import.meta.url)), ...args];
}

/** Arguments for Node that run a line of code. */
export function code(source: string): string[] {
  return ['--eval', source];
}

export function isAlive(pid: number): boolean {
  if (process.platform === 'linux') return readProcess(pid)?.dead === false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** How much faster the clock below runs: what is killed has 0.3 s to be gone. */
const HASTE = 5;

/**
 * Real time, but faster, for what would only wait for the stop ladder. No wait is over before what happened meanwhile has been told: a
 * test that was kept from running would else miss that a process has exited.
 */
export const fastClock: Clock = {
  now: () => systemClock.now() * HASTE,
  wallTime: () => systemClock.wallTime(),
  after(ms, task) {
    let told: NodeJS.Immediate | undefined;
    const timer = systemClock.after(ms / HASTE, () => (told = setImmediate(task)));
    return {
      dispose() {
        timer.dispose();
        clearImmediate(told);
      },
    };
  },
};

/** Time that passes when the test says so. */
export class ManualClock implements Clock {
  #now = 0;
  #tasks: { due: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return this.#now;
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#tasks.length;
  }

  after(ms: number, run: () => void): { dispose(): void } {
    const task = { due: this.#now + ms, run };
    this.#tasks.push(task);
    return { dispose: () => (this.#tasks = this.#tasks.filter((other) => other !== task)) };
  }

  advance(ms: number): void {
    this.#now += ms;
    const due = this.#tasks.filter((task) => task.due <= this.#now);
    this.#tasks = this.#tasks.filter((task) => task.due > this.#now);
    for (const task of due) task.run();
  }
}
