import type { Clock } from '../base/clock.ts';
import { jsonStart } from '../base/jsonStart.ts';
import type { Disposable } from '../base/lifecycle.ts';
import { LinesPerSecond } from '../base/linesPerSecond.ts';
import type { Log } from '../base/log.ts';
import type { ServerLogMessage } from './notifications.ts';
import { type Mask, quote, quotedFrom } from './quote.ts';

/** Characters of a log message of the server that reach the output. */
const LOGGED_LENGTH = 10_000;
/** Log messages of the server in one second that reach the output; one remark tells how many more came. */
const MAX_LOGGED_PER_SECOND = 100;

/** Writes what a server logs through the protocol into its output, as much of it as a person could read. */
export class ServerLog implements Disposable {
  readonly #log: Log;
  readonly #mask: Mask;
  readonly #logged: LinesPerSecond;

  constructor(log: Log, clock: Clock, mask: Mask) {
    this.#log = log;
    this.#mask = mask;
    this.#logged = new LinesPerSecond(clock, (total) => {
      const more = total - MAX_LOGGED_PER_SECOND;
      if (more > 0) log.warn(`Not shown: ${more} more log messages of the server in the same second.`);
    });
  }

  write({ level, data }: ServerLogMessage): void {
    if (this.#logged.count() > MAX_LOGGED_PER_SECOND) return;
    const text = typeof data === 'string' ? data : jsonStart(data, quotedFrom(LOGGED_LENGTH));
    this.#log.info(`[server ${quote(level, 20, this.#mask)}] ${quote(text, LOGGED_LENGTH, this.#mask)}`);
  }

  dispose(): void {
    this.#logged.dispose();
  }
}
