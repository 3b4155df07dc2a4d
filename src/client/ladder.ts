import { t } from '@vscode/l10n';
import type { Clock } from '../base/clock.ts';
import { ExternalMcpError } from '../base/errors.ts';
import type { WireFetch } from '../wire/fetch.ts';
import type { CallOptions, Connection } from './connection.ts';
import type { HttpTransportKind, Verdict } from './dialect.ts';
import { METHOD_NOT_FOUND } from './rpcCodes.ts';
import { ExternalSseTransport } from './externalSse/externalSseTransport.ts';
import { discover } from './discovery.ts';

/** Requests in all before we say that we do not know this server; issue 3. */
const MAX_REQUESTS = 12;
/**
 * Milliseconds from the beginning in which a stream that was opened by GET has to show what it is (facts/protocol.md, section 2): less
 * where several paths are to be tried, so that all of it takes at most 3 s (issue 3).
 */
const GET_WAIT_MS = { onePath: 2500, manyPaths: 1900 };
/** The wait that is left for a further path when the first one has used it up. */
const LEAST_GET_WAIT_MS = 100;
/** Where servers answer whose URL does not say: the usual place first. */
const USUAL_PATHS: Record<HttpTransportKind | 'any', readonly string[]> = {
  any: ['/mcp', '/sse', '/'],
  'streamable-http': ['/mcp', '/sse', '/'],
  sse: ['/sse', '/mcp', '/'],
  'external-sse': ['/sse', '/'],
};
/** Requests that an attempt takes at a server that refuses all of them. */
const COST: Record<HttpTransportKind, number> = { 'streamable-http': 2, 'external-sse': 2, sse: 1 };
/** Refusals of a handshake by servers that may only want it in another shape. */
const OTHER_SHAPE = new Set([400, 401, 406, 415]);
const NOT_THERE = new Set([404, 405]);

export interface LadderOptions {
  server: string;
  clock: Clock;
  url: URL;
  /** What the definition says; absent: find out. */
  transport: HttpTransportKind | undefined;
  /** What an earlier connection found. */
  known: Verdict | undefined;
  fetch: WireFetch;
  /** Makes a connection that is not connected yet. */
  open(kind: HttpTransportKind, url: URL, fetch: WireFetch, getWaitMs: number): Connection;
}

/** What was connected to, and what it speaks. */
export interface Found {
  connection: Connection;
  verdict: Verdict;
}

/**
 * Finds out which era and dialect an HTTP server speaks, by what it answers and by nothing else (facts/protocol.md, section 2): a stateless
 * server, a handshake, an old event stream, the seed's dialect. Outages and refused access are no evidence and end it.
 */
export class Ladder {
  readonly #options: LadderOptions;
  readonly #call: CallOptions;
  readonly #started: number;
  #requests = 0;

  constructor(options: LadderOptions, call: CallOptions) {
    this.#options = options;
    this.#call = call;
    this.#started = options.clock.now();
  }

  async climb(): Promise<Found> {
    const { known, url, transport } = this.#options;
    if (known !== undefined && known.transport !== 'stdio' && (transport ?? known.transport) === known.transport) {
      const found = await this.#attempt(known.transport, new URL(known.url ?? url), known.era === 'handshake');
      // Whatever it was before, it may be something else now.
      if ('connection' in found) {
        if (transport !== undefined || !isOrdinary(found.connection)) return found;
        await found.connection.close();
      }
    }
    const paths = isBare(url) ? USUAL_PATHS[transport ?? 'any'].map((path) => new URL(path, url)) : [url];
    let first: ExternalMcpError | undefined;
    for (const path of paths) {
      if (!this.#canAfford(transport ?? 'streamable-http')) break;
      const found = await this.#tryPath(path, paths.length > 1);
      if ('connection' in found) return found;
      first ??= found.evidence;
    }
    throw this.#unknown(paths, first);
  }

  async #tryPath(url: URL, isGuess: boolean): Promise<Found | Evidence> {
    const { transport } = this.#options;
    if (transport !== undefined) return this.#attempt(transport, url, false);
    const found = await this.#attempt('streamable-http', url, false, isGuess);
    if ('connection' in found) return found;
    const { httpStatus: status = 0, rpcCode } = found.evidence;
    const hasNoPost = NOT_THERE.has(status) && rpcCode !== METHOD_NOT_FOUND;
    const wantsOtherShape = rpcCode === METHOD_NOT_FOUND || OTHER_SHAPE.has(status);
    if (!hasNoPost && !wantsOtherShape) return found;
    for (const kind of otherKinds(hasNoPost, status)) {
      if (!this.#canAfford(kind)) break;
      const before = this.#requests;
      const other = await this.#attempt(kind, url, true);
      if ('connection' in other) return other;
      // Neither POST nor GET is known there.
      const isRefusedAtOnce = this.#requests === before + 1 && NOT_THERE.has(other.evidence.httpStatus ?? 0);
      if (isGuess && hasNoPost && isRefusedAtOnce) break;
    }
    return found;
  }

  #canAfford(kind: HttpTransportKind): boolean {
    return this.#requests + COST[kind] <= MAX_REQUESTS;
  }

  /**
   * @param isHandshake it is known that it wants one
   * @param isGuess the path is one of several, so a server that has nothing there is not asked twice
   */
  async #attempt(kind: HttpTransportKind, url: URL, isHandshake: boolean, isGuess = false): Promise<Found | Evidence> {
    const waited = this.#options.clock.now() - this.#started;
    const whole = isBare(this.#options.url) ? GET_WAIT_MS.manyPaths : GET_WAIT_MS.onePath;
    const getWaitMs = Math.max(whole - waited, LEAST_GET_WAIT_MS);
    const connection = this.#options.open(kind, url, this.#counted, getWaitMs);
    try {
      const prior =
        kind === 'streamable-http' && !isHandshake
          ? await discover(connection, this.#call, isGuess)
          : ({ kind: 'legacy' } as const);
      await connection.connect(prior, this.#call);
      return {
        connection,
        verdict: { transport: kind, era: prior.kind === 'modern' ? 'stateless' : 'handshake', url: url.href },
      };
    } catch (error) {
      await connection.close();
      if (error instanceof ExternalMcpError && isEvidence(error, connection)) return { evidence: error };
      throw error;
    }
  }

  readonly #counted: WireFetch = (url, init) => {
    this.#requests += 1;
    return this.#options.fetch(url, init);
  };

  /** Nothing fits: what the usual place answered says it best. */
  #unknown(paths: readonly URL[], first: ExternalMcpError | undefined): ExternalMcpError {
    const { server, url } = this.#options;
    if (paths.length === 1 && first !== undefined) return first;
    const { kind = 'protocol', message = '', stack: _stack, reason: _reason, ...details } = first ?? {};
    const tried = paths.map(({ pathname }) => pathname).join(', ');
    return new ExternalMcpError(
      kind,
      t(
        'No MCP server was found at {0} (tried {1}). Write the path of “{2}” into its "url". It answered: {3}',
        url.origin,
        tried,
        server,
        message,
      ),
      { ...details, server, cause: first },
    );
  }
}

/** What else a server may speak that refused the handshake so; an old event stream hides behind 400, 404 and 405 only. */
function otherKinds(hasNoPost: boolean, status: number): readonly HttpTransportKind[] {
  if (hasNoPost) return ['sse', 'external-sse'];
  return status === 400 ? ['external-sse', 'sse'] : ['external-sse'];
}

/** What an answer says about the dialect of whoever gave it. */
interface Evidence {
  evidence: ExternalMcpError;
}

/** Not what an outage or a lock on the door says. 401 without a challenge is how some dialects ask for a session. */
function isEvidence(error: ExternalMcpError, connection: Connection): boolean {
  switch (error.kind) {
    case 'protocol':
    case 'session':
      return true;
    case 'auth':
      return error.httpStatus === 401 && connection.failedHead?.challenge === undefined;
    default:
      return false;
  }
}

/** It was of the seed's dialect once and is ordinary MCP now, which that transport takes too. */
function isOrdinary({ transport }: Connection): boolean {
  return transport instanceof ExternalSseTransport && transport.isOrdinary;
}

/** A URL that names no path leaves it to us. */
function isBare(url: URL): boolean {
  return url.pathname === '/' && url.search === '';
}
