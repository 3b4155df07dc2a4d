import { t } from '@vscode/l10n';
import { isSensitive } from '../base/sensitive.ts';
import { configError, type ServerDefinition } from './definition.ts';
import { MissingSecretError } from './secrets.ts';
import { type Known, resolveVariables, type VariableSources } from './variables.ts';

/** The values of the secrets that a definition names, by their names. */
export type SecretValues = ReadonlyMap<string, string>;

interface Input {
  name: string;
  definition: ServerDefinition;
  variables: VariableSources;
}

/**
 * Reads each secret that the definition names, once. Throws `config`: where one stands in a place that others can read, where the definition
 * cannot be used for another reason (nobody is asked for the secrets of one that cannot), and where one is not set.
 */
export async function readSecrets(input: Input): Promise<SecretValues> {
  const { name, definition, variables } = input;
  refuseMisplaced(name, definition);
  const wanted = new Set<string>();
  const noting: Known = { port: 0, secret: (secret) => (wanted.add(secret), '') };
  const { env = definition.environment ?? {}, headers = {}, url = '' } = definition;
  for (const text of [...Object.values(env), ...Object.values(headers), url]) {
    resolveVariables(name, text, variables, noting);
  }
  const values = new Map<string, string>();
  if (wanted.size === 0) return values;
  const goesTo = destinationOf(input);
  for (const secret of wanted) {
    const value = await variables.secret?.(secret, goesTo);
    if (value === undefined || value === '') throw new MissingSecretError(name, secret);
    values.set(secret, value);
  }
  return values;
}

/** Secrets in a URL: as they are where one is its beginning, perhaps all of it; else encoded, so that none changes where it leads. */
export function inUrl(values: (name: string) => string | undefined): NonNullable<Known['secret']> {
  return (name, offset) => {
    const value = values(name);
    return value === undefined || offset === 0 ? value : encodeURIComponent(value);
  };
}

function refuseMisplaced(name: string, definition: ServerDefinition): void {
  const { command = '', args = [], serverPath = '', cwd = '', envFile = '' } = definition;
  const inCommandLine = Object.entries({ args: args.join(' '), command, serverPath }).find(mentionsSecret);
  if (inCommandLine !== undefined) {
    throw configError(
      name,
      t(
        '"{0}" has a secret in it, and every process of this machine can read a command line; pass it in "env" instead',
        inCommandLine[0],
      ),
    );
  }
  const inPath = Object.entries({ cwd, envFile }).find(mentionsSecret);
  if (inPath === undefined) return;
  throw configError(
    name,
    t('"{0}" has a secret in it, and paths are shown to everybody; pass it in "env" instead', inPath[0]),
  );
}

function mentionsSecret([, text]: [string, string]): boolean {
  return /\$\{\s*secret\s*[:}]/i.test(text);
}

/**
 * What the secrets of a definition are given to, for a person to judge: the command line of a server that we start, the origin of its address.
 * It changes whenever they would go elsewhere, and holds none of them.
 */
function destinationOf({ name, definition, variables }: Input): string {
  // A telling name may hold a token that is nobody's business here.
  const env = (variable: string): string | undefined =>
    isSensitive(variable) ? `\${env:${variable}}` : variables.env(variable);
  const sources = { ...variables, env };
  const unresolved = (secret: string): string => `\${secret:${secret}}`;
  const words = [definition.command ?? definition.serverPath ?? [], definition.args ?? []]
    .flat()
    .map((word) => quoted(resolveVariables(name, word, sources, { port: '${port}' })));
  const started = [words.join(' '), ...circumstancesOf(name, definition, sources)].filter(Boolean).join(' · ');
  if (definition.url === undefined) return started;
  const address = resolveVariables(name, definition.url, sources, { port: 0, secret: inUrl(unresolved) });
  return [started, originOf(address)].filter(Boolean).join(' · ');
}

/** What else decides which program a command line runs, and where it sends what it has: its folder, its other variables. */
function circumstancesOf(name: string, definition: ServerDefinition, sources: VariableSources): string[] {
  const { cwd, envFile, env = definition.environment ?? {}, command, serverPath } = definition;
  if (command === undefined && serverPath === undefined) return [];
  const known: Known = { port: '${port}', secret: (secret) => `\${secret:${secret}}` };
  const shown = (text: string): string => quoted(resolveVariables(name, text, sources, known));
  const paths = Object.entries({ cwd, envFile }).flatMap(([key, path]) =>
    path === undefined ? [] : [`${key}: ${shown(path)}`],
  );
  const others = Object.entries(env).filter(([, text]) => !/^\$\{secret:[^}]*\}$/.test(text));
  // A value that is secret itself is nobody's business here.
  const set = others.map(([variable, text]) => (isSensitive(variable) ? variable : `${variable}=${shown(text)}`));
  return [...paths, ...(set.length === 0 ? [] : [set.toSorted().join(' ')])];
}

/** All of it, where it is no address without the secrets. */
function originOf(address: string): string {
  const url = URL.parse(address);
  if (url === null || url.origin === 'null') return address;
  return url.port === '0' ? url.origin.replace(/:0$/, ':${port}') : url.origin;
}

function quoted(word: string): string {
  return /^[^\s"'\\]+$/.test(word) ? word : JSON.stringify(word);
}
