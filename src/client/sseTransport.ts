import { AsyncLocalStorage } from 'node:async_hooks';
import { t } from '@vscode/l10n';
import {
  type AuthProvider,
  deserializeMessage,
  type JSONRPCMessage,
  type OAuthClientProvider,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  SSEClientTransport,
  SseError,
} from '@modelcontextprotocol/client';
import { ExternalMcpError, messageOf } from '../base/errors.ts';
import type { WireFetch } from '../wire/fetch.ts';
import { isEventStream } from '../wire/heads.ts';
import type { ClientTransport, MessageSink } from './clientTransport.ts';
import { clearCause, type Mask, quote } from './quote.ts';
import { endedAtOnceError, noEndpointError, streamEndedError } from './sseErrors.ts';
import { watchStream } from './watchedStream.ts';

/** Characters of a broken endpoint that a message of ours repeats. */
const QUOTED_LENGTH = 200;
/** How servers call the session in the endpoint that they name. */
const SESSION_PARAMETERS = ['sessionId', 'session_id', 'session'];

export interface SseTransportOptions {
  server: string;
  url: URL;
  fetch: WireFetch;
  mask: Mask;
  /** Sent with every request to the origin of `url`. */
  headers: Readonly<Record<string, string>>;
  authProvider?: AuthProvider | OAuthClientProvider;
  sink: MessageSink;
  /** Milliseconds from the GET to the endpoint event. */
  getWaitMs: number;
}

/** A request whose answer is to come on the stream. */
interface PendingCall {
  readonly answered: PromiseWithResolvers<void>;
  readonly abort: AbortController;
}

/** A message on its way, handed past the library to our fetch. */
interface Post {
  readonly message: JSONRPCMessage;
  readonly signal?: AbortSignal;
  /** Status of a redirect that the library may follow or not. */
  redirected?: number | undefined;
}

const currentPost = new AsyncLocalStorage<Post>();

/**
 * HTTP+SSE (2024-11-05): one GET stream brings all answers, every message is a POST. `send()` of a request stays pending until its answer
 * has come on the stream. The end of the stream is the end of the connection: the library would open another one, which is a new
 * session that nobody has initialized.
 */
export class SettlingSseTransport extends SSEClientTransport implements ClientTransport {
  readonly #options: SseTransportOptions;
  /** By id as text: some servers answer 7 with "7". Bounded by the calls in flight. */
  readonly #pending = new Map<string, PendingCall>();
  /** Rejects when there is no hope for an endpoint event any more. */
  readonly #noEndpoint = Promise.withResolvers<never>();
  #wait: NodeJS.Timeout | undefined;
  #hasStream = false;
  #isStarted = false;
  #isOpen = false;
  #isClosed = false;
  #failure: ExternalMcpError | undefined;
  #endpoint: URL | undefined;
  #sessionId: string | undefined;

  constructor(options: SseTransportOptions) {
    const { url, authProvider } = options;
    super(url, {
      fetch: (target, init) => this.#fetch(target, init),
      ...(authProvider === undefined ? {} : { authProvider }),
    });
    this.#options = options;
    this.#noEndpoint.promise.catch(() => {});
  }

  get failure(): ExternalMcpError | undefined {
    return this.#failure;
  }

  /** The session in the endpoint that the server named. Not before the first answer: the library takes one for a connection resumed. */
  get sessionId(): string | undefined {
    return this.#sessionId;
  }

  /** Called once by whoever asks before the library takes over, and by the library when its handlers are set. */
  override async start(): Promise<void> {
    const deliver = this.onmessage;
    this.onmessage = (message) => this.#receive(message, deliver);
    if (this.#isStarted) return;
    this.#isStarted = true;
    try {
      await Promise.race([super.start(), this.#noEndpoint.promise]);
      this.#isOpen = true;
    } catch (error) {
      const reason = this.#startError(error);
      await this.close();
      throw reason;
    } finally {
      clearTimeout(this.#wait);
    }
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if ('method' in message && 'id' in message) {
      await this.#sendRequest(message, String(message.id));
      return;
    }
    const sent = this.#post({ message });
    // At once: the server may never answer the notification.
    if ('method' in message && message.method === 'notifications/cancelled') {
      this.#cancel(String(message.params?.['requestId']));
    }
    // Nothing depends on what a server answers to a notification, or to an answer of ours; the library has reported it.
    await sent.catch(() => {});
  }

  override async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const reason = this.#failure ?? new SdkError(SdkErrorCode.ConnectionClosed, 'Connection closed');
    this.#failPending(reason);
    // A turn later: where the library itself closes, it has a better reason for `start`.
    setImmediate(() => this.#noEndpoint.reject(reason));
    await super.close();
  }

  async #sendRequest(message: JSONRPCMessage, id: string): Promise<void> {
    const answered = Promise.withResolvers<void>();
    const abort = new AbortController();
    this.#pending.set(id, { answered, abort });
    // The answer may overtake the end of its POST, and some servers keep that open.
    this.#post({ message, signal: abort.signal }).catch((error: unknown) => answered.reject(error));
    try {
      await answered.promise;
    } finally {
      this.#pending.delete(id);
    }
  }

  async #post(post: Post): Promise<void> {
    try {
      await currentPost.run(post, () => super.send(post.message));
    } catch (error) {
      // The library says so in words only when it did not follow.
      throw post.redirected === undefined ? error : httpError(post.redirected, messageOf(error));
    }
  }

  #receive(message: JSONRPCMessage, deliver: ((message: JSONRPCMessage) => void) | undefined): void {
    try {
      if ('method' in message) {
        // Before the library, which hands them out a turn later: the last would come behind the answer and be lost.
        if (!('id' in message) && this.#options.sink.deliver(message)) return;
      } else {
        const pending = this.#pending.get(String(message.id));
        // Nobody asked, or it has been answered or cancelled.
        if (pending === undefined) return;
        this.#pending.delete(String(message.id));
        pending.answered.resolve();
        this.#sessionId ??= this.#endpoint === undefined ? undefined : sessionIn(this.#endpoint);
      }
      deliver?.(message);
    } catch (error) {
      // Thrown into the library's reader, it would end the stream.
      this.onerror?.(error instanceof Error ? error : new Error(messageOf(error)));
    }
  }

  #cancel(id: string): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.answered.reject(new DOMException('The call was cancelled', 'AbortError'));
    pending?.abort.abort();
  }

  #failPending(reason: Error): void {
    for (const { answered } of this.#pending.values()) answered.reject(reason);
    this.#pending.clear();
  }

  /** The library's requests on their way to the wire. */
  #fetch(target: string | URL, init: RequestInit = {}): Promise<Response> {
    const { url, headers: own, fetch, authProvider } = this.#options;
    const headers = new Headers(init.headers);
    const isStream = headers.get('accept') === 'text/event-stream';
    if (new URL(target).origin === url.origin) {
      for (const [name, value] of Object.entries(own)) if (!headers.has(name)) headers.set(name, value);
    }
    const request = { ...init, headers };
    if (isStream) return this.#openStream(() => fetch(target, request));
    const post = currentPost.getStore();
    // Requests for authorization come this way too.
    const isOther = authProvider !== undefined && request.body !== JSON.stringify(post?.message);
    if (post === undefined || isOther) return fetch(target, request);
    return this.#sendPost(post, new URL(target), request);
  }

  /** The one stream. Whatever ends it looks to the library like its own doing: only then it neither complains nor reconnects. */
  async #openStream(open: () => Promise<Response>): Promise<Response> {
    try {
      if (this.#hasStream) throw ended();
      clearTimeout(this.#wait);
      const { server, getWaitMs } = this.#options;
      this.#wait = setTimeout(() => this.#noEndpoint.reject(noEndpointError(server)), getWaitMs);
      const response = await open();
      if (this.#isForLibrary(response)) {
        // Signing in may take its time; the wait begins anew with the next GET.
        clearTimeout(this.#wait);
        return response;
      }
      if (response.status !== 200 || response.body === null) throw httpError(response.status, await response.text());
      if (!isEventStream(response)) {
        await response.body.cancel();
        throw new SdkError(SdkErrorCode.ClientHttpUnexpectedContent, 'Not an event stream');
      }
      this.#hasStream = true;
      const body = watchStream(response.body, { onEnd: (reason) => this.#lose(reason), endError: ended });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    } catch (error) {
      if (this.#hasStream) this.#lose(error);
      this.#noEndpoint.reject(error);
      throw ended();
    }
  }

  /** Without its stream nothing can be answered any more. */
  #lose(reason: unknown): void {
    if (this.#isClosed || this.#failure !== undefined) return;
    if (reason instanceof ExternalMcpError) this.#failure = reason;
    else
      this.#failure = this.#isOpen
        ? streamEndedError(this.#options.server, reason)
        : endedAtOnceError(this.#options.server, reason);
    this.#noEndpoint.reject(this.#failure);
    this.#failPending(this.#failure);
    // A turn later: the library's word for it would reach the calls before ours.
    setImmediate(() => void this.close());
  }

  async #sendPost(post: Post, target: URL, request: RequestInit): Promise<Response> {
    post.redirected = undefined;
    this.#endpoint = target;
    // An endpoint in JSON, which the library took for a path: another dialect.
    if (target.pathname.startsWith('/%7B')) throw noEndpointError(this.#options.server);
    const signals = [request.signal, post.signal].filter((signal) => signal instanceof AbortSignal);
    const response = await this.#options.fetch(target, { ...request, signal: AbortSignal.any(signals) });
    if (isRedirect(response)) post.redirected = response.status;
    if (this.#isForLibrary(response)) return response;
    if (!response.ok) throw httpError(response.status, await response.text());
    void this.#readAnswer(response, post.message);
    return new Response(null, { status: 202 });
  }

  /** Most servers say "Accepted"; some answer here too, or only here. The first answer counts. */
  async #readAnswer(response: Response, request: JSONRPCMessage): Promise<void> {
    try {
      if (isEventStream(response)) {
        await response.body?.cancel();
        return;
      }
      const text = await response.text();
      if (!text.startsWith('{') || !('id' in request)) return;
      const answer = deserializeMessage(text);
      if (!('method' in answer) && String(answer.id) === String(request.id)) this.onmessage?.(answer);
    } catch {
      // No answer; it is still to come on the stream.
    }
  }

  /** It follows redirects within the origin, and signs in. */
  #isForLibrary(response: Response): boolean {
    return isRedirect(response) || (response.status === 401 && this.#options.authProvider !== undefined);
  }

  #startError(error: unknown): unknown {
    if (error instanceof SseError && error.code !== undefined) return httpError(error.code, error.message);
    if (!this.#hasStream || error instanceof ExternalMcpError || error instanceof SdkError) return error;
    // All that the library refuses of an open stream: an endpoint that is no address, or elsewhere.
    const { server, mask } = this.#options;
    const reason = messageOf(error);
    return new ExternalMcpError(
      'protocol',
      t('“{0}” named an endpoint that cannot be used ({1}).', server, quote(reason, QUOTED_LENGTH, mask)),
      { server, ...clearCause(error, reason, mask) },
    );
  }
}

function isRedirect({ status }: Response): boolean {
  return status >= 300 && status < 400;
}

function sessionIn({ searchParams, pathname }: URL): string {
  const name = SESSION_PARAMETERS.find((parameter) => searchParams.has(parameter));
  return name === undefined ? pathname : (searchParams.get(name) ?? pathname);
}

function httpError(status: number, text: string): SdkHttpError {
  return new SdkHttpError(SdkErrorCode.ClientHttpFailedToOpenStream, `HTTP ${status}`, { status, text });
}

function ended(): DOMException {
  return new DOMException('The stream has ended', 'AbortError');
}
