import type { ErrorKind } from '../base/errors.ts';
import type { Verdict } from '../client/externalMcpClient.ts';
import type { DefinitionEntry } from './definitionEntry.ts';
import type { ServerStatus } from './status.ts';

/** A server at one moment, as plain data; the public API's `ServerInfo` is made of it. */
export interface ServerSnapshot {
  name: string;
  source: string;
  state: ServerStatus['kind'];
  pid?: number;
  port?: number;
  url?: string;
  transport?: Verdict['transport'];
  /** The era or dialect in words. */
  dialect?: string;
  protocolVersion?: string;
  sessionId?: string;
  toolCount: number;
  restarts: number;
  uptimeMs?: number;
  lastError?: { kind: ErrorKind; message: string };
}

/** @param now monotonic milliseconds */
export function takeSnapshot(server: {
  entry: DefinitionEntry;
  status: ServerStatus;
  restarts: number;
  now: number;
}): ServerSnapshot {
  const { entry, status, restarts, now } = server;
  const base = { name: entry.name, source: entry.source, state: status.kind, toolCount: 0, restarts };
  switch (status.kind) {
    case 'failed':
      return { ...base, lastError: { kind: status.error.kind, message: status.error.message } };
    case 'ready': {
      const { connection, pid, port, url, tools } = status;
      return {
        ...base,
        toolCount: tools.length,
        transport: connection.transport,
        dialect: connection.dialect,
        protocolVersion: connection.protocolVersion,
        uptimeMs: now - status.since,
        ...(connection.sessionId === undefined ? {} : { sessionId: connection.sessionId }),
        ...(pid === undefined ? {} : { pid }),
        ...(port === undefined ? {} : { port }),
        ...(url === undefined ? {} : { url }),
      };
    }
    default:
      return base;
  }
}
