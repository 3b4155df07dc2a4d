import { t } from '@vscode/l10n';
import { ExternalMcpError, maskError, messageOf } from '../base/errors.ts';
import { Emitter, type Event } from '../base/event.ts';
import { DisposableStore } from '../base/lifecycle.ts';
import type { ConnectionInfo, ExternalMcpClient, Tool } from '../client/externalMcpClient.ts';
import type { RunFailure } from './restartPolicy.ts';
import { cancelledError, closedError, drainingError, startupTimeoutError, stoppedInCallError } from './runErrors.ts';
import { runFailure } from './runFailure.ts';
import type { RunOptions, Served } from './runOptions.ts';
import { RunStart } from './runStart.ts';
import { watchVitals } from './runVitals.ts';
import type { Service } from './status.ts';
import type { SupervisedRun } from './supervisor.ts';
import type { Vitals } from './vitals.ts';

/** One run of a server, from its start to its end: the process, where it is ours, and the connection to it. */
export class ServerRun implements SupervisedRun {
  readonly #options: RunOptions;
  readonly #owned = new DisposableStore();
  readonly #ended = new Emitter<RunFailure>();
  readonly #measured = new Emitter<void>();
  readonly #troubled = new Emitter<ExternalMcpError | undefined>();
  readonly #abort = new AbortController();
  readonly #start: RunStart;
  #stopping: Promise<void> | undefined;
  #isReady = false;
  #isLost = false;
  #calls = 0;
  #vitals: Vitals | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    // Never forgotten: recorded traffic and logged errors hold them for longer than the server runs.
    for (const secret of options.plan.secrets) options.redactor.add(secret);
    this.#start = new RunStart(options, this.#abort.signal);
    this.#owned.add(this.#start.onDidClose(() => void this.#closed()));
  }

  /** It was ready and came to its end without being asked; said once. */
  readonly onDidEnd = this.#ended.event;

  /** Something is wrong with it, or not any more (undefined); it can be called all the same. */
  readonly onDidChangeTrouble = this.#troubled.event;

  /** Its health was asked for, or what it takes was measured. */
  readonly onDidMeasure = this.#measured.event;

  /** The server says that its tools changed; it may say so before it is ready. */
  get onDidChangeTools(): Event<void> {
    return this.#start.onDidChangeTools;
  }

  /** The session was lost, and there is a new one. */
  get onDidRenewSession(): Event<ConnectionInfo> {
    return this.#start.onDidRenewSession;
  }

  get client(): ExternalMcpClient | undefined {
    return this.#start.client;
  }

  get pid(): number | undefined {
    return this.#start.process?.pid;
  }

  /** Its health and what it takes, from the moment it is ready. */
  get vitals(): Vitals | undefined {
    return this.#vitals;
  }

  /** What it means that the start failed with this, or that the run ended with it; `action`: what may be offered to a person. */
  failureOf(error: ExternalMcpError, what?: string): RunFailure {
    const { process, portTaken } = this.#start;
    const masked = maskError(error, (text) => this.#options.redactor.text(text));
    const exit = process?.exit === undefined ? {} : { exit: process.exit };
    const failure = runFailure(masked, { wasReady: this.#isReady, ...exit });
    if (portTaken === undefined) return what === undefined ? failure : { ...failure, what };
    const { action } = portTaken;
    // It stays taken until somebody acts.
    return { ...failure, nature: 'hopeless', what: t('found its port taken'), ...(action && { action }) };
  }

  /** Throws `connection`, `retryable`, where no more calls are taken; nothing was sent then. */
  assertTakesCalls(): void {
    const draining = this.#vitals?.draining;
    if (draining !== undefined) throw drainingError(this.#options.name, draining);
  }

  /** Runs a call; while one is in flight a missed health check does not mean that the server is dead. */
  async busy<T>(call: () => Promise<T>): Promise<T> {
    this.#calls += 1;
    try {
      return await call();
    } finally {
      this.#calls -= 1;
      this.#vitals?.callEnded();
    }
  }

  /** A connection that broke because the server was stopped, or its process ended: that is the reason, not the broken connection. */
  async explain(error: unknown): Promise<unknown> {
    const { process } = this.#start;
    const isOurDoing = this.#stopping !== undefined && !this.#isLost;
    if (isOurDoing && error instanceof ExternalMcpError && error.kind === 'connection')
      return stoppedInCallError(this.#options.name, error);
    return process === undefined ? error : await process.explain(error);
  }

  /** Resolves when the server can serve. When it rejects, nothing of the run is left. */
  async start(signal: AbortSignal): Promise<Service> {
    const { clock, limits, name } = this.#options;
    const onCancel = (): void => this.#abort.abort(cancelledError(name));
    if (signal.aborted) onCancel();
    signal.addEventListener('abort', onCancel, { once: true });
    const deadline = clock.after(limits.startupTimeoutMs, () =>
      this.#abort.abort(startupTimeoutError(name, limits.startupTimeoutMs)),
    );
    try {
      const served = await this.#start.connect();
      // Until now its end was the business of the start.
      void this.#start.process?.ended.then((error) => this.#lost(error));
      const tools = await this.#listTools();
      this.#abort.signal.throwIfAborted();
      this.#isReady = true;
      return this.#serve(served, tools);
    } catch (error) {
      const reason = await this.#start.explain(error);
      // What could not be ended is said beside it.
      await this.stop().catch((failure: unknown) => this.#options.log.error(messageOf(failure)));
      throw reason;
    } finally {
      deadline.dispose();
      signal.removeEventListener('abort', onCancel);
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
    try {
      await this.#start.end();
    } finally {
      this.#owned.dispose();
    }
  }

  /** A server that cannot list its tools is still worth looking at. */
  async #listTools(): Promise<readonly Tool[]> {
    try {
      return (await this.client?.listTools({ origin: 'internal', signal: this.#abort.signal })) ?? [];
    } catch (error) {
      if (!(error instanceof ExternalMcpError) || error.kind !== 'protocol') throw error;
      this.#options.log.warn(error.message);
      return [];
    }
  }

  /** What it offers from now on, watched over. */
  #serve({ connection: opened, endpoint, isExposed }: Served, tools: readonly Tool[]): Service {
    const { client, pid } = this;
    if (client === undefined) throw new Error('a server that is ready has a client');
    const connection = client.info ?? opened;
    const { url } = connection;
    const health = endpoint && url !== undefined ? { ...endpoint, url: new URL(url) } : endpoint;
    this.#watch(watchVitals(this.#options, { client, pid, endpoint: health, isBusy: () => this.#calls > 0 }));
    return {
      since: this.#options.clock.now(),
      connection,
      tools,
      renewals: 0,
      ...(pid === undefined ? {} : { pid }),
      // It is shown, and what leads there may hold a secret.
      ...(url === undefined ? {} : { url: this.#options.redactor.text(url) }),
      ...(endpoint?.port === undefined ? {} : { port: endpoint.port }),
      ...(isExposed === undefined ? {} : { exposed: isExposed }),
    };
  }

  #watch(vitals: Vitals): void {
    this.#vitals = this.#owned.add(vitals);
    this.#owned.add(vitals.onDidMeasure(() => this.#measured.fire()));
    this.#owned.add(
      vitals.onDidFind((finding) => {
        if (finding.kind === 'lost') this.#lost(finding.error, finding.what);
        else this.#troubled.fire(finding.kind === 'troubled' ? finding.error : undefined);
      }),
    );
  }

  /** A server on its pipes that ends closes them first, and how it ends says more than that. */
  async #closed(): Promise<void> {
    this.#lost((await this.#start.process?.endsSoon()) ?? closedError(this.#options.name));
  }

  /** The server is gone: whoever waits for an answer is told why, a start fails, a running server ends. */
  #lost(error: ExternalMcpError, what?: string): void {
    if (this.#stopping !== undefined || this.#isLost) return;
    this.#isLost = true;
    this.#abort.abort(error);
    void this.client?.abandon(error);
    // Before that, the start fails with it.
    if (this.#isReady) this.#ended.fire(this.failureOf(error, what));
  }
}
