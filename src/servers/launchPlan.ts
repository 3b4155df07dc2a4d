import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { t } from '@vscode/l10n';
import { ExternalMcpError, messageOf } from '../base/errors.ts';
import { isSensitive } from '../base/sensitive.ts';
import { childEnvironment } from '../process/environment.ts';
import { withContainerOptions } from './containerCommand.ts';
import { configError, type ServerDefinition } from './definition.ts';
import { inUrl, readSecrets, type SecretValues } from './planSecrets.ts';
import { resolveServerPath } from './serverPath.ts';
import { secretsOfUrl, secretValues } from './sensitive.ts';
import { mentionsPort, resolveVariables, type VariableSources } from './variables.ts';

/** What to start, everything resolved. */
export interface Launch {
  command: string;
  args: readonly string[];
  cwd: string;
  /** The complete environment of the child. */
  env: Readonly<Record<string, string>>;
}

/** Where a server is reached over HTTP; a `url` without a path leaves finding it to the client. */
export interface HttpEndpoint {
  kind: 'http';
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** Absent: found out. */
  transport?: 'streamable-http' | 'sse' | 'external-sse';
  /** Of a server that we start. */
  port?: number;
}

/** How one start of a server goes. */
export interface LaunchPlan {
  /** Absent: somebody else runs the server. */
  launch?: Launch;
  endpoint: { kind: 'stdio' } | HttpEndpoint;
  /** Values that must not be shown anywhere. */
  secrets: readonly string[];
  /** The same with another port; absent where the definition says which one it has to be. */
  elsewhere?: () => Promise<LaunchPlan>;
}

export interface PlanInput {
  name: string;
  definition: ServerDefinition;
  variables: VariableSources;
  /** The host's own environment, of which an allow-listed part is passed on. */
  hostEnv: NodeJS.ProcessEnv;
  /** Where to start when the definition names no `cwd`. */
  defaultCwd: string;
  freePort: () => Promise<number>;
}

/** MCP's convention: a command alone speaks on its pipes; a port, a URL or an HTTP transport says otherwise. */
export function usesStdio(definition: ServerDefinition): boolean {
  if (definition.command === undefined && definition.serverPath === undefined) return false;
  if (definition.transport !== undefined && definition.transport !== 'auto') return definition.transport === 'stdio';
  const values = [...(definition.args ?? []), ...Object.values(definition.env ?? definition.environment ?? {})];
  return definition.url === undefined && definition.port === undefined && !values.some(mentionsPort);
}

/** Resolves a definition for one start. Throws `config`. */
export async function planLaunch(input: PlanInput): Promise<LaunchPlan> {
  const fixed = { ...input, variables: remembered(input.variables) };
  return planWith(fixed, await readSecrets(fixed));
}

/** The same variables, each read once: what a person allowed is what is started, however long they thought about it. */
function remembered(sources: VariableSources): VariableSources {
  const once = (read: (key: string) => string | undefined) => {
    const known = new Map<string, string | undefined>();
    return (key: string): string | undefined => {
      if (!known.has(key)) known.set(key, read(key));
      return known.get(key);
    };
  };
  return { ...sources, env: once((name) => sources.env(name)), config: once((key) => sources.config(key)) };
}

async function planWith(input: PlanInput, secrets: SecretValues): Promise<LaunchPlan> {
  const { name, definition } = input;
  const fromEnvironment = new Set<string>();
  const variables = noting(input.variables, fromEnvironment);
  const stdio = usesStdio(definition);
  const starts = definition.command !== undefined || definition.serverPath !== undefined;
  const port = stdio || !starts ? undefined : (fixedPort(input) ?? (await input.freePort()));
  const known = port === undefined ? {} : { port };
  const valueOf = (secret: string): string | undefined => secrets.get(secret);
  const resolveText = (text: string): string => resolveVariables(name, text, variables, known);
  const resolveSecrets = (text: string): string =>
    resolveVariables(name, text, variables, { ...known, secret: valueOf });
  const resolveUrl = (text: string): string =>
    resolveVariables(name, text, variables, { ...known, secret: inUrl(valueOf) });
  const headers = mapValues(definition.headers ?? {}, resolveSecrets);
  assertHeaders(name, headers);
  const url = stdio ? undefined : endpointUrl(name, definition, resolveUrl, port);
  if (url !== undefined && port !== undefined) assertPort(name, url, port);
  const env = {
    ...(await readEnvFile(input, resolveText)),
    ...mapValues(definition.env ?? definition.environment ?? {}, resolveSecrets),
  };
  const launch = starts ? await resolveLaunch(input, resolveText, env, port) : undefined;
  const isOurChoice = port !== undefined && fixedPort(input) === undefined;
  return {
    ...(launch === undefined ? {} : { launch }),
    endpoint:
      url === undefined
        ? { kind: 'stdio' }
        : { kind: 'http', url, headers, ...httpTransport(definition), ...(port === undefined ? {} : { port }) },
    secrets: [
      ...secrets.values(),
      ...fromEnvironment,
      ...(url === undefined ? [] : secretsOfUrl(url)),
      ...secretValues(headers, launch?.env ?? env),
    ],
    ...(isOurChoice ? { elsewhere: () => planWith(input, secrets) } : {}),
  };
}

function httpTransport({ transport }: ServerDefinition): Pick<HttpEndpoint, 'transport'> {
  return transport === undefined || transport === 'auto' || transport === 'stdio' ? {} : { transport };
}

/** The same variables; values of environment variables with a telling name are noted, wherever in the definition they go. */
function noting(sources: VariableSources, secrets: Set<string>): VariableSources {
  return {
    ...sources,
    env: (name) => {
      const value = sources.env(name);
      if (value !== undefined && isSensitive(name)) secrets.add(value);
      return value;
    },
  };
}

/** The port that is checked to be ours has to be the one that is talked to. */
function assertPort(name: string, url: URL, port: number): void {
  const used = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  if (used === port) return;
  throw configError(
    name,
    t('"url" names port {0} and the server is given port {1}; write ${port} in "url"', used, port),
  );
}

async function resolveLaunch(
  input: PlanInput,
  resolveText: (text: string) => string,
  env: Readonly<Record<string, string>>,
  port: number | undefined,
): Promise<Launch> {
  const { definition, hostEnv, defaultCwd, name } = input;
  const cwd = definition.cwd === undefined ? defaultCwd : absolute(resolveText(definition.cwd), defaultCwd);
  const args = (definition.args ?? []).map(resolveText);
  const program =
    definition.serverPath === undefined
      ? { command: resolveText(definition.command ?? ''), args: [], env: {} }
      : await resolveServerPath(name, absolute(resolveText(definition.serverPath), defaultCwd), hostEnv);
  return {
    command: program.command,
    args: withContainerOptions(program.command, [...program.args, ...args], definition.memoryLimitMb),
    cwd,
    env: childEnvironment(hostEnv, {
      inheritEnv: definition.inheritEnv ?? [],
      env,
      // A definition that sets PORT itself knows better what its server makes of it.
      extra: { ...program.env, ...(port === undefined || 'PORT' in env ? {} : { PORT: String(port) }) },
    }),
  };
}

/** The port that the definition names: a literal one in `url`, beside which another `port` is an error, or `port`. */
function fixedPort({ name, definition: { port, url = '' } }: PlanInput): number | undefined {
  const inUrl = /^[a-z]+:\/\/(?:[^/?#]*@)?(?:\[[^\]]*\]|[^/:?#]*):(\d+)/i.exec(url)?.[1];
  const literal = inUrl === undefined ? undefined : Number(inUrl);
  if (literal !== undefined && port !== undefined && port !== literal) {
    throw configError(
      name,
      t('"port" says {0} and "url" says {1}; keep one, or write ${port} in "url"', port, literal),
    );
  }
  return literal ?? (typeof port === 'number' ? port : undefined);
}

function endpointUrl(
  name: string,
  definition: ServerDefinition,
  resolveText: (text: string) => string,
  port: number | undefined,
): URL {
  const text = definition.url === undefined ? `http://127.0.0.1:${port}/` : resolveText(definition.url);
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw configError(name, t('"url": “{0}” is not an http or https address', (definition.url ?? '').slice(0, 200)));
  }
  return url;
}

/** Headers that say how a request is sent, which is not for a definition to decide. */
const OURS = new Set(['connection', 'content-length', 'expect', 'host', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** HTTP allows neither spaces in names nor line breaks in values, and would say so only at the first request. */
function assertHeaders(name: string, headers: Readonly<Record<string, string>>): void {
  for (const [header, value] of Object.entries(headers)) {
    if (OURS.has(header.toLowerCase()))
      throw configError(name, t('"headers": “{0}” is set by the connection itself', header));
    try {
      new Headers([[header, value]]);
    } catch {
      throw configError(
        name,
        t(
          '"headers": “{0}” is not a header, or its value has characters that HTTP does not allow',
          header.slice(0, 100),
        ),
      );
    }
  }
}

async function readEnvFile(
  { name, definition, defaultCwd }: PlanInput,
  resolveText: (text: string) => string,
): Promise<Record<string, string>> {
  if (definition.envFile === undefined) return {};
  const path = absolute(resolveText(definition.envFile), defaultCwd);
  try {
    const values = parseEnv(await readFile(path, 'utf8'));
    return Object.fromEntries(
      Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  } catch (error) {
    throw new ExternalMcpError('config', t('The "envFile" of “{0}” cannot be read: {1}', name, messageOf(error)), {
      server: name,
      cause: error,
    });
  }
}

function absolute(path: string, base: string): string {
  return isAbsolute(path) ? path : resolve(base, path);
}

function mapValues(values: Readonly<Record<string, string>>, change: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
