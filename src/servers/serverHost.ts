import type { Clock } from '../base/clock.ts';
import type { ExternalMcpError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { TrafficOrigin } from '../base/traffic.ts';
import type { Progress, Verdict } from '../client/externalMcpClient.ts';
import type { ServerDefinition } from './definition.ts';
import type { DefinitionEntry } from './definitionEntry.ts';
import type { ServerRun } from './serverRun.ts';

/** How a server gets its runs; the registry's part of the work. */
export interface ServerHost {
  log: Log;
  clock: Clock;
  /** The error with the secrets in its texts masked. */
  mask(error: ExternalMcpError): ExternalMcpError;
  /** Throws `config` when nothing may be started here. */
  assertAllowed(server: string): void;
  /** Rejects with `config` when it cannot be used. */
  parse(entry: DefinitionEntry): Promise<ServerDefinition>;
  /** Whether a person said that this tool may be repeated although it may have been carried out. */
  isTrustedTool(server: string, tool: string): boolean;
  /** @param known what an earlier run found out about the server */
  createRun(entry: DefinitionEntry, definition: ServerDefinition, known: Verdict | undefined): Promise<ServerRun>;
}

/** A tool to call, and for whom. */
export interface ToolCall {
  tool: string;
  args: Readonly<Record<string, unknown>>;
  origin: TrafficOrigin;
  signal?: AbortSignal;
  timeoutMs?: number;
  onProgress?: (progress: Progress) => void;
  /** Hears of each attempt before it is made. */
  onAttempt?: () => void;
}
