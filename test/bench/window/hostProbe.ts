import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { STEP_LIMIT_MS, within } from './limits.ts';

/** Milliseconds between two ticks that the host's event loop is asked for, by a timer of libuv that runs no script. */
const TICK_MS = 5;
const POLL_MS = 100;

const targetsSchema = z.array(z.object({ webSocketDebuggerUrl: z.string() }));
const answerSchema = z.object({
  id: z.number(),
  result: z.object({ result: z.object({ value: z.unknown().optional() }), exceptionDetails: z.unknown().optional() }),
});

/**
 * Watches the event loop of an extension host that listens for a debugger, with `monitorEventLoopDelay` of Node itself:
 * between `reset` and `stalls` no debugger's domain is enabled and none of our code runs in the host.
 */
export class HostProbe {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;
  #waitedBefore = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const answer = answerSchema.safeParse(JSON.parse(String(data)));
      if (!answer.success) return;
      const { id, result } = answer.data;
      const waiting = this.#waiting.get(id);
      if (result.exceptionDetails === undefined) waiting?.resolve(result.result.value);
      else waiting?.reject(new Error(`The host could not evaluate it: ${JSON.stringify(result.exceptionDetails)}`));
      this.#waiting.delete(id);
    });
  }

  /** `port`: what the window was asked to let its extension host listen on. */
  static async connect(port: number): Promise<HostProbe> {
    const socket = new WebSocket(await within(STEP_LIMIT_MS, 'the host for a debugger', debuggerUrl(port)));
    await within(
      STEP_LIMIT_MS,
      'the connection to the host',
      new Promise((resolve, reject) => {
        socket.addEventListener('open', resolve);
        socket.addEventListener('error', () => reject(new Error(`No debugger can connect to ${port}`)));
      }),
    );
    const probe = new HostProbe(socket);
    await probe.#evaluate(
      `globalThis.floodProbe = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: ${TICK_MS} });
       floodProbe.enable()`,
    );
    return probe;
  }

  /** Forgets what was before. */
  async reset(): Promise<void> {
    this.#waitedBefore = await this.#waited();
    await this.#evaluate('floodProbe.reset()');
  }

  /**
   * Milliseconds since `reset`: how late a tick came at most, and how long in all the host could have run and got no
   * processor. Where the second is large, the first says more of the machine than of the host.
   */
  async stalls(): Promise<{ longest: number; waited: number }> {
    const nanoseconds = z.number().parse(await this.#evaluate('floodProbe.max'));
    return { longest: Math.max(0, nanoseconds / 1e6 - TICK_MS), waited: (await this.#waited()) - this.#waitedBefore };
  }

  async #waited(): Promise<number> {
    const pid = z.number().parse(await this.#evaluate('process.pid'));
    // Nanoseconds on a processor, nanoseconds of waiting for one, turns; only Linux has it.
    const text = await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '');
    const waited = text.split(' ')[1];
    return waited === undefined ? Number.NaN : Number(waited) / 1e6;
  }

  close(): void {
    this.#socket.close();
  }

  #evaluate(expression: string): Promise<unknown> {
    const id = (this.#lastId += 1);
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression, returnByValue: true } }));
    return within(STEP_LIMIT_MS, expression, waiting.promise);
  }
}

async function debuggerUrl(port: number): Promise<string> {
  const over = AbortSignal.timeout(STEP_LIMIT_MS);
  while (!over.aborted) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/json/list`, { signal: over });
      const [target] = targetsSchema.parse(await response.json());
      if (target !== undefined) return target.webSocketDebuggerUrl;
    } catch {
      // Nobody listens yet: the host is started after the window.
    }
    await sleep(POLL_MS);
  }
  throw over.reason;
}
