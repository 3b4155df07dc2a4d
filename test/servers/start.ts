import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';

/** How a server ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A test server in a process of its own. */
export interface StartedServer {
  readonly port: number;
  /** `http://127.0.0.1:port/mcp`. */
  readonly url: string;
  readonly pid: number;
  /** Settles when the process has ended and all of its output has come. */
  readonly exit: Promise<Exit>;
  stdout(): string;
  stderr(): string;
  /** How often each HTTP and JSON-RPC method has come; for servers built on `support/listen.ts`. */
  requests(): Promise<Record<string, number>>;
  /** Kills the process and what it has started; harmless when it has ended already. */
  stop(): Promise<Exit>;
}

/** How to start one. */
export interface StartOptions {
  readonly env?: Record<string, string>;
  readonly args?: readonly string[];
  /** Default: a free one. */
  readonly port?: number;
  /** Wait until it listens (default), or not at all, for those that never do. */
  readonly until?: 'listening' | 'spawned';
}

/** Longest wait for a server to listen, milliseconds: a loaded machine starts Node in about two seconds. */
const listenTimeout = 15_000;

/** Characters of each output kept; older ones are dropped. */
const maxOutput = 65_536;

const running = new Set<() => void>();
process.once('exit', () => {
  for (const kill of running) kill();
});

/** The script of a server of this folder, for a definition's `args` beside `command: process.execPath`. */
export function serverScript(name: string): string {
  return fileURLToPath(new URL(`${name}.ts`, import.meta.url));
}

/** Starts `test/servers/NAME.ts`. Rejects with its output when it ends, or does not listen, in time. */
export function startServer(name: string, options: StartOptions = {}): Promise<StartedServer> {
  return startScript(serverScript(name), options);
}

/** Starts any script with this Node. The child sees PATH, PORT and `env`, nothing else. */
export async function startScript(script: string, options: StartOptions = {}): Promise<StartedServer> {
  const port = options.port ?? (await getPort({ host: '127.0.0.1' }));
  const child = spawn(process.execPath, [script, ...(options.args ?? [])], {
    env: { PATH: process.env['PATH'], PORT: String(port), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that `stop` also ends what it has started. Windows has no groups.
    detached: process.platform !== 'win32',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout = (stdout + text).slice(-maxOutput)));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-maxOutput)));
  await once(child, 'spawn');
  const pid = child.pid;
  if (pid === undefined) throw new Error('A spawned process has a pid');

  const kill = () => killGroup(pid);
  running.add(kill);
  let ended = false;
  const exit = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      ended = true;
      running.delete(kill);
      resolve({ code, signal });
    });
  });
  const server: StartedServer = {
    port,
    url: `http://127.0.0.1:${port}/mcp`,
    pid,
    exit,
    stdout: () => stdout,
    stderr: () => stderr,
    requests: async () => (await (await fetch(`http://127.0.0.1:${port}/counts`)).json()) as Record<string, number>,
    stop() {
      if (!ended) kill();
      return exit;
    },
  };
  if (options.until === 'spawned') return server;

  const deadline = performance.now() + listenTimeout;
  while (!(await accepts(port))) {
    if (!ended && performance.now() < deadline) {
      await Promise.race([exit, sleep(20)]);
      continue;
    }
    await server.stop();
    throw new Error(`${script} does not listen on ${port}; it wrote:\n${stdout}${stderr}`);
  }
  return server;
}

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch (error) {
    // Between the end of the process and the event that tells of it, there is nothing left to kill.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
