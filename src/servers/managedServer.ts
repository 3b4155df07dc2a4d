import { t } from '@vscode/l10n';
import { ExternalMcpError, messageOf } from '../base/errors.ts';
import { Emitter, ObservableValue } from '../base/event.ts';
import { abortable } from '../base/abortable.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { Log } from '../base/log.ts';
import type { TrafficOrigin } from '../base/traffic.ts';
import type { CallToolResult, ConnectionInfo, Tool, Verdict } from '../client/externalMcpClient.ts';
import { type DefinitionEntry, isDisabled } from './definitionEntry.ts';
import { Relisting } from './relisting.ts';
import { cancelledError, disabledError, unexpectedError } from './runErrors.ts';
import type { ServerHost, ToolCall } from './serverHost.ts';
import type { ServerRun } from './serverRun.ts';
import { type ServerSnapshot, takeSnapshot } from './snapshot.ts';
import type { ReadyStatus, ServerStatus } from './status.ts';

/** One server: its definition, its state, and the run behind it while there is one. */
export class ManagedServer implements Disposable {
  readonly #host: ServerHost;
  readonly #status: ObservableValue<ServerStatus>;
  readonly #changed = new Emitter<void>();
  readonly #relisting: Relisting;
  #entry: DefinitionEntry;
  #run: ServerRun | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #restarting: Promise<void> | undefined;
  /** Callers that wait for the start. */
  #waiting = 0;
  /** What the server was found to speak; found out again after a failure. */
  #known: Verdict | undefined;
  #restarts = 0;
  #stops = 0;
  #editedWhileRunning = false;
  /** What is wrong with the definition. */
  #problem: ExternalMcpError | undefined;

  constructor(entry: DefinitionEntry, host: ServerHost) {
    this.#entry = entry;
    this.#host = host;
    this.#relisting = new Relisting(() => this.#relist(), host.clock);
    this.#status = new ObservableValue<ServerStatus>(this.#restingStatus());
    this.#status.onDidChange(() => this.#changed.fire());
    void this.#check();
  }

  readonly onDidChange = this.#changed.event;

  get name(): string {
    return this.#entry.name;
  }

  get entry(): DefinitionEntry {
    return this.#entry;
  }

  get log(): Log {
    return this.#host.log;
  }

  get status(): ServerStatus {
    return this.#status.value;
  }

  get tools(): readonly Tool[] {
    return this.status.kind === 'ready' ? this.status.tools : [];
  }

  /** The definition was edited and the run is still the one of before. */
  get needsRestart(): boolean {
    return this.#editedWhileRunning && this.#run !== undefined;
  }

  snapshot(): ServerSnapshot {
    return takeSnapshot({
      entry: this.#entry,
      status: this.status,
      restarts: this.#restarts,
      now: this.#host.clock.now(),
    });
  }

  /** Takes an edited definition: at once when nothing runs, else with the next start. */
  redefine(entry: DefinitionEntry): void {
    const edited = JSON.stringify(entry.raw) !== JSON.stringify(this.#entry.raw);
    this.#entry = entry;
    if (!edited) return;
    this.#problem = undefined;
    this.#known = undefined;
    void this.#check();
    const isActive = this.#run !== undefined || this.#starting !== undefined;
    this.#editedWhileRunning = isActive;
    if (!isActive) this.#status.value = this.#restingStatus();
    this.#changed.fire();
  }

  /**
   * Resolves when the server is ready; rejects with `ExternalMcpError` when it cannot be. Callers share one start; who gives up leaves
   * it to the others, and the last one to give up ends it.
   */
  async start(signal?: AbortSignal): Promise<void> {
    const stops = this.#stops;
    if (this.#stopping !== undefined) await this.#stopping;
    if (stops !== this.#stops) throw cancelledError(this.name);
    if (this.status.kind === 'ready') return;
    this.#starting ??= this.#begin().finally(() => (this.#starting = undefined));
    const starting = this.#starting;
    this.#waiting += 1;
    try {
      await abortable(starting, signal, () => cancelledError(this.name));
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0 && signal?.aborted === true) {
        this.#cancelStart();
        // Whoever gave up may count on nothing being left.
        await starting.catch(() => {});
      }
    }
  }

  /** Resolves when nothing of the server is left; a start that is under way is cancelled. */
  async stop(): Promise<void> {
    this.#stops += 1;
    this.#stopping ??= this.#halt().finally(() => (this.#stopping = undefined));
    await this.#stopping;
  }

  /** Stop and start; asked for again meanwhile, it is the same restart. */
  async restart(signal?: AbortSignal): Promise<void> {
    this.#restarting ??= this.#stopAndStart(signal).finally(() => (this.#restarting = undefined));
    await this.#restarting;
  }

  /** Asks the server again; the answer is also what the tree shows. */
  async listTools(origin: TrafficOrigin, signal?: AbortSignal): Promise<readonly Tool[]> {
    const { client } = this.#ready();
    const tools = await this.#masked(client.listTools({ origin, ...(signal === undefined ? {} : { signal }) }));
    this.#setTools(tools);
    return tools;
  }

  /** Milliseconds until the server answered a ping. */
  async ping(): Promise<number> {
    const { client } = this.#ready();
    const started = this.#host.clock.now();
    await this.#masked(client.ping({ origin: 'user', maxRetries: 0 }));
    return this.#host.clock.now() - started;
  }

  /** Ends the session and opens another; the server stays as it is. */
  async resetSession(): Promise<void> {
    const { client } = this.#ready();
    this.#renew(await this.#masked(client.resetSession({ origin: 'user' })));
  }

  /** Arguments are checked against the tool's schema first. Resolves with `isError: true` when the tool failed. */
  async callTool({ tool: name, args, ...options }: ToolCall): Promise<CallToolResult> {
    const { client, run, status } = this.#ready();
    const tool = status.tools.find((candidate) => candidate.name === name);
    // A tool that was never listed is called all the same: the server knows best.
    if (tool !== undefined) {
      // Loaded with the first call, not with the window.
      const { checkArguments } = await import('./argumentCheck.ts');
      checkArguments(this.name, tool, args);
    }
    try {
      const isRepeatable = this.#host.isTrustedTool(this.name, name);
      return await client.callTool(name, args, { ...options, isRepeatable });
    } catch (error) {
      throw this.#mask(await run.explain(error));
    }
  }

  dispose(): void {
    this.#relisting.dispose();
    this.#changed.dispose();
    this.#status.dispose();
  }

  async #begin(): Promise<void> {
    // Nothing is wrong with a server that may not be started here: its state stays what it is.
    this.#host.assertAllowed(this.name);
    this.#editedWhileRunning = false;
    const cancelled = new AbortController();
    this.#cancelStart = () => cancelled.abort();
    this.#status.value = { kind: 'starting', since: this.#host.clock.now() };
    try {
      const run = await abortable(this.#createRun(), cancelled.signal, () => cancelledError(this.name));
      this.#run = run;
      run.onDidEnd((error) => void this.#onRunEnded(run, error));
      run.onDidChangeTools(() => this.#relisting.announce());
      run.onDidRenewSession((connection) => this.#renew(connection));
      const ready = await run.start(cancelled.signal);
      const { verdict } = ready.connection;
      this.#known = verdict.isGuess === true ? undefined : verdict;
      this.#status.value = ready;
      this.log.info(t('Ready: {0} tools.', this.tools.length));
    } catch (error) {
      this.#run = undefined;
      this.#known = undefined;
      const failure = this.#mask(error);
      const quiet = failure.kind === 'cancelled' || isDisabled(this.#entry);
      this.#status.value = quiet ? this.#restingStatus() : { kind: 'failed', error: failure };
      if (!quiet) this.log.error(failure.message);
      throw failure;
    } finally {
      this.#cancelStart = () => {};
    }
  }

  #cancelStart: () => void = () => {};

  async #createRun(): Promise<ServerRun> {
    const definition = await this.#host.parse(this.#entry);
    if (definition.disabled === true) throw disabledError(this.name);
    return this.#host.createRun(this.#entry, definition, this.#known);
  }

  async #halt(): Promise<void> {
    this.#cancelStart();
    // How the start ended is its caller's business.
    await this.#starting?.catch(() => {});
    const run = this.#run;
    if (run !== undefined) {
      this.#status.value = { kind: 'stopping' };
      try {
        await run.stop();
      } catch (error) {
        const failure = this.#mask(error);
        this.#status.value = { kind: 'failed', error: failure };
        throw failure;
      }
      this.#run = undefined;
    }
    this.#status.value = this.#restingStatus();
  }

  async #stopAndStart(signal: AbortSignal | undefined): Promise<void> {
    const stops = this.#stops + 1;
    await this.stop();
    // Stopped by somebody while it was being stopped for the restart.
    if (stops !== this.#stops) throw cancelledError(this.name);
    this.#restarts += 1;
    await this.start(signal);
  }

  async #onRunEnded(run: ServerRun, cause: ExternalMcpError): Promise<void> {
    if (this.#run !== run || this.status.kind !== 'ready') return;
    const error = this.#mask(cause);
    this.#status.value = { kind: 'failed', error };
    this.log.error(error.message);
    // What is left of it goes before anything else begins.
    this.#stopping ??= this.#clear(run).finally(() => (this.#stopping = undefined));
    await this.#stopping;
  }

  async #clear(run: ServerRun): Promise<void> {
    try {
      await run.stop();
      this.#run = undefined;
    } catch (error) {
      this.log.error(messageOf(error));
    }
  }

  async #relist(): Promise<void> {
    // It may be announced before the start is over, whose own list may be older than that.
    await this.#starting?.catch(() => {});
    if (this.status.kind !== 'ready') return;
    try {
      await this.listTools('internal');
    } catch (error) {
      this.log.warn(messageOf(error));
    }
  }

  async #masked<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw this.#mask(error);
    }
  }

  #mask(error: unknown): ExternalMcpError {
    if (error instanceof ExternalMcpError) return this.#host.mask(error);
    this.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return unexpectedError(this.name, error);
  }

  #renew(connection: ConnectionInfo): void {
    if (this.status.kind !== 'ready') return;
    this.#status.value = { ...this.status, connection, renewals: this.status.renewals + 1 };
    // Another session may have other tools.
    this.#relisting.announce();
  }

  #setTools(tools: readonly Tool[]): void {
    if (this.status.kind === 'ready') this.#status.value = { ...this.status, tools };
  }

  #ready(): { client: NonNullable<ServerRun['client']>; run: ServerRun; status: ReadyStatus } {
    const { status } = this;
    const run = this.#run;
    if (status.kind === 'ready' && run?.client !== undefined) return { client: run.client, run, status };
    throw new ExternalMcpError('connection', t('“{0}” is not running. Start it first.', this.name), {
      server: this.name,
    });
  }

  /** A definition that cannot be used is shown as such at once, not only when it is started. */
  async #check(): Promise<void> {
    const entry = this.#entry;
    try {
      await this.#host.parse(entry);
    } catch (error) {
      if (entry !== this.#entry) return;
      this.#problem = this.#mask(error);
      if (this.status.kind === 'stopped') this.#status.value = this.#restingStatus();
    }
  }

  /** What a server is while nothing runs. */
  #restingStatus(): ServerStatus {
    if (isDisabled(this.#entry)) return { kind: 'disabled' };
    return this.#problem === undefined ? { kind: 'stopped' } : { kind: 'failed', error: this.#problem };
  }
}
