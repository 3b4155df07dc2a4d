import { t } from '@vscode/l10n';
import type { Dispatcher } from 'undici';
import type { Clock } from '../base/clock.ts';
import { ExternalMcpError, messageOf } from '../base/errors.ts';
import { Emitter } from '../base/event.ts';
import { DisposableStore } from '../base/lifecycle.ts';
import type { Log } from '../base/log.ts';
import type { Redactor } from '../base/redact.ts';
import type { TrafficSink } from '../base/traffic.ts';
import {
  type ConnectionInfo,
  type Endpoint,
  ExternalMcpClient,
  type Tool,
  type Verdict,
} from '../client/externalMcpClient.ts';
import { StartAgainError } from '../client/stdioConnection.ts';
import { canConnect } from '../process/connect.ts';
import { ExternalMcpProcess } from '../process/externalMcpProcess.ts';
import type { ProcessGuard } from '../process/guard.ts';
import { listeningPorts } from '../process/listening.ts';
import { describeExit } from '../process/state.ts';
import { atEndpoint, atHost, hostsOf } from './addresses.ts';
import type { LaunchPlan } from './launchPlan.ts';
import type { ServerLimits } from './limits.ts';
import { connectWhenReady, portTakenError } from './readiness.ts';
import {
  cancelledError,
  closedError,
  exitedError,
  listensInsteadError,
  startupTimeoutError,
  unexpectedError,
} from './runErrors.ts';
import type { ReadyStatus } from './status.ts';

/** Lines of output repeated in an error. */
const SHOWN_OUTPUT_LINES = 5;
/** When a silent stdio server is looked at for a port it may listen on instead, in ms. */
const SILENCE_MS = 5000;
/** How long a broken connection waits for the end of its process, which is seen a moment later and explains it better, in ms. */
const END_MS = 500;

export interface RunOptions {
  name: string;
  plan: LaunchPlan;
  limits: ServerLimits;
  agent: Dispatcher;
  guard: ProcessGuard;
  traffic: TrafficSink;
  clock: Clock;
  log: Log;
  redactor: Redactor;
  /** Version of this extension. */
  version: string;
  /** What an earlier run found out about the server. */
  known?: Verdict;
}

/** One run of a server, from its start to its end: the process, where it is ours, and the connection to it. */
export class ServerRun {
  readonly #options: RunOptions;
  readonly #owned = new DisposableStore();
  readonly #ended = new Emitter<ExternalMcpError>();
  readonly #toolsChanged = new Emitter<void>();
  readonly #renewed = new Emitter<ConnectionInfo>();
  readonly #abort = new AbortController();
  readonly #exited = Promise.withResolvers<ExternalMcpError>();
  #process: ExternalMcpProcess | undefined;
  #client: ExternalMcpClient | undefined;
  #stopping: Promise<void> | undefined;
  #isProbing = false;

  constructor(options: RunOptions) {
    this.#options = options;
    // Never forgotten: recorded traffic and logged errors hold them for longer than the server runs.
    for (const secret of options.plan.secrets) options.redactor.add(secret);
  }

  /** It was ready and came to its end without being asked. */
  readonly onDidEnd = this.#ended.event;

  /** The server says that its tools changed; it may say so before it is ready. */
  readonly onDidChangeTools = this.#toolsChanged.event;

  /** The session was lost, and there is a new one. */
  readonly onDidRenewSession = this.#renewed.event;

  get client(): ExternalMcpClient | undefined {
    return this.#client;
  }

  get pid(): number | undefined {
    const state = this.#process?.state;
    return state?.kind === 'running' || state?.kind === 'stopping' ? state.pid : undefined;
  }

  /** Resolves when the server can serve. When it rejects, nothing of the run is left. */
  async start(signal: AbortSignal | undefined): Promise<ReadyStatus> {
    const { clock, limits, name } = this.#options;
    const onCancel = (): void => this.#abort.abort(cancelledError(name));
    if (signal?.aborted === true) onCancel();
    signal?.addEventListener('abort', onCancel, { once: true });
    const deadline = clock.after(limits.startupTimeoutMs, () =>
      this.#abort.abort(startupTimeoutError(name, limits.startupTimeoutMs)),
    );
    try {
      const opened = await this.#connect();
      const tools = await this.#listTools();
      const connection = this.#client?.info ?? opened;
      this.#abort.signal.throwIfAborted();
      const { endpoint } = this.#options.plan;
      return {
        kind: 'ready',
        since: clock.now(),
        connection,
        tools,
        renewals: 0,
        ...(this.pid === undefined ? {} : { pid: this.pid }),
        ...(connection.url === undefined ? {} : { url: connection.url }),
        ...(endpoint.kind === 'http' && endpoint.port !== undefined ? { port: endpoint.port } : {}),
      };
    } catch (error) {
      const reason = await this.#explainStart(error);
      // What could not be ended is said beside it.
      await this.stop().catch((failure: unknown) => this.#options.log.error(messageOf(failure)));
      throw reason;
    } finally {
      deadline.dispose();
      signal?.removeEventListener('abort', onCancel);
    }
  }

  /** Ends the session, the connection and the process; waits until all of it is gone. */
  stop(): Promise<void> {
    this.#stopping ??= this.#end().catch((error: unknown) => {
      // What survived may be tried again.
      this.#stopping = undefined;
      throw error;
    });
    return this.#stopping;
  }

  async #end(): Promise<void> {
    this.#abort.abort(cancelledError(this.#options.name));
    await this.#client?.close();
    try {
      await this.#process?.stop();
    } finally {
      this.#owned.dispose();
    }
  }

  async #connect(): Promise<ConnectionInfo> {
    const { plan, name } = this.#options;
    const { signal } = this.#abort;
    if (plan.launch === undefined) {
      if (plan.endpoint.kind !== 'http') throw new Error('a server that nobody starts has a URL');
      const { port: _unknown, ...endpoint } = plan.endpoint;
      return this.#handshake(endpoint, this.#options.known);
    }
    if (plan.endpoint.kind === 'stdio') return this.#connectPipes(this.#options.known);
    const { port, ...endpoint } = plan.endpoint;
    if (port === undefined) throw new Error('a server that we start has a port');
    const hosts = hostsOf(endpoint.url);
    for (const host of hosts) {
      if (await canConnect(host, port, signal)) throw portTakenError(name, port);
    }
    const process = await this.#spawn('output');
    const state = process.state;
    if (state.kind !== 'running') throw this.#exitedEarly(process);
    const connectAt = (candidates: readonly string[]): Promise<ConnectionInfo> =>
      connectWhenReady({
        server: name,
        pid: state.pid,
        port,
        hosts: candidates,
        signal,
        connect: (host) => this.#handshake({ ...endpoint, url: atHost(endpoint.url, host) }, this.#options.known),
      });
    try {
      return await connectAt(hosts);
    } catch (error) {
      // Some serve only those who call them by name.
      if (hosts.length === 1 || !(error instanceof ExternalMcpError) || error.httpStatus !== 403) throw error;
      return await connectAt(['localhost']);
    }
  }

  /** A process that was spent on finding out what it speaks is started once more. */
  async #connectPipes(known: Verdict | undefined): Promise<ConnectionInfo> {
    this.#isProbing = known === undefined;
    const process = await this.#spawn('pipes');
    const streams = process.pipes;
    if (streams === undefined) throw new Error('a process started for its pipes has them');
    const hint = this.#options.clock.after(SILENCE_MS, () => void this.#hintAtPort(process));
    try {
      return await this.#handshake({ kind: 'stdio', streams }, known);
    } catch (error) {
      if (!(error instanceof StartAgainError) || this.#abort.signal.aborted) throw error;
      await process.stop();
      return await this.#connectPipes(error.known);
    } finally {
      hint.dispose();
      this.#isProbing = false;
    }
  }

  async #spawn(stdio: 'output' | 'pipes'): Promise<ExternalMcpProcess> {
    const { plan, name, traffic, clock, log, redactor, guard } = this.#options;
    if (plan.launch === undefined) throw new Error('nothing to start');
    const redact = (text: string): string => redactor.text(text);
    const process = new ExternalMcpProcess({ server: name, ...plan.launch, stdio, traffic, clock, log, redact, guard });
    this.#process = process;
    this.#owned.add(process.onLine(({ text }) => log.info(text)));
    this.#owned.add(
      process.onDidExit((cause) => {
        const error = this.#exitedEarly(process);
        log.info(t('The process {0}.', describeExit(cause)));
        // Some end when they are asked what they are.
        if (this.#isProbing) return;
        this.#exited.resolve(error);
        this.#lost(error);
      }),
    );
    await process.start(this.#abort.signal);
    return process;
  }

  async #handshake(endpoint: Endpoint, earlier: Verdict | undefined): Promise<ConnectionInfo> {
    const { name, agent, traffic, clock, log, limits, version } = this.#options;
    const known = earlier === undefined ? {} : { known: atEndpoint(earlier, endpoint) };
    const { maxMessageBytes, timeoutMs, maxRetries } = limits;
    const client = new ExternalMcpClient({
      server: name,
      endpoint,
      agent,
      traffic,
      clock,
      log,
      maxMessageBytes,
      timeoutMs,
      maxRetries,
      version,
      ...known,
    });
    this.#owned.add(client.onDidChangeList((kind) => kind === 'tools' && this.#toolsChanged.fire()));
    this.#owned.add(client.onDidRenewSession((info) => this.#renewed.fire(info)));
    let connection: ConnectionInfo;
    try {
      connection = await client.connect({
        origin: 'internal',
        signal: this.#abort.signal,
        timeoutMs: limits.startupTimeoutMs,
        // Whoever starts a server waits for it, and whoever attaches to one wants to know at once.
        maxRetries: 0,
      });
    } catch (error) {
      // Cancelled, it may still have been about to open a session.
      await client.close();
      throw error;
    }
    this.#client = client;
    this.#owned.add(client.onDidClose(() => this.#lost(closedError(name))));
    return connection;
  }

  /** A server that cannot list its tools is still worth looking at. */
  async #listTools(): Promise<readonly Tool[]> {
    try {
      return (await this.#client?.listTools({ origin: 'internal', signal: this.#abort.signal })) ?? [];
    } catch (error) {
      if (!(error instanceof ExternalMcpError) || error.kind !== 'protocol') throw error;
      this.#options.log.warn(error.message);
      return [];
    }
  }

  /** The server is gone: whoever waits for an answer is told why, a start fails, a running server ends. */
  #lost(error: ExternalMcpError): void {
    if (this.#stopping !== undefined) return;
    this.#abort.abort(error);
    void this.#client?.abandon(error);
    this.#ended.fire(error);
  }

  /** A connection that broke because the process ended: its end is the reason, not the broken connection. */
  async explain(error: unknown): Promise<unknown> {
    if (!(error instanceof ExternalMcpError) || error.kind !== 'connection' || error.httpStatus !== undefined)
      return error;
    if (this.#process === undefined) return error;
    const patience = Promise.withResolvers<ExternalMcpError>();
    const timer = this.#options.clock.after(END_MS, () => patience.resolve(error));
    try {
      return await Promise.race([this.#exited.promise, patience.promise]);
    } finally {
      timer.dispose();
    }
  }

  /** Why a start failed: the end of the process or of our patience explains the broken connection, not the other way round. */
  async #explainStart(error: unknown): Promise<ExternalMcpError> {
    const { name } = this.#options;
    const reason: unknown = this.#abort.signal.aborted ? this.#abort.signal.reason : await this.explain(error);
    if (!(reason instanceof ExternalMcpError)) {
      return unexpectedError(name, reason);
    }
    return reason.kind === 'timeout' ? ((await this.#listensInstead()) ?? reason) : reason;
  }

  async #listensInstead(): Promise<ExternalMcpError | undefined> {
    const { name, plan } = this.#options;
    const { pid } = this;
    if (plan.endpoint.kind !== 'stdio' || pid === undefined) return undefined;
    // Where the system would not say, the timeout stands as it is.
    const [port] = await listeningPorts(pid).catch(() => []);
    return port === undefined ? undefined : listensInsteadError(name, port);
  }

  async #hintAtPort(process: ExternalMcpProcess): Promise<void> {
    if (process.state.kind !== 'running') return;
    const error = await this.#listensInstead();
    if (error !== undefined) this.#options.log.warn(error.message);
  }

  #exitedEarly(process: ExternalMcpProcess): ExternalMcpError {
    const { name } = this.#options;
    const { state } = process;
    const how = state.kind === 'exited' ? describeExit(state.cause) : t('ended');
    const lines = process.lastOutput(SHOWN_OUTPUT_LINES).map((line) => this.#options.redactor.text(line));
    return exitedError(name, how, lines);
  }
}
