import type { CheckedMessage } from './checkedMessage.ts';
import { has, isRecord, type JsonObject, memberOf, objectIn } from './json.ts';

export type RpcId = string | number;

/** One JSON-RPC message, as far as it is one; nothing about it is taken for granted. */
export interface Rpc {
  /** `unclear`: it has neither a method, a result nor an error. */
  readonly kind: 'request' | 'notification' | 'result' | 'error' | 'unclear';
  /** Absent where it is missing or of a wrong type. */
  readonly id?: RpcId;
  readonly method?: string;
  readonly params?: JsonObject;
  readonly result?: JsonObject;
  readonly error?: JsonObject;
  /** The message itself; absent where it is too large and only its envelope is known. */
  readonly value?: JsonObject;
}

/** The member of `params._meta` that names the revision of a request without a handshake. */
export const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';

const MEMBERS = ['jsonrpc', 'method', 'id', 'result', 'error'];

/** Whether it is meant to be a JSON-RPC message. */
export function looksLikeRpc(value: unknown): value is JsonObject {
  return isRecord(value) && MEMBERS.some((member) => Object.hasOwn(value, member));
}

export function readRpc(value: JsonObject): Rpc {
  const { id, method } = value;
  const params = objectIn(value, 'params');
  const result = objectIn(value, 'result');
  const error = objectIn(value, 'error');
  return {
    kind: kindOf(value),
    value,
    ...(typeof id === 'string' || typeof id === 'number' ? { id } : {}),
    ...(typeof method === 'string' ? { method } : {}),
    ...(params === undefined ? {} : { params }),
    ...(result === undefined ? {} : { result }),
    ...(error === undefined ? {} : { error }),
  };
}

/** The envelope alone, of a message that is too large to be read. */
export function envelopeRpc({ kind, method, rpcId }: CheckedMessage): Rpc | undefined {
  if (kind === 'other' || kind === 'comment') return undefined;
  const isAnswer = kind === 'response' || kind === 'error';
  return {
    kind: kind === 'response' ? 'result' : kind,
    ...(rpcId === undefined ? {} : { id: rpcId }),
    // An answer has taken the name over from its request.
    ...(method === undefined || isAnswer ? {} : { method }),
  };
}

/** What is under a key of the request's `_meta`. */
export function metaOf(rpc: Rpc | undefined, key: string): unknown {
  return memberOf(objectIn(rpc?.params, '_meta'), key);
}

export function isAnswer(rpc: Rpc): boolean {
  return rpc.kind === 'result' || rpc.kind === 'error';
}

function kindOf(value: JsonObject): Rpc['kind'] {
  if (has(value, 'method')) return has(value, 'id') ? 'request' : 'notification';
  // Some servers add `error: null` to a result.
  if (has(value, 'result')) return 'result';
  return has(value, 'error') ? 'error' : 'unclear';
}
