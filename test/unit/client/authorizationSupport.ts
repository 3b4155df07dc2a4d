import assert from 'node:assert/strict';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { systemClock } from '../../../src/base/clock.ts';
import type { AuthorizationStore, BrowserStep } from '../../../src/client/authorization/authorization.ts';
import { Authorizer, type AuthorizerOptions } from '../../../src/client/authorization/authorizer.ts';
import { withSignIn } from '../../../src/client/authorization/signIn.ts';
import { createWireFetch } from '../../../src/wire/fetch.ts';
import { serveRaw } from '../../servers/serve.ts';
import { agentForTest, atEnd, type Tap, tap } from '../wire/support.ts';

/** Where a person's browser comes back to; nobody listens there. */
export const redirectUrl = 'http://127.0.0.1:9/back';

/** How a protected server and its authorization servers behave. All of it may be changed while they run. */
export interface Protection {
  /** Name of the authorization server that counts now; there is one under every name. */
  authority: string;
  /** Scope a request needs, in the challenge where it is missing. */
  scope?: string;
  /** Lifetime of tokens in requests; for ever when absent. */
  uses?: number;
  /** Hands out refresh tokens, each good for one use. */
  refreshes?: boolean;
  /** Refuses every token. */
  refusesAll?: boolean;
  /** 401 without `WWW-Authenticate`. */
  hidesChallenge?: boolean;
  /** Parameters of the redirect back, in place of or beside the right ones; undefined removes one. */
  answer?: Record<string, string | undefined>;
  /** Members of the authorization server's metadata, in place of or beside the right ones. */
  metadata?: Record<string, unknown>;
}

export interface ProtectedServer {
  readonly url: URL;
  readonly protection: Protection;
  /** Requests to authorization servers: `as1 register`, `as1 authorize`, `as1 code`, `as1 refresh`. */
  readonly steps: string[];
  /** Authorization headers of token requests. */
  readonly clientLogins: (string | undefined)[];
  /** Query of each visit to a sign-in page. */
  readonly visits: URLSearchParams[];
  /** Every access and refresh token there was. */
  readonly secrets: string[];
  /** Makes every access token invalid. */
  revoke(): void;
  /** A person's browser: opens the page and comes back. */
  visit(page: URL): Promise<URLSearchParams>;
}

/** `/mcp` and `/message` want a token and hand over to `endpoint`; its authorization servers are on the same port of this process. */
export async function protectedServer(
  given: Partial<Protection> = {},
  endpoint: RequestListener = answerAnything,
): Promise<ProtectedServer> {
  const protection: Protection = { authority: 'as1', ...given };
  const steps: string[] = [];
  const clientLogins: (string | undefined)[] = [];
  const visits: URLSearchParams[] = [];
  const secrets: string[] = [];
  const access = new Map<string, { authority: string; scope: string; uses: number }>();
  const refresh = new Map<string, string>();
  let granted = '';

  const served = await serveRaw((request, response) => void answer(request, response));
  atEnd(() => served.close());
  const url = new URL(served.url);
  const { origin } = url;
  return { url, protection, steps, clientLogins, visits, secrets, revoke: () => access.clear(), visit };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', origin);
    const [, first = '', second = ''] = pathname.split('/');
    if (pathname === '/mcp' || pathname === '/message') {
      if (mayPass(request, response)) endpoint(request, response);
      return;
    }
    const body = await text(request);
    if (pathname === '/.well-known/oauth-protected-resource/mcp') {
      json(response, 200, { resource: url.href, authorization_servers: [`${origin}/${protection.authority}`] });
    } else if (pathname.startsWith('/.well-known/oauth-authorization-server/')) {
      json(response, 200, metadataOf(pathname.split('/').at(-1) ?? ''));
    } else if (second === 'register') {
      steps.push(`${first} register`);
      json(response, 201, { ...JSON.parse(body), client_id: `client of ${first}` });
    } else if (second === 'authorize') authorize(first, searchParams, response);
    else if (second === 'token') token(first, request, new URLSearchParams(body), response);
    else json(response, 404, {});
  }

  function metadataOf(authority: string): object {
    const issuer = `${origin}/${authority}`;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      registration_endpoint: `${issuer}/register`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      ...protection.metadata,
    };
  }

  /** Refuses a request without a token that is good enough. */
  function mayPass(request: IncomingMessage, response: ServerResponse): boolean {
    const { scope = '', authority } = protection;
    const held = access.get(request.headers.authorization?.replace('Bearer ', '') ?? '');
    if (held === undefined || held.uses <= 0 || held.authority !== authority || protection.refusesAll === true) {
      if (protection.hidesChallenge !== true) {
        response.setHeader('www-authenticate', scope === '' ? 'Bearer' : `Bearer scope="${scope}"`);
      }
      json(response, 401, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'who are you' } });
      return false;
    }
    held.uses -= 1;
    if (scope.split(' ').every((part) => held.scope.split(' ').includes(part))) return true;
    response.setHeader('www-authenticate', `Bearer error="insufficient_scope", scope="${scope}"`);
    json(response, 403, {});
    return false;
  }

  function authorize(authority: string, query: URLSearchParams, response: ServerResponse): void {
    steps.push(`${authority} authorize`);
    visits.push(query);
    granted = query.get('scope') ?? '';
    const back = new URL(query.get('redirect_uri') ?? '');
    const right = { code: 'the-code', state: query.get('state') ?? '', iss: `${origin}/${authority}` };
    for (const [name, value] of Object.entries({ ...right, ...protection.answer })) {
      if (value !== undefined) back.searchParams.set(name, value);
    }
    response.writeHead(302, { location: back.href }).end();
  }

  function token(authority: string, request: IncomingMessage, form: URLSearchParams, response: ServerResponse): void {
    const old = form.get('refresh_token');
    steps.push(`${authority} ${old === null ? 'code' : 'refresh'}`);
    clientLogins.push(request.headers.authorization);
    if (old !== null) {
      const scope = refresh.get(old);
      if (scope === undefined) return json(response, 400, { error: 'invalid_grant' });
      refresh.delete(old);
      granted = scope;
    }
    const value = `access-token-${secrets.length}`;
    access.set(value, { authority, scope: granted, uses: protection.uses ?? Number.POSITIVE_INFINITY });
    secrets.push(value);
    const fresh = protection.refreshes === true ? { refresh_token: `refresh-token-${secrets.length}` } : {};
    if (fresh.refresh_token !== undefined) {
      refresh.set(fresh.refresh_token, granted);
      secrets.push(fresh.refresh_token);
    }
    json(response, 200, { access_token: value, token_type: 'Bearer', ...fresh });
  }

  async function visit(page: URL): Promise<URLSearchParams> {
    const response = await fetch(page, { redirect: 'manual' });
    await response.body?.cancel();
    return new URL(response.headers.get('location') ?? assert.fail('no redirect')).searchParams;
  }
}

/** An endpoint for callers that only want to get through. */
function answerAnything(_request: IncomingMessage, response: ServerResponse): void {
  json(response, 200, { jsonrpc: '2.0', id: 1, result: {} });
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function memoryStore(
  kept = new Map<string, string>(),
): AuthorizationStore & { readonly kept: Map<string, string> } {
  return {
    kept,
    get: async (key) => kept.get(key),
    set: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
  };
}

export interface TestCaller {
  /** One request, signing in as often as the server wants it. */
  readonly call: (signal?: AbortSignal) => Promise<void>;
  readonly logs: string[];
  readonly traffic: Tap;
}

/** Somebody who calls the server over the library's transport, with a person's browser unless told otherwise. */
export function callerOf(
  server: ProtectedServer,
  { browser, ...more }: Partial<Omit<AuthorizerOptions, 'browser'>> & { browser?: BrowserStep | 'none' } = {},
): TestCaller {
  const logs: string[] = [];
  const write = (line: string): void => void logs.push(line);
  const traffic = tap();
  const wire = { server: 'test', agent: agentForTest(), traffic, clock: systemClock, maxMessageBytes: 1024 * 1024 };
  const fetch = createWireFetch(wire);
  const authorizer = new Authorizer({
    server: 'test',
    url: server.url,
    fetch,
    clock: systemClock,
    log: { debug: write, info: write, warn: write, error: write },
    mask: (said) => said,
    store: memoryStore(),
    ...(browser === 'none' ? {} : { browser: browser ?? { redirectUrl, open: (page) => server.visit(page) } }),
    ...more,
  });
  const send = async (): Promise<void> => {
    const transport = new StreamableHTTPClientTransport(server.url, { fetch, authProvider: authorizer.provider });
    await transport.start();
    try {
      await transport.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
    } finally {
      await transport.close();
    }
  };
  return { logs, traffic, call: (signal) => withSignIn(authorizer, send, signal) };
}
