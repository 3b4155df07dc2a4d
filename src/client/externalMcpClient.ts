import {
  type CallToolResult,
  Client,
  type Progress as SdkProgress,
  type RequestOptions,
  type Tool,
  type Transport,
} from '@modelcontextprotocol/client';
import type { Dispatcher } from 'undici';
import { type Clock, LONGEST_WAIT_MS } from '../base/clock.ts';
import { displayText } from '../base/displayText.ts';
import { type ExternalMcpError, messageOf } from '../base/errors.ts';
import { Emitter } from '../base/event.ts';
import { jsonStart } from '../base/jsonStart.ts';
import { LinesPerSecond } from '../base/linesPerSecond.ts';
import type { Log } from '../base/log.ts';
import type { TrafficOrigin, TrafficSink } from '../base/traffic.ts';
import { type ExchangeContext, exchangeContext } from '../wire/context.ts';
import { createWireFetch } from '../wire/fetch.ts';
import type { StdioStreams } from '../wire/stdioLines.ts';
import { callError, cancelledError, notConnectedError } from './callErrors.ts';
import { SettlingTransport } from './settlingTransport.ts';
import { StreamTransport } from './streamTransport.ts';

export type { CallToolResult, Tool };

/** Pages of a list before we stop asking; a server may go on for ever. */
const MAX_PAGES = 100;
/** Milliseconds for the DELETE that ends a session; the stop ladder gives it no more. */
const CLOSE_TIMEOUT_MS = 500;
/** Characters of a log message of the server that reach the output. */
const LOGGED_LENGTH = 10_000;
/** Log messages of the server in one second that reach the output; one remark tells how many more came. */
const MAX_LOGGED_PER_SECOND = 100;

/** Where a server is reached. */
export type Endpoint =
  { kind: 'http'; url: URL; headers: Readonly<Record<string, string>> } | { kind: 'stdio'; streams: StdioStreams };

export interface ExternalMcpClientOptions {
  /** Name of the server, for errors and records. */
  server: string;
  endpoint: Endpoint;
  /** Shared pool of connections. */
  agent: Dispatcher;
  traffic: TrafficSink;
  clock: Clock;
  log: Log;
  /** Bytes of the largest single message. */
  maxMessageBytes: number;
  /** Milliseconds a request may take when its caller says nothing. */
  timeoutMs: number;
  /** Version of this extension, told to the server. */
  version: string;
}

export interface CallOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
  /** Who caused it; recorded with the traffic. */
  origin: TrafficOrigin;
  onProgress?: (progress: Progress) => void;
}

/** How far a call has got; `total` and `message` where the server says. */
export interface Progress {
  progress: number;
  total?: number;
  message?: string;
}

/** What the handshake found. */
export interface ConnectionInfo {
  transport: 'streamable-http' | 'stdio';
  protocolVersion: string;
  sessionId?: string;
  serverName: string;
  serverVersion: string;
}

/** One connection to one MCP server. Every method rejects with `ExternalMcpError` only. */
export class ExternalMcpClient {
  readonly #options: ExternalMcpClientOptions;
  readonly #client: Client;
  readonly #transport: Transport;
  readonly #toolsChanged = new Emitter<void>();
  readonly #closed = new Emitter<void>();
  #connected = false;
  #closing = false;
  #abandoned: ExternalMcpError | undefined;

  constructor(options: ExternalMcpClientOptions) {
    this.#options = options;
    this.#client = new Client(
      { name: 'external-mcp', title: 'External MCP', version: options.version },
      { capabilities: {} },
    );
    const logged = new LinesPerSecond(options.clock, (total) => {
      const more = total - MAX_LOGGED_PER_SECOND;
      if (more > 0) options.log.warn(`Not shown: ${more} more log messages of the server in the same second.`);
    });
    this.#client.onerror = (error) => options.log.debug(`Protocol: ${messageOf(error)}`);
    this.#client.onclose = () => {
      logged.dispose();
      if (this.#connected && !this.#closing) this.#closed.fire();
    };
    this.#client.setNotificationHandler('notifications/tools/list_changed', () => this.#toolsChanged.fire());
    this.#client.setNotificationHandler('notifications/message', ({ params }) => {
      if (logged.count() > MAX_LOGGED_PER_SECOND) return;
      const text = typeof params.data === 'string' ? params.data : jsonStart(params.data, LOGGED_LENGTH);
      options.log.info(`[server ${params.level}] ${displayText(text, LOGGED_LENGTH)}`);
    });
    this.#transport = createTransport(options);
  }

  /** The server says that its tools changed. */
  readonly onDidChangeTools = this.#toolsChanged.event;
  /** An established connection ended, and neither `close` nor `abandon` was what ended it. */
  readonly onDidClose = this.#closed.event;

  /** The handshake; its session is the one that all calls use. */
  async connect(options: CallOptions): Promise<ConnectionInfo> {
    await this.#request('initialize', options, (request) => this.#client.connect(this.#transport, request));
    this.#connected = true;
    const version = this.#client.getServerVersion();
    const sessionId = this.#transport.sessionId;
    return {
      transport: this.#options.endpoint.kind === 'http' ? 'streamable-http' : 'stdio',
      protocolVersion: this.#client.getNegotiatedProtocolVersion() ?? '',
      ...(sessionId === undefined ? {} : { sessionId }),
      serverName: version?.name ?? '',
      serverVersion: version?.version ?? '',
    };
  }

  /** All tools, page by page; a repeated cursor or the hundredth page ends the list. */
  async listTools(options: CallOptions): Promise<readonly Tool[]> {
    if (this.#client.getServerCapabilities()?.tools === undefined) return [];
    const tools: Tool[] = [];
    const seen = new Set<string>();
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const params = cursor === undefined ? {} : { cursor };
      const result = await this.#request('tools/list', options, (request) =>
        this.#client.request({ method: 'tools/list', params }, request),
      );
      // Not `push(...)`: a page may hold more tools than a call takes arguments.
      for (const tool of result.tools) tools.push(tool);
      cursor = result.nextCursor;
      if (cursor === undefined || seen.has(cursor)) return tools;
      seen.add(cursor);
    }
    this.#options.log.warn(`Stopped listing tools after ${MAX_PAGES} pages; the server has still more.`);
    return tools;
  }

  /** Resolves with `isError: true` when the tool failed; rejects when there is no answer. */
  callTool(name: string, args: Readonly<Record<string, unknown>>, options: CallOptions): Promise<CallToolResult> {
    // `request` and not the library's `callTool`: that one throws away an answer which breaks its own output schema.
    return this.#request('tools/call', options, (request) =>
      this.#client.request({ method: 'tools/call', params: { name, arguments: args } }, request),
    );
  }

  async ping(options: CallOptions): Promise<void> {
    await this.#request('ping', options, (request) => this.#client.ping(request));
  }

  /** Ends the session (DELETE) and the connection. Never rejects: there is nothing left to do about a failure. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    const { log } = this.#options;
    try {
      if (this.#transport instanceof SettlingTransport) {
        const transport = this.#transport;
        const context: ExchangeContext = { origin: 'internal', timeoutMs: CLOSE_TIMEOUT_MS };
        await exchangeContext.run(context, () => transport.terminateSession());
      }
    } catch (error) {
      log.debug(`The session was not ended properly: ${messageOf(error)}`);
    }
    try {
      await this.#client.close();
    } catch (error) {
      log.debug(`Closing: ${messageOf(error)}`);
    }
  }

  /** Fails everything in flight with `reason`, without a word to the server: it is gone. */
  async abandon(reason: ExternalMcpError): Promise<void> {
    this.#closing = true;
    this.#abandoned = reason;
    await this.#client.close();
  }

  /** What ended the connection, if it was not its other side. */
  get #endReason(): ExternalMcpError | undefined {
    return this.#abandoned ?? (this.#transport instanceof StreamTransport ? this.#transport.failure : undefined);
  }

  async #request<T>(method: string, call: CallOptions, send: (options: RequestOptions) => Promise<T>): Promise<T> {
    const { server } = this.#options;
    const timeoutMs = Math.min(call.timeoutMs ?? this.#options.timeoutMs, LONGEST_WAIT_MS);
    const { signal, onProgress } = call;
    if (signal?.aborted === true) throw cancelledError({ server, method, signal }, false);
    if (this.#connected && this.#client.transport === undefined) throw notConnectedError(server, this.#endReason);
    const context: ExchangeContext = { origin: call.origin, timeoutMs };
    const hadSession = this.#transport.sessionId !== undefined;
    try {
      return await exchangeContext.run(context, () =>
        send({
          timeout: timeoutMs,
          ...(signal === undefined ? {} : { signal }),
          ...(onProgress === undefined ? {} : { onprogress: (progress) => onProgress(toProgress(progress)) }),
        }),
      );
    } catch (error) {
      throw this.#endReason ?? callError(error, { server, method, timeoutMs, signal, head: context.head, hadSession });
    }
  }
}

function toProgress({ progress, total, message }: SdkProgress): Progress {
  return { progress, ...(total === undefined ? {} : { total }), ...(message === undefined ? {} : { message }) };
}

function createTransport(options: ExternalMcpClientOptions): Transport {
  const { endpoint, server } = options;
  if (endpoint.kind === 'stdio') return new StreamTransport(options, endpoint.streams);
  return new SettlingTransport(server, endpoint.url, {
    fetch: createWireFetch(options),
    requestInit: { headers: { ...endpoint.headers } },
  });
}
