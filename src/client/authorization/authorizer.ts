import { t } from '@vscode/l10n';
import {
  auth,
  type AuthProvider,
  computeScopeUnion,
  extractWWWAuthenticateParams,
  SdkErrorCode,
  SdkHttpError,
} from '@modelcontextprotocol/client';
import { abortable } from '../../base/abortable.ts';
import type { Clock } from '../../base/clock.ts';
import { ExternalMcpError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { exchangeContext, unannounced } from '../../wire/context.ts';
import type { WireFetch } from '../../wire/fetch.ts';
import { clearCause, type Mask, quote } from '../quote.ts';
import type { AuthorizationOptions, BrowserStep } from './authorization.ts';
import { Credentials } from './credentials.ts';
import { type Challenge, SignInRequired } from './signIn.ts';
import { SignInAttempt } from './signInAttempt.ts';

/** Milliseconds a person has for the browser step: time to look up a password, and an end for a window that was closed. */
const SIGN_IN_MS = 300_000;
/** Characters of a server's own words that a message of ours repeats. */
const QUOTED_LENGTH = 300;

export interface AuthorizerOptions extends AuthorizationOptions {
  /** Name of the server, for errors. */
  server: string;
  /** Where it is looked for: what tokens are kept under. */
  url: URL;
  /** For the requests of the authorization itself; they carry none of the definition's headers. */
  fetch: WireFetch;
  clock: Clock;
  log: Log;
  mask: Mask;
}

/** The refusal that led here. */
export interface Refusal {
  /** The token that was refused; undefined: none was sent. */
  readonly refused: string | undefined;
  /** The operation was refused after an authorization already. */
  readonly isRepeated: boolean;
}

/** An authorization under way, and how many wait for it. */
interface Run {
  readonly done: Promise<void>;
  readonly end: AbortController;
  waiting: number;
}

/**
 * Gets tokens for one server and keeps them. The protocol library would answer each 401 by itself, for parallel calls in parallel: with
 * rotating refresh tokens all but one of them fail, and the good tokens go with them. So transports get a provider that only says what
 * the server wants, and `withSignIn` has that done once for all that wait.
 */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #credentials: Credentials;
  /** The endpoint that was found to want tokens: the resource that they are for. */
  #endpoint: URL;
  #run: Run | undefined;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
    this.#credentials = new Credentials(options.url, options);
    this.#endpoint = options.url;
  }

  /** For the library's transports. */
  readonly provider: AuthProvider = {
    token: () => this.token(),
    onUnauthorized: async ({ response, serverUrl }) => {
      // Read in any case: the library leaves the body open, and with it a socket, when this throws.
      const text = await response.text().catch(() => '');
      if (response.headers.has('www-authenticate')) {
        this.#endpoint = serverUrl;
        throw new SignInRequired(extractWWWAuthenticateParams(response));
      }
      // Without a challenge it is not OAuth: a server of another dialect may only miss its session.
      const { status, statusText } = response;
      throw new SdkHttpError(SdkErrorCode.ClientHttpAuthentication, 'HTTP 401', { status, statusText, text });
    },
  };

  /** The access token to send, if there is one. */
  async token(): Promise<string | undefined> {
    return (await this.#credentials.tokens())?.access_token;
  }

  /**
   * Gets a token that meets the challenge: by a refresh where that can help, else in the browser. Calls that come meanwhile wait for the
   * same. Does nothing where the refused token has been replaced already.
   * @throws ExternalMcpError `auth` or `cancelled`
   */
  async authorize(challenge: Challenge, refusal: Refusal, signal: AbortSignal | undefined): Promise<void> {
    if (this.#run === undefined && (await this.token()) !== refusal.refused) return;
    const run = (this.#run ??= this.#start(challenge, refusal));
    run.waiting += 1;
    try {
      await abortable(run.done, signal, () => this.#cancelledError());
    } finally {
      run.waiting -= 1;
      if (run.waiting === 0) this.#end(run);
    }
  }

  /** For a server that goes on refusing. */
  refusedError(signIns: number, cause: unknown): ExternalMcpError {
    const { server } = this.#options;
    return new ExternalMcpError(
      'auth',
      t('“{0}” still refuses access after {1} sign-ins. Check what your account is allowed to do.', server, signIns),
      { server, cause },
    );
  }

  #start(challenge: Challenge, refusal: Refusal): Run {
    const end = new AbortController();
    const run: Run = { done: this.#authorize(challenge, refusal, end.signal), end, waiting: 0 };
    // Whoever waited has left when it fails for having been ended.
    run.done.catch(() => {});
    return run;
  }

  /** It is done, or nobody wants it any more: a browser step that is still open ends, and the next call begins anew. */
  #end(run: Run): void {
    if (this.#run === run) this.#run = undefined;
    run.end.abort();
  }

  async #authorize(challenge: Challenge, { isRepeated }: Refusal, signal: AbortSignal): Promise<void> {
    const { server, browser, log, mask } = this.#options;
    if (browser === undefined) throw this.#noBrowserError();
    try {
      const attempt = new SignInAttempt(this.#credentials, browser, this.#options);
      // What was granted before is asked for again: a token for the new scope alone would break what worked.
      const scope = computeScopeUnion((await this.#credentials.tokens())?.scope, challenge.scope);
      const request = {
        serverUrl: this.#endpoint,
        fetchFn: this.#fetch,
        ...(scope === undefined ? {} : { scope }),
        ...(challenge.resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl: challenge.resourceMetadataUrl }),
      };
      // A refresh cannot widen what was granted (RFC 6749 §6), and has not helped if the server refuses again.
      await auth(attempt, { ...request, forceReauthorization: challenge.isStepUp === true || isRepeated });
      if (attempt.authorizationUrl === undefined) return;
      const answer = await this.#browse(browser, attempt.authorizationUrl, signal);
      const { code, iss } = attempt.codeIn(answer);
      await auth(attempt, { ...request, authorizationCode: code, ...(iss === undefined ? {} : { iss }) });
      log.info('Signed in.');
    } catch (error) {
      const message = messageOf(error);
      throw new ExternalMcpError(
        'auth',
        t(
          'Signing in to “{0}” failed ({1}). Try again, or put a token into the "headers" of its definition.',
          server,
          quote(message, QUOTED_LENGTH, mask),
        ),
        { server, ...clearCause(error, message, mask) },
      );
    }
  }

  async #browse(browser: BrowserStep, url: URL, signal: AbortSignal): Promise<URLSearchParams> {
    // The address comes from the other side. Anything but a web page could start a program.
    if (!/^https?:$/.test(url.protocol)) throw new Error(`its sign-in page is no web page (${url.protocol})`);
    signal.throwIfAborted();
    this.#options.log.info('The server wants a sign-in; waiting for the browser.');
    const limit = new AbortController();
    const timer = this.#options.clock.after(SIGN_IN_MS, () =>
      limit.abort(new Error(`nothing came back from the browser within ${SIGN_IN_MS / 60_000} minutes`)),
    );
    const ended = AbortSignal.any([signal, limit.signal]);
    try {
      return await abortable(browser.open(url, ended), ended, () => new Error(messageOf(ended.reason)));
    } finally {
      timer.dispose();
    }
  }

  readonly #fetch: WireFetch = (url, init) =>
    // Not in the context of a call: the head and the events of these answers are none of its own.
    exchangeContext.run({ ...unannounced }, () => this.#options.fetch(url, init));

  #noBrowserError(): ExternalMcpError {
    const { server } = this.#options;
    return new ExternalMcpError(
      'auth',
      t('“{0}” wants a sign-in, which is not possible here. Put a token into the "headers" of its definition.', server),
      { server },
    );
  }

  #cancelledError(): ExternalMcpError {
    const { server } = this.#options;
    return new ExternalMcpError('cancelled', t('Signing in to “{0}” was cancelled.', server), { server });
  }
}
