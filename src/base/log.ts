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

/** The same log with secrets masked: output channels are files on disk. */
export function redactingLog(log: Log, redactor: Redactor): Log {
  return {
    debug: (message) => log.debug(redactor.text(message)),
    info: (message) => log.info(redactor.text(message)),
    warn: (message) => log.warn(redactor.text(message)),
    error: (message) => log.error(redactor.text(message)),
  };
}
