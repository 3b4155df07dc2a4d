import { ExternalMcpError } from '../base/errors.ts';
import { Emitter } from '../base/event.ts';
import { DisposableStore } from '../base/lifecycle.ts';
import { type ConnectionInfo, type Endpoint, ExternalMcpClient, type Verdict } from '../client/externalMcpClient.ts';
import { atEndpoint } from './addresses.ts';
import { startOverHttp } from './httpStart.ts';
import type { Launch } from './launchPlan.ts';
import { startOnPipes } from './pipeStart.ts';
import { PortConflict } from './portConflict.ts';
import { describePortTaken, type PortTaken } from './portTaken.ts';
import { unexpectedError } from './runErrors.ts';
import type { RunOptions, Served, StartContext } from './runOptions.ts';
import { RunProcess } from './runProcess.ts';

/** Brings up what a run consists of, its process and its connection, and takes both down again. */
export class RunStart implements StartContext {
  readonly options: RunOptions;
  readonly signal: AbortSignal;
  readonly #owned = new DisposableStore();
  readonly #toolsChanged = this.#owned.add(new Emitter<void>());
  readonly #renewed = this.#owned.add(new Emitter<ConnectionInfo>());
  readonly #closed = this.#owned.add(new Emitter<void>());
  #process: RunProcess | undefined;
  #client: ExternalMcpClient | undefined;
  #portTaken: PortTaken | undefined;
  #whyTooLate: (() => Promise<ExternalMcpError | undefined>) | undefined;

  /** @param signal ends the start */
  constructor(options: RunOptions, signal: AbortSignal) {
    this.options = options;
    this.signal = signal;
  }

  readonly onDidChangeTools = this.#toolsChanged.event;
  readonly onDidRenewSession = this.#renewed.event;
  /** The connection that was made is no more. */
  readonly onDidClose = this.#closed.event;

  /** The last one; absent where the server is somebody else's. */
  get process(): RunProcess | undefined {
    return this.#process;
  }

  get client(): ExternalMcpClient | undefined {
    return this.#client;
  }

  /** Why nothing can be started, if that is it. */
  get portTaken(): PortTaken | undefined {
    return this.#portTaken;
  }

  async connect(): Promise<Served> {
    const { plan, known } = this.options;
    const { launch, endpoint } = plan;
    if (endpoint.kind === 'http') {
      if (launch !== undefined) return startOverHttp(this, plan);
      return { connection: await this.handshake(endpoint, known, this.signal), endpoint };
    }
    if (launch === undefined) throw new Error('a server that nobody starts has a URL');
    return { connection: await startOnPipes(this, launch, known) };
  }

  /** Ends the session, the connection and the process; rejects when something of it survived. */
  async end(): Promise<void> {
    await this.#client?.close();
    try {
      await this.#process?.stop();
    } finally {
      this.#owned.dispose();
    }
  }

  async spawn(launch: Launch, stdio: 'output' | 'pipes'): Promise<RunProcess> {
    const process = new RunProcess(this.options, launch, stdio);
    this.#owned.add(process);
    this.#process = process;
    await process.start(this.signal);
    return process;
  }

  async handshake(endpoint: Endpoint, earlier: Verdict | undefined, signal: AbortSignal): Promise<ConnectionInfo> {
    const { name, agent, traffic, clock, log, redactor, limits, version } = this.options;
    const { maxMessageBytes, timeoutMs, maxRetries, startupTimeoutMs } = limits;
    const client = new ExternalMcpClient({
      server: name,
      endpoint,
      agent,
      traffic,
      clock,
      log,
      mask: (text) => redactor.text(text),
      maxMessageBytes,
      timeoutMs,
      maxRetries,
      version,
      ...(earlier === undefined ? {} : { known: atEndpoint(earlier, endpoint) }),
    });
    this.#owned.add(client.onDidChangeList((kind) => kind === 'tools' && this.#toolsChanged.fire()));
    this.#owned.add(client.onDidRenewSession((info) => this.#renewed.fire(info)));
    let connection: ConnectionInfo;
    try {
      // Whoever starts a server waits for it, and whoever attaches to one wants to know at once: no retries.
      connection = await client.connect({ origin: 'internal', signal, timeoutMs: startupTimeoutMs, maxRetries: 0 });
    } catch (error) {
      // Cancelled, it may still have been about to open a session.
      await client.close();
      throw error;
    }
    this.#client = client;
    this.#owned.add(client.onDidClose(() => this.#closed.fire()));
    return connection;
  }

  whenTooLate(explain: () => Promise<ExternalMcpError | undefined>): void {
    this.#whyTooLate = explain;
  }

  /** Why it failed: the end of the process or of our patience explains the broken connection, not the other way round. */
  async explain(error: unknown): Promise<ExternalMcpError> {
    const reason: unknown = this.signal.aborted ? this.signal.reason : ((await this.#process?.explain(error)) ?? error);
    if (reason instanceof PortConflict) return this.#explainConflict(reason);
    if (!(reason instanceof ExternalMcpError)) return unexpectedError(this.options.name, reason);
    return reason.kind === 'timeout' ? ((await this.#whyTooLate?.()) ?? reason) : reason;
  }

  async #explainConflict({ port, ending }: PortConflict): Promise<ExternalMcpError> {
    const { name, plan, marker, redactor } = this.options;
    if (plan.endpoint.kind !== 'http') throw new Error('only a server over HTTP has a port');
    const { url } = plan.endpoint;
    const redact = (text: string): string => redactor.text(text);
    const taken = await describePortTaken({ server: name, port, url, marker, redact });
    // It is free by now, or held by something else than a listener.
    if (taken.pid === undefined && ending !== undefined) return ending;
    this.#portTaken = taken;
    return taken.error;
  }
}
