import type { ServerDefinition } from './definition.ts';

/** Defaults of the contract. */
const DEFAULT_TIMEOUT_SECONDS = 300;
const DEFAULT_STARTUP_SECONDS = 30;
const DEFAULT_MESSAGE_MB = 16;
const DEFAULT_RETRIES = 3;
const DEFAULT_HEALTH_SECONDS = 15;
const DEFAULT_HEALTH_THRESHOLD = 3;

/** What a user set for all servers, where they did. */
export interface CommonSettings {
  /** Seconds; `externalMcp.timeout`. */
  timeout?: number;
  /** `externalMcp.maxRetries`. */
  maxRetries?: number;
  /** Server → tools that may be repeated; `externalMcp.trustedTools`. */
  trustedTools?: Readonly<Record<string, readonly string[]>>;
}

/** The figures of one server, resolved in the contract's order: definition, setting, environment, default. */
export interface ServerLimits {
  timeoutMs: number;
  /** Attempts after the first. */
  maxRetries: number;
  startupTimeoutMs: number;
  maxMessageBytes: number;
  health: HealthLimits;
  /** Soft limit of the whole process tree. */
  memoryBytes?: number;
}

/** How a server's health is looked after. */
export interface HealthLimits {
  intervalMs: number;
  /** Checks missed in a row before it counts as degraded; one more and it is restarted. */
  failureThreshold: number;
  /** What it answers a plain GET at, beside the MCP request. */
  path?: string;
}

export function resolveLimits(
  definition: ServerDefinition,
  common: CommonSettings,
  hostEnv: NodeJS.ProcessEnv,
): ServerLimits {
  return {
    timeoutMs: resolveTimeoutMs(definition.timeout, common, hostEnv),
    maxRetries:
      definition.maxRetries ?? common.maxRetries ?? wholeNumber(hostEnv['EXTERNAL_MCP_MAX_RETRIES']) ?? DEFAULT_RETRIES,
    startupTimeoutMs: (definition.startupTimeout ?? DEFAULT_STARTUP_SECONDS) * 1000,
    maxMessageBytes: (definition.maxMessageMb ?? DEFAULT_MESSAGE_MB) * 1024 * 1024,
    health: healthLimits(definition),
    ...(definition.memoryLimitMb === undefined ? {} : { memoryBytes: definition.memoryLimitMb * 1024 * 1024 }),
  };
}

/** @param own seconds that a definition says @returns milliseconds */
export function resolveTimeoutMs(own: number | undefined, common: CommonSettings, hostEnv: NodeJS.ProcessEnv): number {
  const seconds = own ?? common.timeout ?? positiveNumber(hostEnv['EXTERNAL_MCP_TIMEOUT']) ?? DEFAULT_TIMEOUT_SECONDS;
  return seconds * 1000;
}

function healthLimits({ health = {} }: ServerDefinition): HealthLimits {
  return {
    intervalMs: (health.intervalSeconds ?? DEFAULT_HEALTH_SECONDS) * 1000,
    failureThreshold: health.failureThreshold ?? DEFAULT_HEALTH_THRESHOLD,
    ...(health.path === undefined ? {} : { path: health.path }),
  };
}

function wholeNumber(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && text.trim() !== '' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function positiveNumber(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && text.trim() !== '' && Number.isFinite(value) && value > 0 ? value : undefined;
}
