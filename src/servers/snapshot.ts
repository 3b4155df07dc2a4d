import type { ErrorKind, ExternalMcpError } from '../base/errors.ts';
import type { Verdict } from '../client/externalMcpClient.ts';
import type { UsageSample } from '../process/usage.ts';
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
  /** Of the whole process tree, as `UsageSample.rssBytes`. */
  memoryBytes?: number;
  lastError?: { kind: ErrorKind; message: string };
}

/** @param now monotonic milliseconds */
export function takeSnapshot(server: {
  entry: DefinitionEntry;
  status: ServerStatus;
  restarts: number;
  now: number;
  usage: UsageSample | undefined;
}): ServerSnapshot {
  const { entry, status, restarts, now, usage } = server;
  const base = { name: entry.name, source: entry.source, state: status.kind, toolCount: 0, restarts };
  switch (status.kind) {
    case 'failed':
    case 'authRequired':
    case 'restarting':
      return { ...base, lastError: errorOf(status) };
    case 'ready':
    case 'degraded': {
      const { connection, pid, port, url, tools } = status;
      return {
        ...base,
        ...(status.kind === 'degraded' ? { lastError: errorOf(status) } : {}),
        toolCount: tools.length,
        transport: connection.transport,
        dialect: connection.dialect,
        protocolVersion: connection.protocolVersion,
        uptimeMs: now - status.since,
        ...(usage === undefined ? {} : { memoryBytes: usage.rssBytes }),
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

function errorOf({ error }: { error: ExternalMcpError }): { kind: ErrorKind; message: string } {
  return { kind: error.kind, message: error.message };
}
