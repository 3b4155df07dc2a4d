import type { ExternalMcpError } from '../base/errors.ts';
import type { ConnectionInfo, Tool } from '../client/externalMcpClient.ts';

/** Where a server is in its life. `since` is monotonic milliseconds. */
export type ServerStatus =
  | { kind: 'stopped' }
  | { kind: 'disabled' }
  | { kind: 'starting'; since: number; pid?: number }
  | ReadyStatus
  | { kind: 'stopping' }
  | { kind: 'failed'; error: ExternalMcpError };

export interface ReadyStatus {
  kind: 'ready';
  since: number;
  pid?: number;
  port?: number;
  url?: string;
  connection: ConnectionInfo;
  tools: readonly Tool[];
  /** Times that a lost session was replaced, or that somebody asked for a new one. */
  renewals: number;
}

/** Whether there is a run that could be stopped. */
export function isActive(status: ServerStatus): boolean {
  return status.kind === 'starting' || status.kind === 'ready';
}
