import { BoundedMap } from '../../base/boundedMap.ts';
import { ownText } from '../../base/ownText.ts';
import { type Capabilities, readCapabilities } from './capabilities.ts';
import { has, type JsonObject, memberOf, objectIn, textIn } from './json.ts';
import { metaOf, type Rpc, type RpcId, VERSION_KEY } from './rpc.ts';

/** Requests of one direction that are remembered in a conversation; beyond, what an unknown id means is left open. */
const MAX_REQUESTS = 2000;
/** UTF-16 units of an id or token; a longer one is not followed. */
const MAX_ID_LENGTH = 500;

/** A request that went by. */
export interface SeenRequest {
  readonly seq: number;
  readonly id: RpcId;
  readonly method: string;
  readonly exchange: number | undefined;
  /** The tool of a call. */
  readonly tool: string | undefined;
  readonly token: RpcId | undefined;
  /** The revision that it names itself, as each does from 2026-07-28 on. */
  readonly revision: string | undefined;
  /** That it names itself. */
  readonly capabilities: Capabilities | undefined;
  readonly hasLogLevel: boolean;
  /** What a subscription wants to hear. */
  readonly wanted: JsonObject | undefined;
  /** It asks for a further page. */
  readonly hasCursor: boolean;
  /** The last progress that was told of it. */
  progress?: number;
  isAnswered: boolean;
}

/** The requests of one side, by id and by progress token. */
export class RequestBook {
  readonly #byId = new BoundedMap<string, SeenRequest>(MAX_REQUESTS);
  readonly #byToken = new BoundedMap<string, SeenRequest>(MAX_REQUESTS);

  #hasUnread = false;

  /** Some were forgotten, or too large to be read: an unknown id or token may be one of theirs. */
  get hasForgotten(): boolean {
    return this.#hasUnread || this.#byId.hasForgotten;
  }

  /** One went by of which only the envelope is known. */
  markUnread(): void {
    this.#hasUnread = true;
  }

  get(id: RpcId): SeenRequest | undefined {
    return this.#byId.get(keyOf(id));
  }

  byToken(token: RpcId): SeenRequest | undefined {
    return this.#byToken.get(keyOf(token));
  }

  add(request: SeenRequest): void {
    if (!isFollowed(request.id)) return;
    this.#byId.set(keyOf(request.id), request);
    if (request.token !== undefined) this.#byToken.set(keyOf(request.token), request);
  }

  /** It has not reached anybody. */
  withdraw(request: SeenRequest): void {
    if (this.get(request.id) === request) this.#byId.delete(keyOf(request.id));
  }
}

/** Whether an id is short enough to be remembered. */
export function isFollowed(id: RpcId): boolean {
  return typeof id === 'number' || id.length <= MAX_ID_LENGTH;
}

export function seenRequest(rpc: Rpc, seq: number, exchange: number | undefined): SeenRequest | undefined {
  const { id, method, params } = rpc;
  if (id === undefined || method === undefined) return undefined;
  const token = metaOf(rpc, 'progressToken');
  const revision = metaOf(rpc, VERSION_KEY);
  const announced = metaOf(rpc, 'io.modelcontextprotocol/clientCapabilities');
  return {
    seq,
    id,
    method: shortName(method),
    exchange,
    tool: method === 'tools/call' ? shortName(textIn(params, 'name')) : undefined,
    token: (typeof token === 'string' || typeof token === 'number') && isFollowed(token) ? token : undefined,
    revision: typeof revision === 'string' && revision.length <= MAX_ID_LENGTH ? revision : undefined,
    capabilities: announced === undefined ? undefined : readCapabilities(announced),
    hasLogLevel: metaOf(rpc, 'io.modelcontextprotocol/logLevel') !== undefined,
    wanted: method === 'subscriptions/listen' ? wantedIn(objectIn(params, 'notifications')) : undefined,
    hasCursor: has(params, 'cursor'),
    isAnswered: false,
  };
}

function shortName<T extends string | undefined>(name: T): T | string {
  return name === undefined || name.length <= MAX_ID_LENGTH ? name : ownText(name.slice(0, MAX_ID_LENGTH));
}

/** The four words of a filter, and of the resources only that there are any. */
function wantedIn(filter: JsonObject | undefined): JsonObject {
  return {
    toolsListChanged: memberOf(filter, 'toolsListChanged') === true,
    promptsListChanged: memberOf(filter, 'promptsListChanged') === true,
    resourcesListChanged: memberOf(filter, 'resourcesListChanged') === true,
    resourceSubscriptions: Array.isArray(memberOf(filter, 'resourceSubscriptions')),
  };
}

function keyOf(id: RpcId): string {
  return typeof id === 'number' ? `n${id}` : `s${id}`;
}
