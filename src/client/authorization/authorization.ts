/** What a server that wants OAuth may use; without it, its 401 is an `auth` error at once. */
export interface AuthorizationOptions {
  /** Lets a person sign in. Without it a server that wants a sign-in ends in an `auth` error that says so. */
  browser?: BrowserStep;
  /** Where tokens and client registrations are kept. */
  store: AuthorizationStore;
  /** Learns every secret of the exchange as soon as it is known, so that nothing shows it. `Redactor` fits. */
  secrets?: { add(value: string): () => void };
  /** Address of our client metadata document (https), for authorization servers that take one instead of a registration. */
  clientMetadataUrl?: string;
  /** A client that somebody registered by hand; no other is then used. */
  client?: StaticClient;
}

/** A client registered by hand with the authorization server. */
export interface StaticClient {
  id: string;
  secret?: string;
  /** The authorization server it belongs to; the secret is sent to no other. */
  issuer?: string;
}

/** The part of a sign-in that happens in a browser. */
export interface BrowserStep {
  /**
   * Where the browser ends up. Must stay the same from run to run: servers keep it with the registration.
   * (RFC 8252: a loopback address or a scheme of our own.)
   */
  readonly redirectUrl: string | URL;
  /**
   * Opens the address and waits until the browser arrives at `redirectUrl`.
   * @returns the parameters it arrived with, unchecked
   * @throws whatever kept it from coming back; an abort of `signal` above all
   */
  open(url: URL, signal: AbortSignal): Promise<URLSearchParams>;
}

/** Keeps secrets from run to run, such as `SecretStorage` of VS Code. Keys are long and begin with the server's URL. */
export interface AuthorizationStore {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}
