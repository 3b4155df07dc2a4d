/**
 * What other extensions see: `getExtension('external-mcp.external-mcp').exports` is an `ExternalMcpExports`.
 * Structural on purpose and free of imports, so that the file can be copied and nothing need be installed.
 */

export interface Disposable {
  dispose(): void;
}

export type Event<T> = (listener: (value: T) => void) => Disposable;

export interface CancellationToken {
  readonly isCancellationRequested: boolean;
  readonly onCancellationRequested: (listener: (value: unknown) => unknown) => Disposable;
}

export interface ExternalMcpExports {
  getApi(
    version: '1',
  ): { available: true; api: ApiV1 } | { available: false; reason: 'version-unknown' | 'version-removed' };
}

export interface ApiV1 {
  readonly apiVersion: string;
  readonly servers: readonly ServerInfo[];
  /** A server came, went or was redefined. */
  readonly onDidChangeServers: Event<void>;
  /** State, tools or figures of one server changed. */
  readonly onDidChangeServer: Event<ServerInfo>;
  /** Resolves when the server is ready, else rejects with an error that `isExternalMcpError` recognises. */
  startServer(server: string | NamedServerDefinition, token?: CancellationToken): Promise<ServerInfo>;
  stopServer(name: string): Promise<void>;
  restartServer(name: string, token?: CancellationToken): Promise<ServerInfo>;
  listTools(name: string, token?: CancellationToken): Promise<readonly Tool[]>;
  /** Resolves with `isError: true` when the tool failed; rejects when there is no answer. */
  callTool(name: string, tool: string, args?: object, options?: CallToolOptions): Promise<CallToolResult>;
  readonly traffic: TrafficApi;
}

export interface CallToolOptions {
  /** Milliseconds; by default what the server's definition says. */
  timeoutMs?: number;
  token?: CancellationToken;
  onProgress?: (progress: Progress) => void;
}

export type ServerState =
  'stopped' | 'starting' | 'ready' | 'degraded' | 'restarting' | 'stopping' | 'failed' | 'authRequired' | 'disabled';

export interface ServerInfo {
  /** The unique string that addresses it: its name, or `name@source` where a narrower scope took the name. */
  name: string;
  source: string;
  state: ServerState;
  pid?: number;
  port?: number;
  url?: string;
  transport?: 'streamable-http' | 'sse' | 'external-sse' | 'stdio';
  /** The variant found, in words. */
  dialect?: string;
  protocolVersion?: string;
  sessionId?: string;
  toolCount: number;
  restarts: number;
  uptimeMs?: number;
  memoryBytes?: number;
  lastError?: { kind: ErrorKind; message: string };
}

/** A definition as in the setting `externalMcp.servers`, with the name that is its key there. */
export interface NamedServerDefinition {
  name: string;
  command?: string;
  args?: readonly string[];
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  url?: string;
  port?: number | 'auto';
  [key: string]: unknown;
}

export interface Tool {
  name: string;
  title?: string;
  description?: string;
  inputSchema: { type: 'object'; [key: string]: unknown };
  [key: string]: unknown;
}

export interface Progress {
  progress: number;
  total?: number;
  message?: string;
}

export interface CallToolResult {
  content: readonly ContentBlock[];
  structuredContent?: unknown;
  isError?: boolean;
  [key: string]: unknown;
}

/** A content block of the specification; `type` says which further fields are there. */
export interface ContentBlock {
  type: string;
  [key: string]: unknown;
}

export interface TrafficApi {
  /**
   * What was recorded, oldest first, secrets masked.
   * @param filter the inspector's filter language: `server:NAME method:NAME`, `-` negates
   * @param page entries with a greater `seq` than `after`, at most `limit` (10,000)
   */
  entries(filter?: string, page?: { after?: number; limit?: number }): readonly TrafficEntry[];
  readonly onDidAppend: Event<{ first: number; last: number }>;
  /** The same as the text of a file, secrets masked: `jsonl` loses nothing else, `har` is HAR 1.2. At most 256 million characters. */
  export(format: 'jsonl' | 'har', filter?: string): Promise<string>;
  clear(): void;
}

export interface TrafficEntry {
  seq: number;
  /** Milliseconds since the epoch with a fraction of microseconds. */
  time: number;
  server: string;
  direction: 'sent' | 'received' | 'internal';
  channel: 'http-request' | 'http-response' | 'sse' | 'stdio' | 'process';
  kind: 'request' | 'response' | 'error' | 'notification' | 'comment' | 'other';
  origin: 'user' | 'api' | 'plugin' | 'health' | 'internal';
  /** Number shared by everything of one HTTP request and its response. */
  exchange?: number;
  sessionId?: string;
  method?: string;
  tool?: string;
  rpcId?: string | number;
  status?: number;
  /** `seq` of the request this answers, or of the answer to this request. */
  pairedWith?: number;
  durationMs?: number;
  /** Where `raw` starts in its stream, in bytes. */
  offset?: number;
  /** Bytes of the body; 0 for heads. */
  size: number;
  /** The body after transfer decoding; heads are rebuilt from names and values in order, and a note says so. */
  raw: Uint8Array;
  /** What was found to be wrong with it; `section` of the specification that says so. */
  notes: readonly { rule: string; severity: 'error' | 'warning' | 'info'; message: string; section?: string }[];
}

export type ErrorKind =
  | 'connection'
  | 'protocol'
  | 'timeout'
  | 'session'
  | 'auth'
  | 'validation'
  | 'process'
  | 'config'
  | 'cancelled'
  | 'tool';

/** Fields beyond `name` and `message` are there only when the error was not sent through another process. */
export interface ExternalMcpErrorLike extends Error {
  kind?: ErrorKind;
  retryable?: boolean;
  retryAfterMs?: number;
  outcomeUnknown?: boolean;
  rpcCode?: number;
  rpcData?: unknown;
  httpStatus?: number;
  server?: string;
}

/** Whether something thrown came from External MCP; works on errors that crossed extension hosts, of which only the name is left. */
export function isExternalMcpError(error: unknown): error is ExternalMcpErrorLike {
  return error instanceof Error && error.name.endsWith(' (ExternalMcpError)');
}
