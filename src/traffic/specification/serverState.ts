import { BoundedMap } from '../../base/boundedMap.ts';
import { Conversation } from './conversation.ts';
import type { Head } from './exchanges.ts';
import { isStatelessRevision } from './revisions.ts';
import { metaOf, type Rpc, VERSION_KEY } from './rpc.ts';

/** Sessions of one server that are followed at once. */
const MAX_SESSIONS = 32;

/** The conversations with one server. */
export class ServerState {
  /** Something was not seen, so that new conversations may have begun before. */
  hasGap: boolean;
  readonly #sessions = new BoundedMap<string, Conversation>(MAX_SESSIONS);
  /** Over HTTP+SSE, by where their messages go. */
  readonly #byEndpoint = new BoundedMap<string, Conversation>(MAX_SESSIONS);
  /** The last one with a handshake over Streamable HTTP. */
  #latest: Conversation | undefined;
  #stateless: Conversation | undefined;
  #piped: Conversation | undefined;
  #external: Conversation | undefined;

  constructor(hasGap: boolean) {
    this.hasGap = hasGap;
  }

  /** Everything so far was incomplete: nothing is known for certain of any conversation. */
  markGap(): void {
    this.hasGap = true;
    const single = [this.#latest, this.#stateless, this.#piped, this.#external];
    for (const conversation of [...single, ...this.#sessions.values(), ...this.#byEndpoint.values()]) {
      if (conversation !== undefined) conversation.isKnown = false;
    }
  }

  /** Another process may be at the end of the pipes: what is open will not be answered. A handshake with it begins another conversation. */
  renewPipe(seq: number): void {
    if (this.#piped !== undefined) this.#piped.renewedAt = seq;
  }

  /** The conversation of a line; a second handshake on a pipe begins another. */
  piped(rpc: Rpc | undefined, isSent: boolean): Conversation {
    const isNew = isSent && rpc?.method === 'initialize' && (this.#piped?.handshake ?? 'none') !== 'none';
    if (isNew || this.#piped === undefined) this.#piped = new Conversation('stdio', isNew || !this.hasGap);
    return this.#piped;
  }

  /** The conversation that a request without a body belongs to, as its head tells. */
  listening(head: Head): Conversation {
    const sessionId = head.headers.get('mcp-session-id');
    if (sessionId !== undefined) return this.#session(sessionId, head.path);
    // What was only probed there has not shown to be Streamable HTTP.
    const { handshake, path } = this.#latest ?? {};
    if (this.#latest !== undefined && path === head.path && (handshake === 'answered' || handshake === 'done')) {
      return this.#latest;
    }
    if (this.#stateless?.path === head.path && this.#stateless.isStateless) return this.#stateless;
    return new Conversation('http', false);
  }

  /** The conversation that the message in a POST belongs to. */
  posting(head: Head, rpc: Rpc | undefined): Conversation {
    const isFirst = rpc?.method === 'initialize';
    if (isExternal(head)) return this.external(isFirst);
    const overSse = this.#byEndpoint.get(head.target) ?? this.#nearEndpoint(head, rpc);
    if (overSse !== undefined) return overSse;
    if (isStatelessRequest(head, rpc)) {
      if (this.#stateless?.path !== head.path) this.#stateless = new Conversation('http', !this.hasGap, head.path);
      return this.#stateless;
    }
    if (isFirst) return (this.#latest = new Conversation('http', true, head.path));
    const sessionId = head.headers.get('mcp-session-id');
    if (sessionId !== undefined) return this.#session(sessionId, head.path);
    if (this.#latest?.path === head.path) return this.#latest;
    if (this.#stateless?.isStateless === true && this.#stateless.path === head.path) return this.#stateless;
    return (this.#latest = new Conversation('http', !this.hasGap, head.path));
  }

  /** The one in a dialect of the seed's family. */
  external(isFirst = false): Conversation {
    if (isFirst || this.#external === undefined) {
      const told = this.#external?.told;
      this.#external = new Conversation('external', isFirst);
      // What was said once of a server need not be said again of its next session.
      for (const rule of told ?? []) this.#external.told.add(rule);
    }
    return this.#external;
  }

  /** Begins one over HTTP+SSE, whose messages go to `target`. */
  overSse(target: string, path: string): Conversation {
    const conversation = new Conversation('sse', !this.hasGap, path);
    conversation.endpoint = target;
    this.#byEndpoint.set(target, conversation);
    return conversation;
  }

  /** The server has given a conversation its session. */
  nameSession(conversation: Conversation, sessionId: string): void {
    conversation.sessionId = sessionId;
    this.#sessions.set(sessionId, conversation);
  }

  /** The one over HTTP+SSE to whose endpoint, but for the query, or to whose stream a message was sent; a probe for other transports is none. */
  #nearEndpoint({ path }: Head, rpc: Rpc | undefined): Conversation | undefined {
    const isProbe = rpc?.method === 'initialize' || rpc?.method === 'server/discover';
    if (isProbe || this.#byEndpoint.hasForgotten) return undefined;
    const isNear = (one: Conversation): boolean => one.path === path || one.endpoint?.split('?', 1)[0] === path;
    return [...this.#byEndpoint.values()].findLast(isNear);
  }

  #session(sessionId: string, path: string): Conversation {
    const known = this.#sessions.get(sessionId);
    if (known !== undefined) return known;
    const conversation = new Conversation('http', false, path);
    this.nameSession(conversation, sessionId);
    return conversation;
  }
}

/** A session that the client made up, or one by connection: facts/protocol.md, section 3. */
function isExternal({ headers }: Head): boolean {
  return (
    headers.has('x-connection-id') || (headers.has('x-session-id') && headers.get('accept') === 'text/event-stream')
  );
}

function isStatelessRequest({ headers }: Head, rpc: Rpc | undefined): boolean {
  if (rpc?.method === 'initialize') return false;
  return (
    rpc?.method === 'server/discover' ||
    rpc?.method === 'subscriptions/listen' ||
    isStatelessRevision(metaOf(rpc, VERSION_KEY)) ||
    isStatelessRevision(headers.get('mcp-protocol-version'))
  );
}
