import type { JSONRPCNotification, JSONRPCRequest } from '@modelcontextprotocol/client';
import { isRecord } from '../../base/isRecord.ts';

/** What an error counts as that does not say its code; the first of those that JSON-RPC leaves to servers. */
const UNKNOWN_CODE = -32000;

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** How a request was answered; a result may be anything that JSON can say. */
export type Answer = { readonly result: unknown } | { readonly error: RpcError };

/** A message of a server. The id of an answer is a text, since servers of these dialects turn numbers into texts; null is undefined. */
export type Incoming =
  | { readonly kind: 'answer'; readonly id: string | undefined; readonly answer: Answer }
  | { readonly kind: 'message'; readonly message: JSONRPCRequest | JSONRPCNotification };

/** The messages in a text: one, or those of a batch. Undefined when the text is not JSON; what is not a message is left out. */
export function parseMessages(text: string): Incoming[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const values: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return values.map(toIncoming).filter((incoming) => incoming !== undefined);
}

/** The first JSON-RPC error in a text, such as the body of an HTTP error. */
export function rpcErrorIn(text: string): RpcError | undefined {
  for (const incoming of parseMessages(text) ?? []) {
    if (incoming.kind === 'answer' && 'error' in incoming.answer) return incoming.answer.error;
  }
  return undefined;
}

export function isRefusal(answer: Answer, code: number): boolean {
  return 'error' in answer && answer.error.code === code;
}

/** As lenient as can be without guessing: these servers are written by hand, and many leave `jsonrpc` out. */
function toIncoming(value: unknown): Incoming | undefined {
  if (!isRecord(value)) return undefined;
  const { id, method, params, result, error } = value;
  const isId = typeof id === 'string' || typeof id === 'number';
  if (typeof method === 'string') {
    const message = { jsonrpc: '2.0' as const, method, ...(isRecord(params) ? { params } : {}) };
    return { kind: 'message', message: isId ? { ...message, id } : message };
  }
  const answered = { kind: 'answer' as const, id: isId ? String(id) : undefined };
  // `error: null` beside a result is how some libraries say that there is none.
  if (error !== undefined && error !== null) return { ...answered, answer: { error: toError(error) } };
  return result === undefined ? undefined : { ...answered, answer: { result } };
}

function toError(error: unknown): RpcError {
  if (!isRecord(error)) return { code: UNKNOWN_CODE, message: wordsOf(error) };
  const { code, message, data } = error;
  return {
    code: typeof code === 'number' ? code : UNKNOWN_CODE,
    message: wordsOf(message ?? error),
    ...(data === undefined ? {} : { data }),
  };
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
