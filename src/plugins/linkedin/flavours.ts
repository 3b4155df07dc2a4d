import type { NamedServerDefinition, TerminalDefinition } from '../../api.ts';
import type { FlavourName, LinkedInConfiguration } from './configuration.ts';

/** The actions that are programs for a person to answer. */
export type TerminalAction = 'sign_in' | 'sign_out' | 'sign_in_status';

interface Flavour {
  command: string;
  /** Tells how to install `command`. */
  installPage: string;
  /** Makes `command` fetch and run the server's package. */
  fetch: readonly string[];
  /** Makes the server listen; absent where it speaks over its pipes only. */
  listen?: readonly string[];
  /** Listens also where no port was asked for. */
  alwaysListens: boolean;
  /** Variable → the plugin's secret that it holds. */
  secrets: Readonly<Record<string, string>>;
  env: Readonly<Record<string, string>>;
  /** Variables with which it refuses to start. */
  refused: readonly string[];
  terminal?: Readonly<Record<TerminalAction, string>>;
}

/** Answers at `/mcp` of this port; `${port}` is filled in by the host. */
const LISTEN = ['--transport', 'streamable-http', '--host', '127.0.0.1', '--port', '${port}', '--path', '/mcp'];
/** Seconds. uvx downloads the server's packages at its first start, and gives up after 30 by default (README of the server). */
const UV = { UV_HTTP_TIMEOUT: '300' };
const UV_PAGE = 'https://docs.astral.sh/uv/getting-started/installation/';

/**
 * How each server is started.
 * - browser: stickerdaniel/linkedin-mcp-server 4; a browser profile that the person signs in to.
 * - cookie: its last release with `LINKEDIN_COOKIE` (config/loaders.py at 048292f). On PyPI it is linkedin-scraper-mcp since pull request 133 of
 *   2026-02-01; 1.x never was there.
 * - token: HorizonDataWave's service, which needs a token of theirs and no LinkedIn account.
 */
const flavours: Readonly<Record<FlavourName, Flavour>> = {
  browser: {
    command: 'uvx',
    installPage: UV_PAGE,
    fetch: ['mcp-server-linkedin@latest'],
    listen: LISTEN,
    alwaysListens: true,
    secrets: {},
    env: UV,
    refused: ['USER_AGENT'],
    terminal: { sign_in: '--login', sign_out: '--logout', sign_in_status: '--status' },
  },
  cookie: {
    command: 'uvx',
    installPage: UV_PAGE,
    fetch: ['linkedin-scraper-mcp@2.3.7'],
    listen: LISTEN,
    alwaysListens: false,
    secrets: { LINKEDIN_COOKIE: 'cookie' },
    env: UV,
    refused: [],
    // Where it has no cookie it uses the session that this leaves in ~/.linkedin-mcp.
    terminal: { sign_in: '--get-session', sign_out: '--clear-session', sign_in_status: '--session-info' },
  },
  token: {
    command: 'npx',
    installPage: 'https://nodejs.org/en/download',
    fetch: ['-y', '@horizondatawave/mcp@0.3.0'],
    alwaysListens: false,
    secrets: { HDW_ACCESS_TOKEN: 'accessToken', HDW_ACCOUNT_ID: 'accountId' },
    env: {},
    refused: [],
  },
};

/** Seconds that one call is given at least: the servers themselves give up after 180. */
const LEAST_TIMEOUT = 200;
/** Seconds that one call is given where nothing is configured. */
const DEFAULT_TIMEOUT = 300;
/** Seconds for a start, the download of the server's packages included. */
const DEFAULT_STARTUP_TIMEOUT = 180;

/** Milliseconds that one call is given. */
export function callTimeoutMs({ timeout = DEFAULT_TIMEOUT }: LinkedInConfiguration): number {
  return Math.max(LEAST_TIMEOUT, timeout) * 1000;
}

/** Names of the plugin's secrets that the flavour's server reads. */
export function secretNames({ flavour }: LinkedInConfiguration): readonly string[] {
  return Object.values(flavours[flavour].secrets);
}

/** Variables of the configuration that are not passed on, since the server would refuse to start with them. */
export function refusedVariables({ flavour, environment }: LinkedInConfiguration): readonly string[] {
  const refused = new Set(flavours[flavour].refused);
  return Object.keys(environment).filter((name) => refused.has(name.toUpperCase()));
}

/**
 * The definition of the server. Of the secrets it has the names alone, which the host replaces by their values when it starts the process.
 * @param secrets names of those that are set
 */
export function serverDefinition(
  configuration: LinkedInConfiguration,
  secrets: ReadonlySet<string>,
): NamedServerDefinition {
  const { flavour: name, args, port, serverPath, startupTimeout = DEFAULT_STARTUP_TIMEOUT } = configuration;
  const flavour = flavours[name];
  const asked = flavour.alwaysListens || port !== undefined;
  const options = args ?? (asked ? (flavour.listen ?? []) : []);
  const listens =
    args === undefined ? options.length > 0 : port !== undefined || args.some((arg) => arg.includes('${port}'));
  return {
    name: 'linkedin',
    ...(serverPath === undefined ? { command: programOf(configuration) } : { serverPath }),
    args: [...(args === undefined ? fetchArguments(configuration) : []), ...options],
    env: environmentOf(configuration, secrets),
    ...(listens ? { port: port ?? ('auto' as const) } : { transport: 'stdio' }),
    // Of arguments that are not ours we do not know where the server will answer.
    ...(listens && args === undefined ? { url: 'http://127.0.0.1:${port}/mcp', transport: 'streamable-http' } : {}),
    startupTimeout,
    timeout: callTimeoutMs(configuration) / 1000,
    // LinkedIn counts: whatever is asked once more is asked by a person.
    maxRetries: 0,
    restart: 'never',
    autoStart: 'never',
  };
}

/** What to run in a terminal; undefined where the flavour has no such thing. */
export function terminalDefinition(
  configuration: LinkedInConfiguration,
  action: TerminalAction,
): Omit<TerminalDefinition, 'name'> | undefined {
  const { args, serverPath } = configuration;
  const flag = flavours[configuration.flavour].terminal?.[action];
  if (flag === undefined) return undefined;
  const before = args === undefined ? fetchArguments(configuration) : withoutListening(args);
  const [command, ...script] = serverPath === undefined ? [programOf(configuration)] : interpreted(serverPath);
  // Nobody replaces the names of secrets for a terminal.
  const env = Object.entries(environmentOf(configuration, new Set())).filter(([, value]) => !value.includes('${'));
  return {
    command,
    args: [...script, ...before, flag],
    env: { ...withoutRefused(configuration), ...Object.fromEntries(env) },
  };
}

/** The flavour's own program, and the page that tells how to install it; undefined where another one is configured. */
export function ownProgram({
  flavour,
  command: other,
  serverPath,
}: LinkedInConfiguration): { command: string; page: string } | undefined {
  const { command, installPage } = flavours[flavour];
  return other === undefined && serverPath === undefined ? { command, page: installPage } : undefined;
}

function programOf({ flavour, command }: LinkedInConfiguration): string {
  return command ?? flavours[flavour].command;
}

/** Nothing where another program than the flavour's own is run: that one is the server itself. */
function fetchArguments(configuration: LinkedInConfiguration): readonly string[] {
  const { command, fetch } = flavours[configuration.flavour];
  if (configuration.serverPath !== undefined) return [];
  const program = programOf(configuration)
    .replace(/^.*[\\/]/, '')
    .replace(/\.(?:cmd|exe)$/i, '');
  return program === command ? fetch : [];
}

function environmentOf(configuration: LinkedInConfiguration, available: ReadonlySet<string>): Record<string, string> {
  const { env, secrets } = flavours[configuration.flavour];
  const refused = new Set(refusedVariables(configuration));
  const own = Object.entries(configuration.environment).filter(([name]) => !refused.has(name));
  const set = Object.entries(secrets).filter(([, secret]) => available.has(secret));
  return {
    ...env,
    ...Object.fromEntries(set.map(([variable, secret]) => [variable, `\${secret:${secret}}`])),
    ...Object.fromEntries(own),
  };
}

/** A terminal inherits everything: what the server refuses is taken away there. */
function withoutRefused({ flavour }: LinkedInConfiguration): Record<string, null> {
  return Object.fromEntries(flavours[flavour].refused.map((name) => [name, null]));
}

/** The arguments of a server without those that make it listen. */
function withoutListening(args: readonly string[]): string[] {
  const valued = new Set(LISTEN.filter((arg) => arg.startsWith('--')));
  return args.filter((arg, index) => !valued.has(arg.replace(/=.*$/s, '')) && !valued.has(args[index - 1] ?? ''));
}

/** How a terminal runs a script. */
function interpreted(path: string): [string, ...string[]] {
  if (/\.py$/i.test(path)) return ['python3', path];
  if (/\.[cm]?[jt]s$/i.test(path)) return ['node', path];
  return [path];
}
