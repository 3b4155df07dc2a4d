import type { StoredOAuthClientInformation, StoredOAuthTokens } from '@modelcontextprotocol/client';
import type { AuthorizationOptions } from './authorization.ts';

/** Secrets of one server that stay masked; the oldest is forgotten then. A refresh brings two, so this is hours of refreshing. */
const MAX_MASKED = 100;

/**
 * Tokens and client registrations of one server in the store. They belong to its URL, not to its name, so that an edited definition
 * cannot send them elsewhere; a registration belongs to one authorization server besides.
 */
export class Credentials {
  readonly #store: AuthorizationOptions['store'];
  readonly #secrets: AuthorizationOptions['secrets'];
  readonly #url: string;
  readonly #masked = new Map<string, () => void>();

  constructor(url: URL, { store, secrets }: Pick<AuthorizationOptions, 'store' | 'secrets'>) {
    this.#url = url.href;
    this.#store = store;
    this.#secrets = secrets;
  }

  async tokens(): Promise<StoredOAuthTokens | undefined> {
    const tokens = await this.#read(this.#tokensKey, isTokens);
    this.mask(tokens?.access_token, tokens?.refresh_token);
    return tokens;
  }

  /** @param requested scope that was asked for: a server that names none has granted it (RFC 6749 §5.1), or what it granted before */
  async saveTokens(tokens: StoredOAuthTokens, requested: string | undefined): Promise<void> {
    this.mask(tokens.access_token, tokens.refresh_token, tokens.id_token);
    const scope = tokens.scope ?? requested ?? (await this.tokens())?.scope;
    await this.#store.set(this.#tokensKey, JSON.stringify({ ...tokens, scope }));
  }

  async deleteTokens(): Promise<void> {
    await this.#store.delete(this.#tokensKey);
  }

  async client(issuer: string): Promise<StoredOAuthClientInformation | undefined> {
    const client = await this.#read(this.#clientKey(issuer), isClient);
    this.mask(client?.client_secret);
    return client;
  }

  async saveClient(issuer: string, client: StoredOAuthClientInformation): Promise<void> {
    this.mask(client.client_secret);
    await this.#store.set(this.#clientKey(issuer), JSON.stringify(client));
  }

  async deleteClient(issuer: string): Promise<void> {
    await this.#store.delete(this.#clientKey(issuer));
  }

  /** Keeps the values out of everything that is shown from now on. */
  mask(...values: (string | undefined)[]): void {
    for (const value of values) {
      if (value === undefined || this.#secrets === undefined || this.#masked.has(value)) continue;
      this.#masked.set(value, this.#secrets.add(value));
      const [oldest] = this.#masked;
      if (oldest === undefined || this.#masked.size <= MAX_MASKED) continue;
      this.#masked.delete(oldest[0]);
      oldest[1]();
    }
  }

  get #tokensKey(): string {
    return `${this.#url} tokens`;
  }

  #clientKey(issuer: string): string {
    return `${this.#url} client of ${issuer}`;
  }

  /** Anything that we did not write counts as nothing: the person signs in again. */
  async #read<T>(key: string, isValid: (value: unknown) => value is T): Promise<T | undefined> {
    const text = await this.#store.get(key);
    if (text === undefined) return undefined;
    try {
      const value: unknown = JSON.parse(text);
      return isValid(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }
}

function isTokens(value: unknown): value is StoredOAuthTokens {
  return hasText(value, 'access_token') && hasText(value, 'token_type');
}

function isClient(value: unknown): value is StoredOAuthClientInformation {
  return hasText(value, 'client_id');
}

function hasText(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, key) === 'string';
}
