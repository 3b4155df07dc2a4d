/** Where a server's lines and our own remarks about it go. `LogOutputChannel` of VS Code fits. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** A log nobody reads. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
