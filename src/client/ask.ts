import { type JSONRPCMessage, ProtocolError } from '@modelcontextprotocol/client';
import type { Clock } from '../base/clock.ts';
import { timeoutError } from '../wire/failures.ts';
import { notConnectedError } from './callErrors.ts';
import type { ClientTransport } from './clientTransport.ts';

export interface Question {
  server: string;
  method: string;
  params: Record<string, unknown>;
  timeoutMs: number;
  clock: Clock;
  signal?: AbortSignal | undefined;
}

/** Ids of our own questions are text, so that they cannot be taken for the library's numbers. */
let lastId = 0;

/**
 * Asks one thing before the protocol library takes the transport over, and resolves with the result. Rejects with the library's
 * `ProtocolError` for an error answer, with whatever the transport rejects with, with `timeout`, or with the signal's reason; an answer
 * that comes later is ignored.
 */
export async function ask(transport: ClientTransport, question: Question): Promise<unknown> {
  const { server, method, params, timeoutMs, clock, signal } = question;
  signal?.throwIfAborted();
  lastId += 1;
  const id = `ask-${lastId}`;
  const answered = Promise.withResolvers<unknown>();
  answered.promise.catch(() => {});
  const abort = new AbortController();
  const giveUp = (reason: unknown): void => {
    answered.reject(reason);
    abort.abort(reason);
  };
  const onAbort = (): void => giveUp(signal?.reason);
  const timer = clock.after(timeoutMs, () => giveUp(timeoutError({ server, timeoutMs })));
  signal?.addEventListener('abort', onAbort, { once: true });
  transport.onmessage = (message: JSONRPCMessage) => {
    if (!('id' in message) || message.id !== id || 'method' in message) return;
    if ('result' in message) answered.resolve(message.result);
    else answered.reject(ProtocolError.fromError(message.error.code, message.error.message, message.error.data));
  };
  transport.onclose = () => answered.reject(notConnectedError(server, transport.failure));
  try {
    await transport.start();
    const sent = transport.send({ jsonrpc: '2.0', id, method, params }, { requestSignal: abort.signal });
    sent.catch((error: unknown) => answered.reject(error));
    return await answered.promise;
  } finally {
    timer.dispose();
    signal?.removeEventListener('abort', onAbort);
    transport.onmessage = undefined;
    transport.onclose = undefined;
  }
}
