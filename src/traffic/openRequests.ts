import { BoundedMap } from '../base/boundedMap.ts';
import type { TrafficOrigin, TrafficRecord } from '../base/traffic.ts';
import type { Message } from './classify.ts';

type Direction = TrafficRecord['direction'];
type RpcId = string | number;

/** Requests of one server in one direction that are remembered; beyond it the oldest can only be answered in its own exchange. */
const MAX_OPEN = 2000;
/** Requests whose fate is remembered. */
const MAX_FATES = 1000;

/** A message as it is remembered for those that come after it. */
export interface SeenMessage {
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly origin: TrafficOrigin;
  readonly server: string;
  readonly sessionId: string | undefined;
  readonly direction: Direction;
  readonly kind: Message['kind'];
  readonly method: string | undefined;
  readonly tool: string | undefined;
  readonly rpcId: RpcId | undefined;
  /** As JSON text. */
  readonly progressToken: string | undefined;
  /** It stands in a batch, whose entry says nothing of a single request. */
  readonly isPart: boolean;
  /** `lost`: taken for unanswered, and answered after all where an answer comes. `closed`: waits for nothing, or never did. */
  state: 'open' | 'lost' | 'closed';
  /** Its answer is to come on a stream of the server's own. */
  isAccepted: boolean;
}

/** What became of a request that waits no longer. */
export type Fate = 'answered' | 'cancelled';

/**
 * The requests that wait for an answer, of all servers, found by id or by progress token. Ids are compared as strings, as the dialects
 * require that quote a number back in quotes.
 */
export class OpenRequests {
  /** By server and direction, so that none pushes out the others'; in the order they came, so that the first is the oldest. */
  readonly #groups = new Map<string, Set<SeenMessage>>();
  readonly #byId = new Map<string, SeenMessage[]>();
  readonly #byToken = new Map<string, SeenMessage>();
  readonly #fates = new BoundedMap<string, Fate>(MAX_FATES);

  /** Opens a request with an id. Returns the one that had to be given up for it. */
  add(request: SeenMessage): SeenMessage | undefined {
    const id = idKey(request);
    const group = this.#groupOf(request);
    group.add(request);
    request.state = 'open';
    this.#fates.delete(id);
    const sameId = this.#byId.get(id);
    if (sameId === undefined) this.#byId.set(id, [request]);
    else sameId.push(request);
    const token = tokenKey(request);
    if (token !== undefined) this.#byToken.set(token, request);
    const [oldest] = group;
    if (group.size <= MAX_OPEN || oldest === undefined) return undefined;
    this.#forget(oldest);
    oldest.state = 'lost';
    return oldest;
  }

  /**
   * Of several with that id, the one of the session, then the one whose id is of the same type, then the latest: ids begin anew with each
   * session.
   */
  withId(server: string, direction: Direction, rpcId: RpcId, sessionId: string | undefined): SeenMessage | undefined {
    const likeness = (request: SeenMessage): number =>
      (sessionId !== undefined && request.sessionId === sessionId ? 2 : 0) +
      (typeof request.rpcId === typeof rpcId ? 1 : 0);
    return this.#byId
      .get(keyOf(server, direction, rpcId))
      ?.reduce((best, next) => (likeness(next) >= likeness(best) ? next : best));
  }

  withToken(server: string, direction: Direction, token: string): SeenMessage | undefined {
    return this.#byToken.get(keyOf(server, direction, token));
  }

  /** Those of a server, in both directions. */
  ofServer(server: string): SeenMessage[] {
    return (['sent', 'received'] as const).flatMap((direction) => [
      ...(this.#groups.get(keyOf(server, direction)) ?? []),
    ]);
  }

  fateOf(server: string, direction: Direction, rpcId: RpcId): Fate | undefined {
    return this.#fates.get(keyOf(server, direction, rpcId));
  }

  /** @param fate absent: nobody will know what became of it */
  close(request: SeenMessage, fate?: Fate): void {
    this.#forget(request);
    request.state = 'closed';
    if (fate !== undefined) this.#fates.set(idKey(request), fate);
  }

  #forget(request: SeenMessage): void {
    const id = idKey(request);
    if (!this.#groupOf(request).delete(request)) return;
    const others = this.#byId.get(id)?.filter((other) => other !== request) ?? [];
    if (others.length === 0) this.#byId.delete(id);
    else this.#byId.set(id, others);
    const token = tokenKey(request);
    if (token !== undefined && this.#byToken.get(token) === request) this.#byToken.delete(token);
  }

  #groupOf({ server, direction }: SeenMessage): Set<SeenMessage> {
    const key = keyOf(server, direction);
    const group = this.#groups.get(key) ?? new Set();
    this.#groups.set(key, group);
    return group;
  }
}

function idKey({ server, direction, rpcId = '' }: SeenMessage): string {
  return keyOf(server, direction, rpcId);
}

function tokenKey({ server, direction, progressToken }: SeenMessage): string | undefined {
  return progressToken === undefined ? undefined : keyOf(server, direction, progressToken);
}

function keyOf(server: string, direction: Direction, id: RpcId = ''): string {
  return JSON.stringify([server, direction, String(id)]);
}
