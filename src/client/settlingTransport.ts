import { type AuthProvider, type JSONRPCMessage, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Clock } from '../base/clock.ts';
import { type ExternalMcpError, messageOf } from '../base/errors.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { Log } from '../base/log.ts';
import { type ExchangeContext, exchangeContext, unannounced } from '../wire/context.ts';
import type { WireFetch } from '../wire/fetch.ts';
import { isEventStream } from '../wire/heads.ts';
import { setBrokenAside } from './brokenItems.ts';
import type { ClientTransport, MessageSink } from './clientTransport.ts';
import { closedError, endedEarlyError, onlyAcceptedError, wrongIdError } from './exchangeErrors.ts';
import { ListeningStream } from './listeningStream.ts';
import { isStateless } from './protocolVersions.ts';
import { SeenIds } from './seenIds.ts';
import { StreamIntake } from './streamIntake.ts';

/** Shortest and longest wait before a stream is opened again, in ms: a server's `retry: 3000000000` overflows a timer into a storm. */
const RECONNECT_MS = { least: 100, most: 60_000 };

/** Milliseconds that a stream may stay open behind its answer: each is a socket, and some servers never end theirs. */
const LINGER_MS = 1000;

type Id = string | number;
type SendOptions = Parameters<StreamableHTTPClientTransport['send']>[1];

export interface SettlingTransportOptions {
  server: string;
  url: URL;
  /** Sent with every request. */
  headers: Readonly<Record<string, string>>;
  fetch: WireFetch;
  sink: MessageSink;
  clock: Clock;
  log: Log;
  authProvider?: AuthProvider;
}

interface PendingExchange {
  readonly context: ExchangeContext;
  readonly answered: PromiseWithResolvers<void>;
  readonly abort: AbortController;
  readonly seen: SeenIds;
  isAnswered: boolean;
  /** It brought an answer, though not to a request that is in flight. */
  hadForeignAnswer: boolean;
  /** It must not be taken up again: the stateless era has no such thing, and its first question is asked before the era is known. */
  readonly isStateless: boolean;
  /** Its stream is over. */
  isEnded: boolean;
  /** Its answer, where the library has a placeholder for it. */
  whole?: JSONRPCMessage | undefined;
  /** What its stream broke with. */
  broken?: ExternalMcpError;
}

/**
 * Streamable HTTP whose `send()` of a request stays pending until its exchange is settled: by the matching answer, or by the end of
 * whatever could still bring it. A call whose stream ended, that got 202 or another's id fails at once instead of at its timeout; and
 * cancelling closes the stream instead of leaving it open.
 */
export class SettlingTransport extends StreamableHTTPClientTransport implements ClientTransport {
  readonly #options: SettlingTransportOptions;
  readonly #pending = new Map<Id, PendingExchange>();
  /** Answered ones whose stream is still open. */
  readonly #lingering = new Map<PendingExchange, Disposable>();
  /** Streams that are about to be opened again. */
  readonly #reconnections = new Set<Disposable>();
  readonly #listening: ListeningStream;
  readonly #heard = new SeenIds();
  #isStarted = false;
  #isStateless = false;
  #failure: ExternalMcpError | undefined;

  constructor(options: SettlingTransportOptions) {
    const { server, url, headers, authProvider } = options;
    super(url, {
      fetch: (target, init) => this.#fetch(target, init),
      requestInit: { headers: { ...headers } },
      // Signing in, again too, is for the client above: there it is one for all requests.
      onInsufficientScope: 'throw',
      ...(authProvider === undefined ? {} : { authProvider }),
      reconnectionScheduler: (reconnect, delay) => this.#scheduleReconnection(reconnect, delay),
    });
    this.#options = options;
    this.#listening = new ListeningStream(server, options.log, (error) => this.#lose(error));
  }

  get failure(): ExternalMcpError | undefined {
    return this.#failure;
  }

  /** Called once by whoever asks before the library takes over, and by the library when its handlers are set. */
  override async start(): Promise<void> {
    if (!this.#isStarted) await super.start();
    this.#isStarted = true;
    const deliver = this.onmessage;
    this.onmessage = (received) => {
      const message = this.#whole(received);
      if ('id' in message && !('method' in message) && message.id !== undefined) {
        if (this.#pending.get(message.id)?.isStateless === true) mendResult(message);
        this.#settle(message.id);
      }
      if (!this.#options.sink.deliver(message)) deliver?.(message);
    };
  }

  override setProtocolVersion(version: string): void {
    this.#isStateless = isStateless(version);
    super.setProtocolVersion(version);
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
    // Nothing depends on what a server answers to a notification, or to an answer of ours.
    await sent.catch((error: unknown) => this.#options.log.debug(`Protocol: ${messageOf(error)}`));
  }

  override async close(): Promise<void> {
    const error = this.#failure ?? closedError(this.#options.server);
    for (const { answered, abort } of this.#pending.values()) {
      answered.reject(error);
      abort.abort(error);
    }
    // The library knows one of them only.
    for (const timer of [...this.#lingering.values(), ...this.#reconnections]) timer.dispose();
    await super.close();
  }

  async #sendRequest(message: JSONRPCMessage, id: Id, options: SendOptions): Promise<void> {
    const { server } = this.#options;
    const answered = Promise.withResolvers<void>();
    // Whoever waits gets the failure from `send`; this promise may fail before anyone does.
    answered.promise.catch(() => {});
    const abort = new AbortController();
    const seen = new SeenIds();
    const caller = exchangeContext.getStore();
    const pending: PendingExchange = {
      context: {
        ...(caller ?? unannounced),
        intake: this.#intake(seen, false),
        onBodyFailure: (error) => {
          // The library reads what came before the break, and takes the stream up again from the last event where it can.
          if (error.kind === 'connection' && context.head?.mediaType === 'text/event-stream') {
            pending.broken = error;
            return;
          }
          answered.reject(error);
          // The library would take the broken stream up again and ask for the same bytes.
          abort.abort(error);
        },
      },
      answered,
      abort,
      seen,
      isStateless: this.#isStateless || ('method' in message && message.method === 'server/discover'),
      isAnswered: false,
      hadForeignAnswer: false,
      isEnded: false,
    };
    const { context } = pending;
    this.#pending.set(id, pending);
    const requestSignal =
      options?.requestSignal === undefined ? abort.signal : AbortSignal.any([options.requestSignal, abort.signal]);
    // The library says nothing when a stream ends that its caller gave up.
    const onAbort = (): void => answered.reject(abortReason(requestSignal));
    requestSignal.addEventListener('abort', onAbort);
    try {
      await exchangeContext.run(context, () =>
        super.send(message, {
          ...options,
          requestSignal,
          // The end of every stream, also behind its answer: an error is costly to make, so only where it is one.
          onRequestStreamEnd: () => {
            options?.onRequestStreamEnd?.();
            pending.isEnded = true;
            this.#lingering.get(pending)?.dispose();
            this.#lingering.delete(pending);
            if (pending.isAnswered) return;
            answered.reject(
              pending.hadForeignAnswer
                ? wrongIdError(server, context.head?.status)
                : (pending.broken ?? endedEarlyError(server)),
            );
          },
        }),
      );
      // The library returns at the head of a stream; in every other case the whole answer has been delivered by now.
      if (!pending.isAnswered && context.head?.status === 202) answered.reject(onlyAcceptedError(server, 202));
      else if (!pending.isAnswered && context.head?.mediaType !== 'text/event-stream') {
        answered.reject(wrongIdError(server, context.head?.status));
      }
      await answered.promise;
    } finally {
      // Node keeps a signal of several for ever that somebody listens to.
      requestSignal.removeEventListener('abort', onAbort);
      this.#pending.delete(id);
      if (caller !== undefined && context.head !== undefined) caller.head = context.head;
      if (pending.isAnswered && context.head?.mediaType === 'text/event-stream') this.#linger(pending);
    }
  }

  /** Closes the stream of an answered request unless the server does. */
  #linger(pending: PendingExchange): void {
    if (pending.isEnded) return;
    const timer = this.#options.clock.after(LINGER_MS, () => {
      this.#lingering.delete(pending);
      pending.abort.abort();
    });
    this.#lingering.set(pending, timer);
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

  /** The library's requests on their way to the wire: the streams that it opens by itself are watched here. */
  async #fetch(target: string | URL, init: RequestInit = {}): Promise<Response> {
    const { fetch } = this.#options;
    // Behind a redirect it is another address.
    if (init.method !== 'GET') return fetch(target, init);
    const request = this.#requestOf(exchangeContext.getStore());
    const { seen } = request ?? { seen: this.#heard };
    const headers = new Headers(init.headers);
    // The library forgets it when a connection has brought nothing.
    if (!headers.has('last-event-id') && seen.last !== undefined) headers.set('last-event-id', seen.last);
    const isResumed = headers.has('last-event-id');
    const get = async (): Promise<Response> => onlyStream(await fetch(target, { ...init, headers }));
    if (request !== undefined) {
      return exchangeContext.run({ ...request.context, intake: this.#intake(seen, isResumed) }, get);
    }
    const intake = this.#intake(seen, isResumed, () => this.#listening.progressed());
    return this.#listening.open(() => exchangeContext.run({ ...unannounced, intake }, get));
  }

  /** The request in whose name something happens: contexts travel with it. */
  #requestOf(context: ExchangeContext | undefined): PendingExchange | undefined {
    return [...this.#pending.values()].find((pending) => pending.context === context);
  }

  #intake(seen: SeenIds, isResumed: boolean, onEvent: () => void = () => {}): StreamIntake {
    const keep = (answer: JSONRPCMessage): boolean => this.#keep(answer);
    return new StreamIntake({ sink: this.#options.sink, seen, isResumed, keep, onEvent });
  }

  #keep(answer: JSONRPCMessage): boolean {
    const pending = 'id' in answer && answer.id !== undefined ? this.#pending.get(answer.id) : undefined;
    if (pending === undefined) return false;
    pending.whole = answer;
    return true;
  }

  /** What a placeholder stands for; any other message as it is. */
  #whole(message: JSONRPCMessage): JSONRPCMessage {
    if ('method' in message || message.id === undefined) return message;
    const pending = this.#pending.get(message.id);
    const whole = pending?.whole;
    if (pending !== undefined) pending.whole = undefined;
    return whole ?? message;
  }

  #scheduleReconnection(reconnect: () => void, asked: number): () => void {
    const request = this.#requestOf(exchangeContext.getStore());
    // The stateless era knows no such thing; the library would ask all the same when an event had an id.
    if (request?.isStateless ?? this.#isStateless) {
      if (request !== undefined) request.answered.reject(request.broken ?? endedEarlyError(this.#options.server));
      return () => {};
    }
    const wait = request === undefined ? this.#listening.nextWait(asked) : asked;
    if (wait === undefined) return () => {};
    const bounded = Math.min(Math.max(wait, RECONNECT_MS.least), RECONNECT_MS.most);
    const timer = this.#options.clock.after(bounded, () => {
      this.#reconnections.delete(timer);
      reconnect();
    });
    this.#reconnections.add(timer);
    return () => timer.dispose();
  }

  /** The server is gone: nobody needs to wait for its answers. */
  #lose(error: ExternalMcpError): void {
    this.#failure = error;
    void this.close();
  }
}

/** A page, or whatever else a server has to say to a GET, is no stream: the library would read it as one, again and again. */
async function onlyStream(response: Response): Promise<Response> {
  if (isEventStream(response) || !response.ok) return response;
  await response.body?.cancel();
  return new Response(null, { status: 405 });
}

/** What the library insists on in the stateless era: a word that may be absent (2026-07-28), and a list without a single flaw. */
function mendResult(message: JSONRPCMessage): void {
  if ('result' in message && !('resultType' in message.result)) message.result['resultType'] = 'complete';
  setBrokenAside(message);
}

function abortReason({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new DOMException('The call was cancelled', 'AbortError');
}
