import { isRecord } from '../../base/isRecord.ts';
import type { JSONRPCMessage, JSONRPCNotification, JSONRPCRequest } from '@modelcontextprotocol/client';
import { type ExternalMcpError, messageOf } from '../../base/errors.ts';
import type { ClientTransport, MessageSink } from '../clientTransport.ts';
import { Channel, type ChannelOptions } from './channel.ts';
import { shakeHands } from './handshake.ts';
import { METHOD_NOT_FOUND } from '../rpcCodes.ts';
import { type Answer, isRefusal } from './messages.ts';
import { callResult, listResult } from './shapes.ts';
import { type Variant, variantName } from './variant.ts';
import { within } from './within.ts';
import { Wording } from './wording.ts';

type Id = string | number;
type SendOptions = Parameters<ClientTransport['send']>[1];

export interface ExternalSseOptions extends ChannelOptions {
  sink: MessageSink;
  /** Milliseconds for a listening stream to greet us, and for a notification to be taken. */
  getWaitMs: number;
}

interface Call {
  /** Ends everything that was begun for it. */
  readonly abort: AbortController;
  /** The id that it has on the wire now; undefined while that is the handshake's business. */
  wireId?: string;
}

/**
 * The dialect of the "External MCP Integration Pattern" and its relatives as a transport: what is sent and received through it is
 * ordinary MCP. Which variant it is, `send` of `initialize` finds out; it rejects with the server's refusal where it is none.
 */
export class ExternalSseTransport implements ClientTransport {
  readonly #options: ExternalSseOptions;
  readonly #channel: Channel;
  readonly #wording = new Wording();
  readonly #calls = new Map<Id, Call>();
  readonly #closing = new AbortController();
  #variant: Variant | undefined;
  /** The tools that the handshake has brought: they answer the first question for them, which would bring them again. */
  #tools: Answer | undefined;
  #failure: ExternalMcpError | undefined;

  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: ((message: JSONRPCMessage) => void) | undefined;

  constructor(options: ExternalSseOptions) {
    this.#options = options;
    this.#channel = new Channel(options, {
      onMessage: (message) => this.#deliver(message),
      onLost: (error) => this.#fail(error),
    });
  }

  /** It speaks ordinary MCP, which another transport speaks better; known after `initialize`. */
  get isOrdinary(): boolean {
    const { names, hasHandshake, listening } = this.#variant ?? {};
    return names === 'standard' && hasHandshake === true && listening === 'none';
  }

  /** The variant in words; empty before `initialize`. */
  get dialect(): string {
    return this.#variant === undefined ? '' : variantName(this.#variant);
  }

  get sessionId(): string | undefined {
    return this.#channel.sessionId;
  }

  get failure(): ExternalMcpError | undefined {
    return this.#failure;
  }

  async start(): Promise<void> {}

  async send(message: JSONRPCMessage, options?: SendOptions): Promise<void> {
    this.#closing.signal.throwIfAborted();
    if (!('method' in message)) await this.#channel.tell(message, this.#closing.signal);
    else if ('id' in message) await this.#request(message, options?.requestSignal);
    else await this.#notify(message);
  }

  async close(): Promise<void> {
    if (this.#end()) this.onclose?.();
  }

  #fail(failure: ExternalMcpError): void {
    if (!this.#end(failure)) return;
    this.#failure = failure;
    // Behind the rejections of the calls in flight, to which the library would add words of its own.
    setImmediate(() => this.onclose?.());
  }

  /** @returns whether it had not ended before */
  #end(reason?: ExternalMcpError): boolean {
    if (this.#closing.signal.aborted) return false;
    this.#closing.abort(reason);
    for (const { abort } of this.#calls.values()) abort.abort(reason);
    this.#channel.close();
    return true;
  }

  async #request({ id, method, params = {} }: JSONRPCRequest, requestSignal: AbortSignal | undefined): Promise<void> {
    const call: Call = { abort: new AbortController() };
    const onAbort = (): void => call.abort.abort(requestSignal?.reason);
    if (requestSignal?.aborted === true) onAbort();
    requestSignal?.addEventListener('abort', onAbort, { once: true });
    this.#calls.set(id, call);
    try {
      const answer =
        method === 'initialize'
          ? await this.#initialize(params, call.abort.signal)
          : await this.#ask(call, String(id), method, params);
      this.onmessage?.(
        'error' in answer
          ? { jsonrpc: '2.0', id, error: { ...answer.error } }
          : { jsonrpc: '2.0', id, result: toResult(method, answer.result) },
      );
    } finally {
      this.#calls.delete(id);
      requestSignal?.removeEventListener('abort', onAbort);
    }
  }

  async #initialize(params: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Answer> {
    const { url, clock, log, getWaitMs: waitMs } = this.#options;
    const found = await shakeHands({ channel: this.#channel, url, clock, log, waitMs }, params, signal);
    if (found.kind === 'refused') return { error: found.error };
    this.#variant = found.variant;
    this.#wording.names = found.variant.names;
    this.#tools = found.tools;
    return { result: found.result };
  }

  async #ask(call: Call, id: string, method: string, params: Readonly<Record<string, unknown>>): Promise<Answer> {
    const kept = this.#tools;
    if (method === 'tools/list' && kept !== undefined && params['cursor'] === undefined) {
      this.#tools = undefined;
      return kept;
    }
    let attempts = 0;
    const answer = await this.#wording.ask(method, params, async (wireMethod, wireParams) => {
      attempts += 1;
      call.wireId = attempts === 1 ? id : `${id}-${attempts}`;
      const question = { id: call.wireId, method: wireMethod, params: wireParams };
      const reply = await this.#channel.ask(question, call.abort.signal);
      return reply.answer;
    });
    // The dialect has no ping, and whoever says so is alive.
    return method === 'ping' && isRefusal(answer, METHOD_NOT_FOUND) ? { result: {} } : answer;
  }

  async #notify(message: JSONRPCNotification): Promise<void> {
    const notification = message.method === 'notifications/cancelled' ? this.#cancel(message) : message;
    // The seed's dialect has no notifications.
    if (notification === undefined || this.#variant === undefined || this.#wording.names === 'seed') return;
    try {
      const { clock, getWaitMs } = this.#options;
      await within(clock, getWaitMs, this.#closing.signal, (signal) => this.#channel.tell(notification, signal));
    } catch (error) {
      this.#options.log.debug(`${message.method} was not taken: ${messageOf(error)}`);
    }
  }

  /** Ends the request that is not wanted any more; returns what there is to tell the server, which knows it by its id on the wire. */
  #cancel(message: JSONRPCNotification): JSONRPCNotification | undefined {
    const id = message.params?.['requestId'];
    const call = typeof id === 'string' || typeof id === 'number' ? this.#calls.get(id) : undefined;
    if (call === undefined) return undefined;
    call.abort.abort(new DOMException('The call was cancelled', 'AbortError'));
    return call.wireId === undefined
      ? undefined
      : { ...message, params: { ...message.params, requestId: call.wireId } };
  }

  #deliver(message: JSONRPCRequest | JSONRPCNotification): void {
    if (!('id' in message) && this.#options.sink.deliver(message)) return;
    this.onmessage?.(message);
  }
}

function toResult(method: string, said: unknown): Record<string, unknown> {
  if (method === 'tools/list') return listResult(said);
  if (method === 'tools/call') return callResult(said);
  return isRecord(said) ? said : {};
}
