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
  /** What installed extensions contribute under `externalMcpPlugins`, whether they run already or not. */
  readonly plugins: readonly PluginInfo[];
  readonly onDidChangePlugins: Event<void>;
  /**
   * Puts a plugin in place, from the `activate` of the extension that contributes it; disposing shuts it down. Throws `validation` for an id
   * that the calling extension does not contribute, or that is registered already.
   */
  registerPlugin(id: string, plugin: ExternalPlugin): Disposable;
  /** Never rejects: whatever a plugin or a server does comes back as a response. */
  execute(
    pluginId: string,
    request: { action: string; parameters?: object; context?: object },
    token?: CancellationToken,
  ): Promise<PluginResponse>;
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

/** A plugin as its extension contributes it, in `contributes.externalMcpPlugins` of its package.json. */
export interface PluginInfo {
  id: string;
  label: string;
  description?: string;
  /** Id of the extension that contributes it. */
  extension: string;
  version: string;
  capabilities: readonly string[];
  actions: readonly PluginAction[];
  secrets: readonly PluginSecret[];
  /** `idle` until its first action runs, `broken` when its contribution cannot be used. */
  state: 'idle' | 'starting' | 'ready' | 'failed' | 'broken';
  /** Why it is `failed` or `broken`. */
  problem?: string;
}

export interface PluginAction {
  name: string;
  /** Other names that requests may use for it. */
  aliases: readonly string[];
  title: string;
  description?: string;
  /** JSON Schema of its parameters; they are checked against it before the plugin sees them. */
  parameters: { type: 'object'; [key: string]: unknown };
}

/** A credential that the plugin reads with `context.secrets` or names as `${secret:name}` in the definition of a server. */
export interface PluginSecret {
  name: string;
  title: string;
  /** What it is and where to get it. */
  description?: string;
}

/** What an extension registers. Each method may be called again after `shutdown`, which ends with a fresh `initialize`. */
export interface ExternalPlugin {
  /** Called before the first action, and again after a reload. */
  initialize(context: PluginContext): Promise<void>;
  /**
   * Carries out one action. What it resolves with is the data of a success, unless it is a `PluginOutcome`, or a tool's result with
   * `isError`; what it throws becomes an error, of the kind that a `kind` on it names.
   */
  execute(request: PluginRequest, token: CancellationToken): Promise<unknown>;
  shutdown(): Promise<void>;
}

export interface PluginRequest {
  requestId: string;
  /** ISO 8601. */
  timestamp: string;
  /** The action's own name, also where the request used another of its names. */
  action: string;
  parameters: Readonly<Record<string, unknown>>;
  /** Whatever the caller wanted the plugin to know. */
  context: Readonly<Record<string, unknown>>;
}

/** Says more than data; recognised by a `status` and by having no other keys than these. */
export interface PluginOutcome {
  status: 'success' | 'error' | 'partial';
  data?: unknown;
  error?: { kind: ErrorKind; code?: string; message: string; retryable?: boolean; retryAfterMs?: number };
}

export interface PluginResponse {
  requestId: string;
  /** ISO 8601. */
  timestamp: string;
  status: 'success' | 'error' | 'partial';
  data?: unknown;
  error?: {
    kind: ErrorKind;
    /** The plugin's own word for it. */
    code?: string;
    message: string;
    retryable: boolean;
    retryAfterMs?: number;
  };
  /** `server` and `tool` of the last call that the action made, `attempts` of all its calls together. */
  metadata: { action: string; server?: string; tool?: string; attempts: number; durationMs: number };
}

/** What a plugin works with. Everything in it is the plugin's own and ends with it. */
export interface PluginContext {
  /** What the setting `externalMcp.plugins` says for this plugin, with the defaults of its `configSchema`. */
  config: unknown;
  secrets: {
    get(name: string): Promise<string | undefined>;
    set(name: string, value: string): Promise<void>;
    delete(name: string): Promise<void>;
  };
  /** An output channel; secrets are masked. */
  log: {
    debug(message: string): void;
    info(message: string): void;
    warn(message: string): void;
    error(message: string): void;
  };
  /**
   * Starts a server of the plugin's, or returns the one that runs under this definition. The name in the answer is what addresses it: another one
   * where the name was taken. `server_path` and `startup_timeout` are accepted for `serverPath` and `startupTimeout`; `${secret:name}` is the plugin's own.
   */
  startServer(definition: NamedServerDefinition, token?: CancellationToken): Promise<ServerInfo>;
  /** Waits for a server of the plugin's to be gone. */
  stopServer(name: string): Promise<void>;
  listTools(server: string, token?: CancellationToken): Promise<readonly Tool[]>;
  callTool(server: string, tool: string, args?: object, options?: CallToolOptions): Promise<CallToolResult>;
  /** What the person who ran the action may do next, as buttons beside its result; at most five. */
  offer(actions: readonly OfferedAction[]): void;
  /** Shows a text to the person who ran the action; where code ran it, nothing is shown. */
  openDocument(content: string, language: string): Promise<void>;
  /** Resolves with whether it was opened. Only http and https addresses are. */
  openExternal(url: string): Promise<boolean>;
  /** Runs a program in a terminal, where a person can answer it; resolves when it has started. */
  runInTerminal(definition: TerminalDefinition): Promise<void>;
}

export interface OfferedAction {
  title: string;
  /** A command of VS Code. */
  command: string;
  /** Its one argument. */
  argument?: unknown;
}

export interface TerminalDefinition {
  name: string;
  command: string;
  args?: readonly string[];
  cwd?: string;
  /** Added to the editor's own environment; null takes a variable away. */
  env?: Readonly<Record<string, string | null>>;
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
