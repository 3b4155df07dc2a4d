import { t } from '@vscode/l10n';
import {
  type JSONRPCMessage,
  type StreamableHTTPClientTransportOptions,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { ExternalMcpError } from '../base/errors.ts';
import { type ExchangeContext, exchangeContext, unannounced } from '../wire/context.ts';

/** Shortest and longest wait before a stream is opened again, in ms: a server's `retry: 3000000000` overflows a timer into a storm. */
const RECONNECT_MS = { least: 100, most: 60_000 };

type Id = string | number;
type SendOptions = Parameters<StreamableHTTPClientTransport['send']>[1];

interface PendingExchange {
  readonly context: ExchangeContext;
  readonly answered: PromiseWithResolvers<void>;
  readonly abort: AbortController;
  isAnswered: boolean;
  /** It brought an answer, though not to a request that is in flight. */
  hadForeignAnswer: boolean;
}

/**
 * Streamable HTTP whose `send()` of a request stays pending until its exchange is settled: by the matching answer, or by the end of
 * whatever could still bring it. The library rejects a call with what `send()` rejects with, so a call whose stream ended, that got
 * 202 or another's id fails at once instead of at its timeout; and cancelling closes the stream instead of leaving it open.
 */
export class SettlingTransport extends StreamableHTTPClientTransport {
  readonly #server: string;
  readonly #pending = new Map<Id, PendingExchange>();

  constructor(server: string, url: URL, options: StreamableHTTPClientTransportOptions) {
    super(url, {
      ...options,
      reconnectionScheduler: (reconnect, delay) => {
        const timer = setTimeout(reconnect, Math.min(Math.max(delay, RECONNECT_MS.least), RECONNECT_MS.most));
        return () => clearTimeout(timer);
      },
    });
    this.#server = server;
  }

  /** Called by the library once its handlers are set: the place to listen in on the answers. */
  override async start(): Promise<void> {
    await super.start();
    const deliver = this.onmessage;
    this.onmessage = (message) => {
      if ('id' in message && !('method' in message) && message.id !== undefined) this.#settle(message.id);
      deliver?.(message);
    };
  }

  override async send(message: JSONRPCMessage | JSONRPCMessage[], options?: SendOptions): Promise<void> {
    if (!Array.isArray(message) && 'method' in message && 'id' in message) {
      await this.#sendRequest(message, message.id, options);
      return;
    }
    const sent = super.send(message, options);
    if (!Array.isArray(message) && 'method' in message && message.method === 'notifications/cancelled') {
      const id = message.params?.['requestId'];
      // At once: the server may never answer the notification.
      if (typeof id === 'string' || typeof id === 'number') this.#cancel(id);
    }
    await sent;
  }

  async #sendRequest(message: JSONRPCMessage, id: Id, options: SendOptions): Promise<void> {
    const answered = Promise.withResolvers<void>();
    // Whoever waits gets the failure from `send`; this promise may fail before anyone does.
    answered.promise.catch(() => {});
    const abort = new AbortController();
    const caller = exchangeContext.getStore();
    const context: ExchangeContext = {
      ...(caller ?? unannounced),
      onBodyFailure: (error) => {
        answered.reject(error);
        // The library would take the broken stream up again and ask for the same bytes.
        abort.abort(error);
      },
    };
    const pending: PendingExchange = { context, answered, abort, isAnswered: false, hadForeignAnswer: false };
    this.#pending.set(id, pending);
    try {
      const requestSignal =
        options?.requestSignal === undefined ? abort.signal : AbortSignal.any([options.requestSignal, abort.signal]);
      await exchangeContext.run(context, () =>
        super.send(message, {
          ...options,
          requestSignal,
          // The end of every stream, also behind its answer: an error is costly to make, so only where it is one.
          onRequestStreamEnd: () => {
            if (pending.isAnswered) return;
            answered.reject(pending.hadForeignAnswer ? this.#wrongId(context) : this.#endedEarly());
          },
        }),
      );
      // The library returns at the head of a stream; in every other case the whole answer has been delivered by now.
      if (!pending.isAnswered && context.head?.mediaType !== 'text/event-stream') {
        answered.reject(context.head?.status === 202 ? this.#onlyAccepted() : this.#wrongId(context));
      }
      await answered.promise;
    } finally {
      this.#pending.delete(id);
      if (caller !== undefined && context.head !== undefined) caller.head = context.head;
    }
  }

  #settle(id: Id): void {
    const pending = this.#pending.get(id);
    if (pending !== undefined) {
      pending.isAnswered = true;
      pending.answered.resolve();
      return;
    }
    const context = exchangeContext.getStore();
    for (const other of this.#pending.values()) if (other.context === context) other.hadForeignAnswer = true;
  }

  #cancel(id: Id): void {
    const pending = this.#pending.get(id);
    // The library says nothing when a stream ends that it was told to give up.
    pending?.answered.reject(new DOMException('The call was cancelled', 'AbortError'));
    pending?.abort.abort();
  }

  #endedEarly(): ExternalMcpError {
    return new ExternalMcpError(
      'connection',
      t('“{0}” ended the stream before its answer. Its traffic shows what came.', this.#server),
      {
        server: this.#server,
        outcomeUnknown: true,
      },
    );
  }

  #onlyAccepted(): ExternalMcpError {
    return new ExternalMcpError(
      'protocol',
      t('“{0}” accepted a request (202) without answering it. Its traffic shows the exchange.', this.#server),
      { server: this.#server, outcomeUnknown: true, httpStatus: 202 },
    );
  }

  #wrongId({ head }: ExchangeContext): ExternalMcpError {
    return new ExternalMcpError(
      'protocol',
      t('“{0}” answered with the id of another request. Its traffic shows the exchange.', this.#server),
      {
        server: this.#server,
        outcomeUnknown: true,
        ...(head === undefined ? {} : { httpStatus: head.status }),
      },
    );
  }
}
