import type {
  CallToolResult,
  CompleteRequestParams,
  CompleteResult,
  GetPromptResult,
  LoggingLevel,
  Prompt,
  ReadResourceResult,
  RequestOptions,
  Resource,
  ResourceTemplateType as ResourceTemplate,
  ServerCapabilities,
} from '@modelcontextprotocol/client';
import { t } from '@vscode/l10n';
import * as z from 'zod/mini';
import { ExternalMcpError, messageOf } from '../base/errors.ts';
import { Emitter, type Event } from '../base/event.ts';
import { createWireFetch } from '../wire/fetch.ts';
import { cancelledError, noSessionError, notConnectedError } from './callErrors.ts';
import { METHOD_NOT_FOUND } from './rpcCodes.ts';
import type { CallOptions, ChangeKind, Connection, RequestMeta } from './connection.ts';
import { type ConnectionInfo, Connector } from './connector.ts';
import { allPages, pageSchema, readPage } from './lists.ts';
import type { ServerLogMessage } from './notifications.ts';
import type { ExternalMcpClientOptions } from './options.ts';
import { withRetries } from './retry.ts';
import { ServerLog } from './serverLog.ts';
import { Sessions } from './sessions.ts';
import { Subscriptions } from './subscriptions.ts';
import { checkTools, type ListedTool } from './tools.ts';

export type { CallOptions, CallToolResult, ChangeKind, ConnectionInfo, ServerLogMessage };
export type { Verdict } from './dialect.ts';
export type { Progress } from './notifications.ts';
export type { Endpoint, ExternalMcpClientOptions } from './options.ts';
export type { ListedTool as Tool } from './tools.ts';

/**
 * The client of one MCP server of whatever era: finds out what it speaks, renews its session, repeats what may be repeated. Every method
 * rejects with `ExternalMcpError` only.
 */
export class ExternalMcpClient {
  readonly #options: ExternalMcpClientOptions;
  readonly #connector: Connector;
  readonly #sessions: Sessions;
  readonly #subscriptions: Subscriptions;
  readonly #serverLog: ServerLog;
  readonly #listChanged = new Emitter<ChangeKind>();
  readonly #updated = new Emitter<string>();
  readonly #logged = new Emitter<ServerLogMessage>();
  readonly #closed = new Emitter<void>();
  /** Tools as last listed: the stateless era needs their schemas to send a call. */
  #tools = new Map<string, ListedTool>();
  /** From which level on the server is to log; in the stateless era told with every request. */
  #logLevel: LoggingLevel | undefined;

  constructor(options: ExternalMcpClientOptions) {
    const { server, log } = options;
    this.#options = options;
    this.#serverLog = new ServerLog(log, options.clock, options.mask);
    this.#connector = new Connector({
      ...options,
      fetch: createWireFetch(options),
      onLog: (message) => {
        this.#serverLog.write(message);
        this.#logged.fire(message);
      },
    });
    this.#subscriptions = new Subscriptions(options);
    this.#sessions = new Sessions(server, log, (call) => this.#connector.connect(call));
    this.#sessions.onDidOpen((connection) => this.#adopt(connection));
  }

  /** The server says that one of its lists changed. */
  readonly onDidChangeList = this.#listChanged.event;
  /** The server says that a resource changed that was subscribed to: its URI. */
  readonly onDidUpdateResource = this.#updated.event;
  /** The server logs something. */
  readonly onDidLog = this.#logged.event;
  /** An established connection ended, and neither `close` nor `abandon` was what ended it. */
  readonly onDidClose = this.#closed.event;

  /** The session was lost, and there is a new one. */
  get onDidRenewSession(): Event<ConnectionInfo> {
    return this.#sessions.onDidRenew;
  }

  /** Finds out what the server speaks and opens its session, the one that all calls use; a call without it does the same. */
  connect(call: CallOptions): Promise<ConnectionInfo> {
    return this.#retrying('initialize', call, async () => {
      await this.#sessions.ensure(call);
      return this.#sessions.info ?? this.#sessions.open(call);
    });
  }

  /** Opens another session and ends the one before. Rejects with `config` where there are no sessions. */
  async resetSession(call: CallOptions): Promise<ConnectionInfo> {
    const { transport } = await this.#sessions.ensure(call);
    if (transport.sessionId === undefined) throw noSessionError(this.#options.server);
    return this.#sessions.open(call);
  }

  /** What was found at the other end; it may be another after the first list of tools, and after each renewal. */
  get info(): ConnectionInfo | undefined {
    return this.#sessions.info;
  }

  /** What the server says it can do. */
  get capabilities(): ServerCapabilities | undefined {
    return this.#sessions.current?.client.getServerCapabilities();
  }

  /** All tools; broken ones say what is wrong with them. */
  async listTools(call: CallOptions): Promise<readonly ListedTool[]> {
    const items = await this.#listToolItems(call);
    const { endpoint, mask } = this.#options;
    const tools = checkTools(items, this.#isStateless && endpoint.kind === 'http', mask);
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    return tools;
  }

  /** Resolves with `isError: true` when the tool failed; rejects when there is no answer. */
  callTool(name: string, args: Readonly<Record<string, unknown>>, call: CallOptions): Promise<CallToolResult> {
    const { server } = this.#options;
    const problem = this.#tools.get(name)?.problem;
    if (problem !== undefined) {
      const message = t(
        'The tool “{0}” of “{1}” cannot be called, its definition is broken: {2}.',
        name,
        server,
        problem,
      );
      return Promise.reject(new ExternalMcpError('validation', message, { server }));
    }
    return this.#perform('tools/call', call, ({ client }, meta, request) => {
      // The library's own `callTool` repeats arguments in headers, as the stateless era wants; without an output schema it leaves the
      // answer alone, which it would throw away when it breaks that.
      const { outputSchema: _unchecked, ...toolDefinition } = this.#tools.get(name) ?? {
        name,
        inputSchema: { type: 'object' },
      };
      return client.callTool({ name, arguments: args, ...meta }, { ...request, toolDefinition });
    });
  }

  /** Any request, its answer as the server wrote it; `_meta` is set anew. Repeated only where its method is known to be safe. */
  request(
    method: string,
    params: Readonly<Record<string, unknown>>,
    call: CallOptions,
  ): Promise<Record<string, unknown>> {
    return this.#perform(method, call, ({ client }, meta, request) =>
      client.request({ method, params: { ...params, ...meta } }, z.looseObject({}), request),
    );
  }

  listResources(call: CallOptions): Promise<readonly Resource[]> {
    return this.#list('resources/list', 'resources', 'resources', call);
  }

  listResourceTemplates(call: CallOptions): Promise<readonly ResourceTemplate[]> {
    return this.#list('resources/templates/list', 'resources', 'resourceTemplates', call);
  }

  readResource(uri: string, call: CallOptions): Promise<ReadResourceResult> {
    return this.#perform('resources/read', call, ({ client }, meta, request) =>
      client.request({ method: 'resources/read', params: { uri, ...meta } }, request),
    );
  }

  listPrompts(call: CallOptions): Promise<readonly Prompt[]> {
    return this.#list('prompts/list', 'prompts', 'prompts', call);
  }

  getPrompt(name: string, args: Readonly<Record<string, string>>, call: CallOptions): Promise<GetPromptResult> {
    return this.#perform('prompts/get', call, ({ client }, meta, request) =>
      client.request({ method: 'prompts/get', params: { name, arguments: { ...args }, ...meta } }, request),
    );
  }

  /** What could stand in an argument of a prompt or a resource template. */
  complete(params: CompleteRequestParams, call: CallOptions): Promise<CompleteResult> {
    return this.#perform('completion/complete', call, ({ client }, meta, request) =>
      client.request({ method: 'completion/complete', params: { ...params, ...meta } }, request),
    );
  }

  /** Changes of the resource are told with `onDidUpdateResource`, on renewed sessions too. */
  subscribe(uri: string, call: CallOptions): Promise<void> {
    return this.#onSession(call, 'resources/subscribe', () => this.#subscriptions.subscribe(uri, call));
  }

  unsubscribe(uri: string, call: CallOptions): Promise<void> {
    return this.#onSession(call, 'resources/unsubscribe', () => this.#subscriptions.unsubscribe(uri, call));
  }

  /** From which level on the server logs: told at once, or, in the stateless era, with every request from now on. */
  async setLogLevel(level: LoggingLevel, call: CallOptions): Promise<void> {
    await this.#sessions.ensure(call);
    this.#logLevel = level;
    if (this.#isStateless) return;
    await this.#perform('logging/setLevel', call, ({ client }, _meta, request) =>
      client.request({ method: 'logging/setLevel', params: { level } }, request),
    );
  }

  /**
   * Resolves when the server answers, be it that it does not know the question; the stateless era asks what it is instead. A health check opens
   * a new session in place of one that is lost, and leaves a mere suspicion alone: a server that refuses every ping would get one each time.
   */
  async ping(call: CallOptions): Promise<void> {
    await this.#sessions.ensure(call);
    const method = this.#isStateless ? 'server/discover' : 'ping';
    const ask = async (connection: Connection): Promise<void> => {
      const { client } = connection;
      try {
        await connection.request<unknown>(method, call, (request) =>
          method === 'ping' ? client.ping(request) : client.discover(request),
        );
      } catch (error) {
        if (!(error instanceof ExternalMcpError) || error.rpcCode !== METHOD_NOT_FOUND) throw error;
      }
    };
    if (call.origin !== 'health') return this.#onSession(call, method, ask);
    return this.#retrying(method, call, async () => {
      const connection = await this.#sessions.ensure(call);
      try {
        await ask(connection);
      } catch (error) {
        const isLost = error instanceof ExternalMcpError && error.kind === 'session';
        // The handshake of the new session was an answer.
        if (!isLost || !(await this.#sessions.renewed(connection, error, call))) throw error;
      }
    });
  }

  /** Ends every session (DELETE) and connection. Never rejects: there is nothing left to do about a failure. */
  async close(): Promise<void> {
    this.#subscriptions.detach();
    await this.#sessions.close(notConnectedError(this.#options.server, undefined));
    this.#serverLog.dispose();
  }

  /** Fails everything in flight with `reason`, without a word to the server: it is gone. */
  async abandon(reason: ExternalMcpError): Promise<void> {
    this.#subscriptions.detach();
    await this.#sessions.abandon(reason);
    this.#serverLog.dispose();
  }

  get #isStateless(): boolean {
    return this.#sessions.current?.isStateless === true;
  }

  #adopt(connection: Connection): void {
    connection.onDidChangeList((kind) => this.#listChanged.fire(kind));
    connection.onDidUpdateResource((uri) => this.#updated.fire(uri));
    connection.onDidClose(() => {
      if (this.#sessions.current === connection) this.#closed.fire();
    });
    void this.#subscriptions.attach(connection);
    void this.#tellLogLevel(connection);
  }

  /** A new session knows nothing of the level that the one before was told. */
  async #tellLogLevel(connection: Connection): Promise<void> {
    const level = this.#logLevel;
    if (level === undefined || this.#isStateless) return;
    const call: CallOptions = { origin: 'internal' };
    try {
      await connection.request('logging/setLevel', call, (request) =>
        connection.client.request({ method: 'logging/setLevel', params: { level } }, request),
      );
    } catch (error) {
      this.#options.log.debug(`The level of the log was not told again: ${messageOf(error)}`);
    }
  }

  async #listToolItems(call: CallOptions): Promise<unknown[]> {
    const list = (): Promise<unknown[]> => this.#list('tools/list', 'tools', 'tools', call);
    try {
      return await list();
    } catch (error) {
      const isUnknown = error instanceof ExternalMcpError && error.rpcCode === METHOD_NOT_FOUND;
      if (!isUnknown || !this.#connector.supposeOldNames()) throw error;
      await this.#sessions.open(call);
      return list();
    }
  }

  /** All pages of a list; empty where the server does not say that it has it. */
  async #list<T>(
    method: 'tools/list' | 'resources/list' | 'resources/templates/list' | 'prompts/list',
    capability: 'tools' | 'resources' | 'prompts',
    key: string,
    call: CallOptions,
  ): Promise<T[]> {
    await this.#retrying(method, call, () => this.#sessions.ensure(call));
    if (this.capabilities?.[capability] === undefined) return [];
    return allPages(
      (cursor) =>
        this.#perform(method, call, async ({ client }, meta, request) => {
          const params = { ...(cursor === undefined ? {} : { cursor }), ...meta };
          return readPage<T>(await client.request({ method, params }, pageSchema(key), request), key);
        }),
      (pages) => this.#options.log.warn(`Stopped “${method}” after ${pages} pages; the server has still more.`),
    );
  }

  /** One request of the library's, repeated where that is safe, on a renewed session where the old one was lost. */
  #perform<T>(
    method: string,
    call: CallOptions,
    send: (connection: Connection, meta: RequestMeta, request: RequestOptions) => Promise<T>,
  ): Promise<T> {
    const run = (connection: Connection): Promise<T> => {
      const told = connection.requestMeta(call, this.#logLevel);
      return connection
        .request(method, call, (request) => send(connection, told.meta, request))
        .finally(() => told.dispose());
    };
    return this.#onSession(call, method, run);
  }

  #onSession<T>(call: CallOptions, method: string, run: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#retrying(method, call, async () => {
      const connection = await this.#sessions.ensure(call);
      call.onAttempt?.();
      try {
        return await run(connection);
      } catch (error) {
        if (!(error instanceof ExternalMcpError) || !(await this.#sessions.renewed(connection, error, call)))
          throw error;
        const renewed = await this.#sessions.ensure(call);
        call.onAttempt?.();
        return await run(renewed).catch((again: unknown) => {
          throw this.#sessions.stillLost(again, error);
        });
      }
    });
  }

  async #retrying<T>(method: string, call: CallOptions, operation: () => Promise<T>): Promise<T> {
    const { server, clock, log, maxRetries } = this.#options;
    const { signal } = call;
    try {
      return await withRetries(operation, {
        clock,
        signal,
        maxRetries: call.maxRetries ?? maxRetries,
        onRetry: (error, delayMs) => log.warn(`“${method}” is tried again in ${delayMs / 1000} s: ${error.message}`),
      });
    } catch (error) {
      // Its caller left while it waited for the next attempt.
      const isWaiting = signal?.aborted === true && error instanceof ExternalMcpError && error.retryable;
      if (!isWaiting) throw error;
      // What may be repeated may have been carried out by an earlier attempt.
      throw cancelledError({ server, method, signal }, call.isRepeatable === true, error);
    }
  }
}
