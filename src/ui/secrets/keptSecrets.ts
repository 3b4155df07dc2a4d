import type { SecretStorage } from 'vscode';
import { ExternalMcpError } from '../../base/errors.ts';
import type { Redactor } from '../../base/redact.ts';
import { assertSecretName, type SecretAddress, type SecretStore, secretValueProblem } from '../../servers/secrets.ts';

/** Values of the user, and of each plugin, that stay masked, the latest ones: a plugin that replaces its own without end must not make everything slow. */
const MOST_MASKED = 1000;

/** Secrets in VS Code's own storage, which the system encrypts. Each value that passes is masked for as long as the window lives. */
export class KeptSecrets implements SecretStore {
  readonly #storage: Pick<SecretStorage, 'get' | 'store' | 'delete' | 'keys'>;
  readonly #redactor: Redactor;
  readonly #extensionOf: ((plugin: string) => string | undefined) | undefined;
  /** By whose they are, values with how to forget each. */
  readonly #masked = new Map<string | undefined, Map<string, () => void>>();

  /** @param extensionOf id of the extension whose plugin it is: another one that contributes the same id later has secrets of its own */
  constructor(
    storage: Pick<SecretStorage, 'get' | 'store' | 'delete' | 'keys'>,
    redactor: Redactor,
    extensionOf?: (plugin: string) => string | undefined,
  ) {
    this.#storage = storage;
    this.#redactor = redactor;
    this.#extensionOf = extensionOf;
  }

  async get(name: string, scope?: string): Promise<string | undefined> {
    const value = await this.#storage.get(keyOf(name, this.#owner(scope)));
    if (value !== undefined) this.#mask(value, scope);
    return value;
  }

  async set(name: string, value: string, scope?: string): Promise<void> {
    const key = keyOf(name, this.#owner(scope));
    const problem = secretValueProblem(value);
    if (problem !== undefined) throw new ExternalMcpError('validation', problem);
    this.#mask(value, scope);
    // The one before may never have passed here, and may still be in what was recorded.
    await this.get(name, scope);
    await this.#storage.store(key, value);
  }

  async delete(name: string, scope?: string): Promise<void> {
    await this.get(name, scope);
    await this.#storage.delete(keyOf(name, this.#owner(scope)));
  }

  /** All that are set, by name. */
  async list(): Promise<SecretAddress[]> {
    const keys = await this.#storage.keys();
    return keys
      .toSorted()
      .map(addressOf)
      .filter((address) => address !== undefined)
      .map(({ name, scope }) => (scope === undefined ? { name } : { name, scope: this.#plugin(scope) }));
  }

  /** `plugin@extension`; no id has an "@". One that is no plugin's id now is such an owner already, or nobody's. */
  #owner(scope: string | undefined): string | undefined {
    if (scope === undefined || this.#extensionOf === undefined) return scope;
    const extension = this.#extensionOf(scope);
    return extension === undefined || scope.includes('@') ? scope : `${scope}@${extension.toLowerCase()}`;
  }

  /** The id of the plugin where it is that one's now, else the owner itself. */
  #plugin(owner: string): string {
    const [id = owner] = owner.split('@', 1);
    return this.#owner(id) === owner ? id : owner;
  }

  #mask(value: string, scope: string | undefined): void {
    const masked = this.#masked.get(scope) ?? new Map<string, () => void>();
    this.#masked.set(scope, masked);
    const known = masked.get(value);
    // What is used stays; of the others, the oldest go first.
    masked.delete(value);
    masked.set(value, known ?? this.#redactor.add(value));
    const [oldest] = masked;
    if (masked.size <= MOST_MASKED || oldest === undefined) return;
    oldest[1]();
    masked.delete(oldest[0]);
  }
}

/** The parts are encoded, so that no name or id can reach the key of another. */
function keyOf(name: string, scope: string | undefined): string {
  assertSecretName(name);
  if (scope === undefined) return `secret/${name}`;
  return `plugin/${encodeURIComponent(scope)}/${name}`;
}

/** Undefined for what is none of ours. */
function addressOf(key: string): SecretAddress | undefined {
  const [kind, first = '', second] = key.split('/');
  if (kind === 'secret' && second === undefined) return { name: first };
  return kind === 'plugin' && second !== undefined ? { name: second, scope: decodeURIComponent(first) } : undefined;
}
