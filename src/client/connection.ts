import {
  Client,
  type ClientCapabilities,
  type Implementation,
  LOG_LEVEL_META_KEY,
  type LoggingLevel,
  type PriorDiscovery,
  type RequestOptions,
} from '@modelcontextprotocol/client';
import { abortable } from '../base/abortable.ts';
import { type Clock, LONGEST_WAIT_MS } from '../base/clock.ts';
import { type ExternalMcpError, messageOf } from '../base/errors.ts';
import { Emitter } from '../base/event.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { Log } from '../base/log.ts';
import type { TrafficOrigin } from '../base/traffic.ts';
import { type AnswerHead, type ExchangeContext, exchangeContext } from '../wire/context.ts';
import { ask } from './ask.ts';
import type { Authorizer } from './authorization/authorizer.ts';
import { withSignIn } from './authorization/signIn.ts';
import { mendHandshake } from './capabilities.ts';
import { callError, cancelledError, notConnectedError } from './callErrors.ts';
import type { ClientTransport } from './clientTransport.ts';
import type { Notifications, Progress } from './notifications.ts';
import { isStateless } from './protocolVersions.ts';
import type { Mask } from './quote.ts';
import { answerServer, capabilitiesFor, type ServerRequestHandlers } from './serverRequests.ts';

/** Milliseconds for the DELETE that ends a session; the stop ladder gives it no more. */
const CLOSE_TIMEOUT_MS = 500;
/** Rounds of questions from the server within one call; more is a server that goes in circles. */
const MAX_INPUT_ROUNDS = 10;

export interface CallOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
  /** Who caused it; recorded with the traffic. */
  origin: TrafficOrigin;
  onProgress?: (progress: Progress) => void;
  /** Attempts after the first, in place of the client's own figure. */
  maxRetries?: number;
  /** The call cannot act twice, so that it may be repeated although its outcome is unknown. */
  isRepeatable?: boolean;
  /** Hears of each attempt before it is made. */
  onAttempt?: () => void;
}

/** The `_meta` of a request's parameters, where there is any. */
export interface RequestMeta {
  _meta?: Record<string, unknown>;
}

export interface ConnectionOptions {
  server: string;
  clock: Clock;
  log: Log;
  mask: Mask;
  /** Milliseconds a request may take when its caller says nothing. */
  timeoutMs: number;
  /** Version of this extension, told to the server. */
  version: string;
  handlers: ServerRequestHandlers;
  authorizer: Authorizer | undefined;
}

/** The notifications of a server that say only that something changed. */
export type ChangeKind = 'tools' | 'prompts' | 'resources';

/** One connection, over one transport, from its handshake to its end. Rejects with `ExternalMcpError` only. */
export class Connection {
  readonly client: Client;
  readonly transport: ClientTransport;
  readonly #options: ConnectionOptions;
  readonly #notifications: Notifications;
  readonly #changed = new Emitter<ChangeKind>();
  readonly #updated = new Emitter<string>();
  readonly #closed = new Emitter<void>();
  #isConnected = false;
  #isClosing = false;
  #abandoned: ExternalMcpError | undefined;
  #failedHead: AnswerHead | undefined;
  #inFlight = 0;
  #isRetired = false;
  readonly #ended = Promise.withResolvers<void>();

  constructor(options: ConnectionOptions, transport: ClientTransport, notifications: Notifications) {
    const { log, handlers } = options;
    this.#options = options;
    this.transport = transport;
    this.#notifications = notifications;
    this.client = new Client(this.clientInfo, {
      capabilities: this.capabilities,
      inputRequired: { autoFulfill: true, maxRounds: MAX_INPUT_ROUNDS },
    });
    answerServer(this.client, handlers);
    this.client.onerror = (error) => log.debug(`Protocol: ${messageOf(error)}`);
    this.client.onclose = () => {
      if (this.#isConnected && !this.#isClosing) this.#closed.fire();
    };
    for (const kind of ['tools', 'prompts', 'resources'] as const) {
      this.client.setNotificationHandler(`notifications/${kind}/list_changed`, () => this.#changed.fire(kind));
    }
    this.client.setNotificationHandler('notifications/resources/updated', ({ params }) =>
      this.#updated.fire(params.uri),
    );
  }

  /** The server says that one of its lists changed. */
  readonly onDidChangeList = this.#changed.event;
  /** The server says that a resource changed: its URI. */
  readonly onDidUpdateResource = this.#updated.event;
  /** It ended, and neither `close` nor `abandon` was what ended it. */
  readonly onDidClose = this.#closed.event;

  /** Takes the transport over: with `modern`, what the server said of itself is known already and nothing is sent. */
  async connect(prior: PriorDiscovery, call: CallOptions): Promise<void> {
    // The library calls it before it looks at a message itself.
    this.transport.onmessage = (message) => {
      if (!this.#isConnected) mendHandshake(message);
    };
    await this.request('initialize', call, (request) =>
      // The library waits for the answer to its notification, however long that takes.
      abortable(this.client.connect(this.transport, { ...request, prior }), call.signal, () =>
        cancelledError({ server: this.#options.server, method: 'initialize', signal: call.signal }, false),
      ),
    );
    this.#isConnected = true;
  }

  get clientInfo(): Implementation {
    return { name: 'external-mcp', title: 'External MCP', version: this.#options.version };
  }

  /** Each request stands alone (2026-07-28); known once it is connected. */
  get isStateless(): boolean {
    return isStateless(this.client.getNegotiatedProtocolVersion());
  }

  /** What is announced to the server. */
  get capabilities(): ClientCapabilities {
    return capabilitiesFor(this.#options.handlers);
  }

  /** Asks one thing before `connect`. */
  ask(method: string, params: Record<string, unknown>, call: CallOptions): Promise<unknown> {
    const { server, clock } = this.#options;
    return this.request(method, call, ({ timeout = 0, signal }) =>
      ask(this.transport, { server, method, params, clock, signal, timeoutMs: timeout }),
    );
  }

  /** Head of the answer to the request that failed last. */
  get failedHead(): AnswerHead | undefined {
    return this.#failedHead;
  }

  /** Runs one request of the library's within the limits of `call`. */
  async request<T>(method: string, call: CallOptions, send: (options: RequestOptions) => Promise<T>): Promise<T> {
    const { server, authorizer, mask } = this.#options;
    const timeoutMs = Math.min(call.timeoutMs ?? this.#options.timeoutMs, LONGEST_WAIT_MS);
    const { signal, isRepeatable = false } = call;
    if (signal?.aborted === true) throw cancelledError({ server, method, signal }, false);
    if (this.#isConnected && this.client.transport === undefined) throw notConnectedError(server, this.#endReason);
    const context: ExchangeContext = { origin: call.origin, timeoutMs };
    const hadSession = this.transport.sessionId !== undefined;
    // Whoever ends it does so elsewhere; what the library tells the server then belongs to this exchange all the same.
    const abort = new AbortController();
    const onAbort = (): void => exchangeContext.run(context, () => abort.abort(signal?.reason));
    signal?.addEventListener('abort', onAbort, { once: true });
    const options: RequestOptions = { timeout: timeoutMs, signal: abort.signal };
    this.#inFlight += 1;
    try {
      const operation = (): Promise<T> => exchangeContext.run(context, () => send(options));
      return await (authorizer === undefined || !this.#isConnected
        ? operation()
        : withSignIn(authorizer, operation, signal));
    } catch (error) {
      this.#failedHead = context.head;
      const failed = { server, method, timeoutMs, signal, head: context.head, hadSession, isRepeatable, mask };
      throw callError(this.#endReason ?? error, failed);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#inFlight -= 1;
      if (this.#isRetired && this.#inFlight === 0) void this.close();
    }
  }

  /**
   * What a request tells the server beside its own parameters: the token of the progress that its caller wants to hear of, until disposed of,
   * and the level of the log, which the stateless era asks for with each request.
   */
  requestMeta({ onProgress }: CallOptions, logLevel: LoggingLevel | undefined): { meta: RequestMeta } & Disposable {
    const watch = onProgress === undefined ? undefined : this.#notifications.watch(onProgress);
    const isTold = logLevel !== undefined && this.isStateless;
    const meta = {
      ...(watch === undefined ? {} : { progressToken: watch.token }),
      ...(isTold ? { [LOG_LEVEL_META_KEY]: logLevel } : {}),
    };
    return {
      meta: Object.keys(meta).length === 0 ? {} : { _meta: meta },
      dispose: () => watch?.dispose(),
    };
  }

  /** Ends the session (DELETE) and the connection. Never rejects: there is nothing left to do about a failure. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const { log } = this.#options;
    const context: ExchangeContext = { origin: 'internal', timeoutMs: CLOSE_TIMEOUT_MS };
    try {
      await exchangeContext.run(context, async () => this.transport.terminateSession?.());
    } catch (error) {
      log.debug(`The session was not ended properly: ${messageOf(error)}`);
    }
    await this.#end();
  }

  /** Another connection has taken its place: what is in flight may end, then it closes by itself. Resolves when it has ended, however. */
  retire(): Promise<void> {
    this.#isRetired = true;
    if (this.#inFlight === 0) void this.close();
    return this.#ended.promise;
  }

  /** Fails everything in flight with `reason`, without a word to the server: it is gone. */
  async abandon(reason: ExternalMcpError): Promise<void> {
    this.#isClosing = true;
    this.#abandoned = reason;
    await this.#end();
  }

  async #end(): Promise<void> {
    try {
      // A client that was never connected does not know its transport.
      await (this.client.transport === undefined ? this.transport : this.client).close();
    } catch (error) {
      this.#options.log.debug(`Closing: ${messageOf(error)}`);
    } finally {
      this.#ended.resolve();
    }
  }

  /** What ended the connection, if it was not its other side. */
  get #endReason(): ExternalMcpError | undefined {
    return this.#abandoned ?? this.transport.failure;
  }
}
