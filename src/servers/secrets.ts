import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../base/errors.ts';

/** Keeps secrets beyond the window, by name. A scope is a plugin's id; without one they are the user's own. Whatever passes is masked from then on. */
export interface SecretStore {
  get(name: string, scope?: string): Promise<string | undefined>;
  /** Rejects with `validation` for a name or a value that cannot be kept. */
  set(name: string, value: string, scope?: string): Promise<void>;
  delete(name: string, scope?: string): Promise<void>;
}

/** Which secret. */
export interface SecretAddress {
  name: string;
  /** Id of the plugin whose it is; absent: the user's own. */
  scope?: string;
}

/** Characters. Shorter values are not masked: they would mask ordinary words all over the place. */
const SHORTEST_VALUE = 4;
/** Characters; a key with its certificates is far shorter. */
const LONGEST_VALUE = 32_768;

/** Whether a secret may be called that: what can be written as `${secret:…}` without doubt. */
export function isSecretName(name: string): boolean {
  return /^\w[\w.-]{0,99}$/.test(name);
}

/** What a name of a secret has to be, as a sentence. */
export function secretNameRule(): string {
  return t('the name of a secret has letters, digits, “_”, “-” and “.” only, at most 100 of them.');
}

/** Throws `validation`. */
export function assertSecretName(name: string): void {
  if (isSecretName(name)) return;
  throw new ExternalMcpError('validation', t('“{0}” is no secret: {1}', name.slice(0, 100), secretNameRule()));
}

/** Why a value cannot be kept, as a sentence without the value; undefined when it can. */
export function secretValueProblem(value: string): string | undefined {
  if (value === '') return t('A secret must not be empty.');
  if (value.length < SHORTEST_VALUE) {
    return t('A secret has at least {0} characters: a shorter one could not be masked.', SHORTEST_VALUE);
  }
  if (value.length > LONGEST_VALUE) return t('A secret has at most {0} characters.', LONGEST_VALUE);
  // The rest can be carried by an environment and, encoded, by a URL.
  if (value.includes('\0') || !value.isWellFormed()) return t('A secret is text; this has characters that are none.');
  return undefined;
}

/** A definition names a secret that nobody has set. */
export class MissingSecretError extends ExternalMcpError {
  readonly secret: string;

  constructor(server: string, secret: string) {
    super('config', t('“{0}” needs the secret “{1}”, which is not set. Set it with “Set Secret”.', server, secret), {
      server,
      reason: t('It needs the secret “{0}”, which is not set. Set it with “Set Secret”.', secret),
    });
    this.secret = secret;
  }
}

/** The secrets that a definition names where it may, whether it can be used otherwise or not. */
export function secretsNamed(raw: unknown): string[] {
  if (!isObject(raw)) return [];
  const groups = [raw['env'], raw['environment'], raw['headers']].flatMap((group) =>
    isObject(group) ? Object.values(group) : [],
  );
  const texts = [...groups, raw['url']].filter((text) => typeof text === 'string');
  const names = texts.flatMap((text) => [...text.matchAll(/\$\{secret:([^}]*)\}/g)].map(([, name = '']) => name));
  return [...new Set(names)].filter(isSecretName);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
