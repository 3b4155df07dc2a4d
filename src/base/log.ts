import type { Redactor } from './redact.ts';

/** Where a server's lines and our own remarks about it go. `LogOutputChannel` of VS Code fits. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** A log nobody reads. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * The same log with secrets masked, since output channels are files on disk. Never throws, as a closed channel would: whoever ends a
 * process must not be kept from it by what it says about that.
 */
export function redactingLog(log: Log, redactor: Redactor): Log {
  const to = (write: (message: string) => void) => (message: string) => {
    try {
      write(redactor.text(message));
    } catch {
      // There is nobody left to tell.
    }
  };
  return {
    debug: to((message) => log.debug(message)),
    info: to((message) => log.info(message)),
    warn: to((message) => log.warn(message)),
    error: to((message) => log.error(message)),
  };
}
