import type { JSONRPCMessage, JSONRPCNotification, JSONRPCRequest } from '@modelcontextprotocol/client';
import type { Clock } from '../../base/clock.ts';
import { ExternalMcpError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { namedError } from '../../wire/failures.ts';
import type { WireFetch } from '../../wire/fetch.ts';
import { isEventStream } from '../../wire/heads.ts';
import { readSseEvents, type SseEvent } from '../../wire/sseReader.ts';
import { Address } from './address.ts';
import { httpError, notAnAnswerError, sessionOrHttpError, streamLostError } from './errors.ts';
import { type Expected, Inbox } from './inbox.ts';
import { type Greeting, type Listening, listen } from './listening.ts';
import { endedEarlyError, onlyAcceptedError, wrongIdError } from '../exchangeErrors.ts';
import type { Mask } from '../quote.ts';
import { INVALID_PARAMS, METHOD_NOT_FOUND } from '../rpcCodes.ts';
import { type Answer, rpcErrorIn } from './messages.ts';

export interface ChannelOptions {
  /** Name of the server, for errors. */
  server: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  fetch: WireFetch;
  clock: Clock;
  log: Log;
  mask: Mask;
  maxMessageBytes: number;
}

export interface ChannelEvents {
  /** A notification or request of the server. */
  readonly onMessage: (message: JSONRPCRequest | JSONRPCNotification) => void;
  /** The listening stream ended, not by `close`. */
  readonly onLost: (error: ExternalMcpError) => void;
}

export interface Question {
  /** Never used before on this channel: an answer that comes twice must not settle another request. */
  id: string;
  method: string;
  params: Readonly<Record<string, unknown>>;
}

export interface Reply {
  answer: Answer;
  /** The POST was answered by an event stream. */
  isStreamed: boolean;
}

/** Carries JSON-RPC to one server of this family: a POST for each message, answers from that POST or from a listening stream. */
export class Channel {
  readonly #options: ChannelOptions;
  readonly #onLost: ChannelEvents['onLost'];
  readonly #address: Address;
  readonly #inbox: Inbox;
  #listening: Listening | undefined;

  constructor(options: ChannelOptions, { onMessage, onLost }: ChannelEvents) {
    this.#options = options;
    this.#onLost = onLost;
    this.#address = new Address(options.url);
    this.#inbox = new Inbox(options, onMessage);
  }

  /** Undefined until there is one, and for servers that show no sign of keeping any. */
  get sessionId(): string | undefined {
    return this.#address.sessionId;
  }

  /** The server has proved to keep a session by the id that we made up. */
  confirmSession(): void {
    this.#address.confirm();
  }

  /** Sends a request; settles with its answer, or rejects as soon as nothing can bring it, or with the signal's reason. */
  async ask({ id, method, params }: Question, signal: AbortSignal): Promise<Reply> {
    signal.throwIfAborted();
    const expected = this.#inbox.expect(id);
    const { promise, reject } = expected.answered;
    const settled = new AbortController();
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const message = { jsonrpc: '2.0' as const, id, method, params: { ...params } };
    let isStreamed = false;
    const carry = async (): Promise<void> => {
      const response = await this.#post(message, AbortSignal.any([signal, settled.signal]));
      isStreamed = isEventStream(response);
      await this.#receiveAnswer(response, expected);
    };
    carry().catch(reject);
    try {
      return { answer: await promise, isStreamed };
    } finally {
      this.#inbox.forget(id);
      signal.removeEventListener('abort', onAbort);
      // Some servers leave the stream open behind the answer.
      settled.abort();
    }
  }

  /** Sends a message that has no answer; resolves when the server has taken it. */
  async tell(message: JSONRPCMessage, signal: AbortSignal): Promise<void> {
    const response = await this.#post(message, signal);
    if (!response.ok) throw httpError(response, await response.text());
    if (isEventStream(response)) await response.body?.cancel();
    else await response.text();
  }

  /**
   * Looks for a listening stream at the server's address; from then on messages go where it says and answers may come on it.
   * @param waitMs milliseconds for the stream and its greeting
   */
  async listen(waitMs: number, signal: AbortSignal): Promise<Greeting['kind'] | undefined> {
    const listening = await listen({ ...this.#options, waitMs, signal });
    if (listening === undefined) return undefined;
    this.#listening = listening;
    this.#address.follow(listening.greeting);
    void this.#receive(listening.events);
    return listening.greeting.kind;
  }

  /** What `GET /` answers, the health check of the seed's servers; undefined unless it is JSON. */
  async health(signal: AbortSignal): Promise<unknown> {
    const { fetch, headers, url } = this.#options;
    const response = await fetch(new URL('/', url), { headers: { ...headers, accept: 'application/json' }, signal });
    if (response.ok && !isEventStream(response)) return (await response.json()) as unknown;
    await response.body?.cancel();
    return undefined;
  }

  /** Ends the listening stream; requests in flight end with their own signals. */
  close(): void {
    const listening = this.#listening;
    this.#listening = undefined;
    listening?.close();
  }

  #post(message: JSONRPCMessage, signal: AbortSignal): Promise<Response> {
    const { fetch, headers } = this.#options;
    const { url, headers: ids } = this.#address;
    return fetch(url, {
      method: 'POST',
      headers: { ...headers, ...ids, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify(message),
      signal,
    });
  }

  /** Takes what a POST brings; rejects when that is not the answer and nothing else can bring it. */
  async #receiveAnswer(response: Response, expected: Expected): Promise<void> {
    const { server, maxMessageBytes, mask } = this.#options;
    const { status, body } = response;
    if (!response.ok) {
      this.#refuse(expected, response, await response.text());
      return;
    }
    this.#address.learn(response.headers);
    let isMessage = true;
    if (!isEventStream(response)) isMessage = this.#inbox.take(await response.text(), expected);
    else if (body !== null) await this.#takeAll(readSseEvents(body, maxMessageBytes), expected);
    // Those that have a listening stream answer on it, and the POST with `{ok:true}`, 202 or a copy.
    if (this.#listening !== undefined) return;
    if (expected.hadForeignAnswer) throw wrongIdError(server, status);
    if (isEventStream(response)) throw endedEarlyError(server);
    if (status === 202 || status === 204 || isMessage) throw onlyAcceptedError(server, status);
    throw notAnAnswerError(server, response.headers.get('content-type') ?? '', status, mask);
  }

  /** An HTTP error: the server's word that it does not know what was asked, the end of the session, or an error as it stands. */
  #refuse({ answered }: Expected, response: Response, text: string): void {
    const error = rpcErrorIn(text);
    if (error?.code === METHOD_NOT_FOUND || error?.code === INVALID_PARAMS) {
      answered.resolve({ error });
      return;
    }
    if (this.sessionId === undefined) throw httpError(response, text);
    throw sessionOrHttpError(this.#options.server, response, text, error?.code);
  }

  async #receive(events: AsyncGenerator<SseEvent>): Promise<void> {
    let cause: unknown;
    try {
      await this.#takeAll(events);
    } catch (error) {
      cause = error;
    }
    // Closed by us.
    if (this.#listening === undefined) return;
    this.close();
    const error = cause instanceof ExternalMcpError ? cause : streamLostError(this.#options.server, cause);
    this.#inbox.failAll(error);
    this.#onLost(error);
  }

  async #takeAll(events: AsyncGenerator<SseEvent>, source?: Expected): Promise<void> {
    try {
      for await (const event of events) this.#inbox.take(event.data, source);
    } catch (error) {
      throw error instanceof ExternalMcpError ? namedError(this.#options.server, error) : error;
    }
  }
}
