import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import * as z from 'zod/mini';
import { messageOf } from '../base/errors.ts';
import type { Disposable } from '../base/lifecycle.ts';
import { toDisposable } from '../base/lifecycle.ts';
import type { Log } from '../base/log.ts';
import type { MessageSink } from './clientTransport.ts';

/** How far a call has got; `total` and `message` where the server says. */
export interface Progress {
  progress: number;
  total?: number;
  message?: string;
}

/** What a server logs through the protocol. */
export interface ServerLogMessage {
  level: string;
  logger?: string;
  data: unknown;
}

const progressSchema = z.object({
  progressToken: z.union([z.string(), z.number()]),
  progress: z.number(),
  total: z.optional(z.number()),
  message: z.optional(z.string()),
});

const logSchema = z.object({ level: z.string(), logger: z.optional(z.string()), data: z.unknown() });

/**
 * Progress and log messages of one connection, the two that come in floods. Delivered here, checked once, in the order in which they came
 * and before the answer behind them: the library validates each seven times, and loses the progress that comes right before an answer.
 */
export class Notifications implements MessageSink {
  readonly #log: Log;
  readonly #onLog: (message: ServerLogMessage) => void;
  readonly #watchers = new Map<string, (progress: Progress) => void>();
  #lastToken = 0;

  constructor(log: Log, onLog: (message: ServerLogMessage) => void) {
    this.#log = log;
    this.#onLog = onLog;
  }

  /** Hears the progress that carries `token` until disposed of. */
  watch(onProgress: (progress: Progress) => void): { token: string } & Disposable {
    this.#lastToken += 1;
    const token = `p${this.#lastToken}`;
    this.#watchers.set(token, onProgress);
    return { token, ...toDisposable(() => this.#watchers.delete(token)) };
  }

  deliver(message: JSONRPCMessage): boolean {
    if (!('method' in message) || 'id' in message) return false;
    switch (message.method) {
      case 'notifications/progress':
        this.#deliverProgress(message.params);
        return true;
      case 'notifications/message':
        this.#deliverLog(message.params);
        return true;
      default:
        return false;
    }
  }

  #deliverProgress(params: unknown): void {
    const { success, data } = progressSchema.safeParse(params);
    if (!success) {
      this.#log.debug('Protocol: a progress notification without token or figure.');
      return;
    }
    const { progressToken, progress, total, message } = data;
    // Servers of old dialects turn tokens into what they like best.
    const watcher = this.#watchers.get(String(progressToken));
    // The call is over, or never asked for progress.
    if (watcher === undefined) return;
    try {
      watcher({
        progress,
        ...(total === undefined ? {} : { total }),
        ...(message === undefined ? {} : { message }),
      });
    } catch (error) {
      this.#log.warn(`Whoever listens to progress failed: ${messageOf(error)}`);
    }
  }

  #deliverLog(params: unknown): void {
    const { success, data } = logSchema.safeParse(params);
    if (!success) {
      this.#log.debug('Protocol: a log notification without a level.');
      return;
    }
    const { level, logger } = data;
    this.#onLog({ level, data: data.data, ...(logger === undefined ? {} : { logger }) });
  }
}
