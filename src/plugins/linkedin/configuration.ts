/** Which server does the work, and with it how one signs in. */
export type FlavourName = 'browser' | 'cookie' | 'token';

/** What the setting says; the contribution's schema has looked at it already. */
export interface LinkedInConfiguration {
  flavour: FlavourName;
  /** Instead of the flavour's own program. */
  command?: string;
  /** Instead of all of the flavour's own arguments. */
  args?: readonly string[];
  /** A script or package folder instead of a program. */
  serverPath?: string;
  port?: number;
  /** Seconds. */
  startupTimeout?: number;
  environment: Readonly<Record<string, string>>;
  /** Seconds for one call. */
  timeout?: number;
}

/** Takes what has the right type and leaves out the rest. */
export function readConfiguration(raw: unknown): LinkedInConfiguration {
  const written = isRecord(raw) ? raw : {};
  const { flavour, command, args, server_path: serverPath, port } = written;
  const { startup_timeout: startupTimeout, environment, timeout } = written;
  return {
    flavour: flavour === 'cookie' || flavour === 'token' ? flavour : 'browser',
    ...(isText(command) ? { command } : {}),
    ...(Array.isArray(args) ? { args: args.filter((arg) => typeof arg === 'string') } : {}),
    ...(isText(serverPath) ? { serverPath } : {}),
    ...(isPositive(port) ? { port } : {}),
    ...(isPositive(startupTimeout) ? { startupTimeout } : {}),
    environment: isRecord(environment) ? onlyTexts(environment) : {},
    ...(isPositive(timeout) ? { timeout } : {}),
  };
}

function onlyTexts(record: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

/** An object that is no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
