import type { ErrorKind } from '../base/errors.ts';
import type { ServerStatus } from './status.ts';

/** A server at one moment, as plain data; the public API's `ServerInfo` is made of it. */
export interface ServerSnapshot {
  name: string;
  source: string;
  state: ServerStatus['kind'];
  pid?: number;
  port?: number;
  url?: string;
  transport?: 'streamable-http' | 'stdio';
  protocolVersion?: string;
  sessionId?: string;
  toolCount: number;
  restarts: number;
  uptimeMs?: number;
  lastError?: { kind: ErrorKind; message: string };
}
