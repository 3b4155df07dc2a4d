import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const startTimeout = 30_000;

/** Lines kept for error messages; older ones are dropped. */
const keptLines = 200;

/** Reads what VS Code's server prints, to its end: a full pipe would block it. */
export class ServerLog {
  readonly #lines: string[] = [];
  readonly #events = new EventEmitter<{ listening: [port: number]; idle: [] }>();
  #extensionHosts = 0;

  constructor(...streams: Readable[]) {
    for (const stream of streams) createInterface(stream).on('line', (line) => this.#read(line));
  }

  text(): string {
    return this.#lines.join('\n');
  }

  async listeningPort(server: ChildProcess): Promise<number> {
    const settled = new AbortController();
    const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(startTimeout)]);
    const listening = once(this.#events, 'listening', { signal });
    const exited = once(server, 'exit', { signal }).then(([code, signalName]) => {
      throw new Error(`It ended with ${code ?? signalName}.`);
    });
    try {
      const [port] = await Promise.race([listening, exited]);
      return Number(port);
    } finally {
      settled.abort();
      await Promise.allSettled([listening, exited]);
    }
  }

  async extensionHostsEnded(timeout: number): Promise<void> {
    if (this.#extensionHosts === 0) return;
    await once(this.#events, 'idle', { signal: AbortSignal.timeout(timeout) }).catch(() => {
      // It is ended with the server then.
    });
  }

  #read(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > keptLines) this.#lines.shift();
    const port = /^Extension host agent listening on (\d+)$/.exec(line)?.[1];
    if (port) this.#events.emit('listening', Number(port));
    if (line.endsWith('Launched Extension Host Process.')) this.#extensionHosts++;
    if (line.includes('Extension Host Process exited') && --this.#extensionHosts === 0) this.#events.emit('idle');
  }
}
