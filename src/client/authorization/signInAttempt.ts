import { randomBytes } from 'node:crypto';
import {
  OAuthError,
  type OAuthClientInformationContext,
  type OAuthClientMetadata,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  UnauthorizedError,
  validateAuthorizationResponseIssuer,
} from '@modelcontextprotocol/client';
import type { AuthorizationOptions, BrowserStep } from './authorization.ts';
import type { Credentials } from './credentials.ts';

/**
 * One attempt to get a token, as the protocol library's `auth()` wants it. What was discovered, the verifier and the state live as long
 * as the attempt and no longer: the next one looks again, so a server that moved to another authorization server is followed.
 */
export class SignInAttempt implements OAuthClientProvider {
  readonly #credentials: Credentials;
  readonly #browser: BrowserStep;
  readonly #client: StoredOAuthClientInformation | undefined;
  readonly #state = randomBytes(32).toString('base64url');
  #verifier = '';
  #discovered: OAuthDiscoveryState | undefined;
  #issuer: string | undefined;
  #authorizationUrl: URL | undefined;

  readonly clientMetadataUrl?: string;
  /** Absent where the client was registered by hand: the library then registers no other. */
  readonly saveClientInformation?: NonNullable<OAuthClientProvider['saveClientInformation']>;

  constructor(
    credentials: Credentials,
    browser: BrowserStep,
    { client, clientMetadataUrl }: Pick<AuthorizationOptions, 'client' | 'clientMetadataUrl'>,
  ) {
    this.#credentials = credentials;
    this.#browser = browser;
    if (clientMetadataUrl !== undefined) this.clientMetadataUrl = clientMetadataUrl;
    if (client === undefined) {
      this.saveClientInformation = (information, context) =>
        credentials.saveClient(context?.issuer ?? information.issuer ?? '', information);
      return;
    }
    credentials.mask(client.secret);
    this.#client = {
      client_id: client.id,
      ...(client.secret === undefined ? {} : { client_secret: client.secret }),
      ...(client.issuer === undefined ? {} : { issuer: client.issuer }),
    };
  }

  /** Where the browser has to go; undefined while nothing asks for it. */
  get authorizationUrl(): URL | undefined {
    return this.#authorizationUrl;
  }

  get redirectUrl(): string | URL {
    return this.#browser.redirectUrl;
  }

  /** A public client, as programs on people's machines are; a server that hands out a secret nevertheless gets it back. */
  get clientMetadata(): OAuthClientMetadata {
    return {
      client_name: 'External MCP',
      redirect_uris: [String(this.redirectUrl)],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  state(): string {
    return this.#state;
  }

  /**
   * The code that the browser brought back.
   * @throws when the answer is not to this attempt, comes from another authorization server, or is a refusal. A refusal's own words
   * are read only once the sender is known.
   */
  codeIn(answer: URLSearchParams): { code: string; iss: string | undefined } {
    if (answer.get('state') !== this.#state) throw new UnauthorizedError('the answer belongs to another sign-in');
    const metadata = this.#discovered?.authorizationServerMetadata;
    const iss = answer.get('iss') ?? undefined;
    validateAuthorizationResponseIssuer({
      iss,
      expectedIssuer: metadata?.issuer,
      issParameterSupported: metadata?.authorization_response_iss_parameter_supported === true,
    });
    const refusal = answer.get('error');
    if (refusal !== null) throw new OAuthError(refusal, answer.get('error_description') ?? refusal);
    const code = answer.get('code');
    if (code === null) throw new UnauthorizedError('the answer holds neither a code nor an error');
    this.#credentials.mask(code);
    return { code, iss };
  }

  async clientInformation(context?: OAuthClientInformationContext): Promise<StoredOAuthClientInformation | undefined> {
    this.#issuer = context?.issuer ?? this.#issuer;
    if (this.#client !== undefined) return this.#client;
    return this.#issuer === undefined ? undefined : this.#credentials.client(this.#issuer);
  }

  tokens(): Promise<StoredOAuthTokens | undefined> {
    return this.#credentials.tokens();
  }

  saveTokens(tokens: StoredOAuthTokens): Promise<void> {
    return this.#credentials.saveTokens(tokens, this.#authorizationUrl?.searchParams.get('scope') ?? undefined);
  }

  redirectToAuthorization(url: URL): void {
    this.#authorizationUrl = url;
  }

  saveCodeVerifier(verifier: string): void {
    this.#credentials.mask(verifier);
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.#discovered = state;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovered;
  }

  /** The authorization server said that these are no longer valid. */
  async invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): Promise<void> {
    if (scope === 'all' || scope === 'tokens') await this.#credentials.deleteTokens();
    if ((scope === 'all' || scope === 'client') && this.#issuer !== undefined)
      await this.#credentials.deleteClient(this.#issuer);
    if (scope === 'all' || scope === 'verifier') this.#verifier = '';
    if (scope === 'all' || scope === 'discovery') this.#discovered = undefined;
  }
}
