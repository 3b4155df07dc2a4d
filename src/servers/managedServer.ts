import { t } from '@vscode/l10n';
import { ExternalMcpError, messageOf } from '../base/errors.ts';
import { Emitter, ObservableValue } from '../base/event.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { Log } from '../base/log.ts';
import type { TrafficOrigin } from '../base/traffic.ts';
import type { CallToolResult, Progress, Tool } from '../client/externalMcpClient.ts';
import type { ServerDefinition } from './definition.ts';
import { type DefinitionEntry, isDisabled } from './definitionEntry.ts';
import type { ServerRun } from './serverRun.ts';
import { type ServerSnapshot, takeSnapshot } from './snapshot.ts';
import type { ReadyStatus, ServerStatus } from './status.ts';

/** How a server gets its runs; the registry's part of the work. */
export interface ServerHost {
  log: Log;
  now(): number;
  /** Throws `config` when nothing may be started here. */
  assertAllowed(server: string): void;
  /** Rejects with `config` when it cannot be used. */
  parse(entry: DefinitionEntry): Promise<ServerDefinition>;
  createRun(entry: DefinitionEntry, definition: ServerDefinition, log: Log): Promise<ServerRun>;
}

export interface ToolCall {
  tool: string;
  args: Readonly<Record<string, unknown>>;
  origin: TrafficOrigin;
  signal?: AbortSignal;
  timeoutMs?: number;
  onProgress?: (progress: Progress) => void;
}

/** One server: its definition, its state, and the run behind it while there is one. */
export class ManagedServer implements Disposable {
  readonly #host: ServerHost;
  readonly #status: ObservableValue<ServerStatus>;
  readonly #changed = new Emitter<void>();
  #entry: DefinitionEntry;
  #run: ServerRun | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #restarting: Promise<void> | undefined;
  #restarts = 0;
  #stops = 0;
  #editedWhileRunning = false;
  /** What is wrong with the definition. */
  #problem: ExternalMcpError | undefined;

  constructor(entry: DefinitionEntry, host: ServerHost) {
    this.#entry = entry;
    this.#host = host;
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
    return takeSnapshot({ entry: this.#entry, status: this.status, restarts: this.#restarts, now: this.#host.now() });
  }

  /** Takes an edited definition: at once when nothing runs, else with the next start. */
  redefine(entry: DefinitionEntry): void {
    const edited = JSON.stringify(entry.raw) !== JSON.stringify(this.#entry.raw);
    this.#entry = entry;
    if (!edited) return;
    this.#problem = undefined;
    void this.#check();
    this.#editedWhileRunning = this.#run !== undefined;
    if (this.#run === undefined) this.#status.value = this.#restingStatus();
    this.#changed.fire();
  }

  /** Resolves when the server is ready; rejects with `ExternalMcpError` when it cannot be. Callers share one start. */
  async start(signal?: AbortSignal): Promise<void> {
    const stops = this.#stops;
    if (this.#stopping !== undefined) await this.#stopping;
    if (stops !== this.#stops) throw cancelledError(this.name);
    if (this.status.kind === 'ready') return;
    this.#starting ??= this.#begin(signal).finally(() => (this.#starting = undefined));
    await this.#starting;
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
  async listTools(signal?: AbortSignal): Promise<readonly Tool[]> {
    const { client } = this.#ready();
    const tools = await client.listTools({ origin: 'user', ...(signal === undefined ? {} : { signal }) });
    this.#setTools(tools);
    return tools;
  }

  /** Milliseconds until the server answered a ping. */
  async ping(): Promise<number> {
    const { client } = this.#ready();
    const started = this.#host.now();
    await client.ping({ origin: 'user' });
    return this.#host.now() - started;
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
      return await client.callTool(name, args, options);
    } catch (error) {
      throw await run.explain(error);
    }
  }

  dispose(): void {
    this.#changed.dispose();
    this.#status.dispose();
  }

  async #begin(signal: AbortSignal | undefined): Promise<void> {
    // Nothing is wrong with a server that may not be started here: its state stays what it is.
    this.#host.assertAllowed(this.name);
    this.#editedWhileRunning = false;
    const cancelled = new AbortController();
    this.#cancelStart = () => cancelled.abort();
    this.#status.value = { kind: 'starting', since: this.#host.now() };
    try {
      const definition = await this.#host.parse(this.#entry);
      if (definition.disabled === true) throw disabledError(this.name);
      const run = await this.#host.createRun(this.#entry, definition, this.log);
      this.#run = run;
      run.onDidEnd((error) => void this.#onRunEnded(run, error));
      const status = await run.start(
        signal === undefined ? cancelled.signal : AbortSignal.any([signal, cancelled.signal]),
      );
      run.client?.onDidChangeTools(() => void this.#refreshTools());
      this.#status.value = status;
      this.log.info(t('Ready: {0} tools.', status.tools.length));
    } catch (error) {
      this.#run = undefined;
      const failure = error instanceof ExternalMcpError ? error : unexpected(this.name, error);
      const quiet = failure.kind === 'cancelled' || isDisabled(this.#entry);
      this.#status.value = quiet ? this.#restingStatus() : { kind: 'failed', error: failure };
      if (!quiet) this.log.error(failure.message);
      throw failure;
    } finally {
      this.#cancelStart = () => {};
    }
  }

  #cancelStart: () => void = () => {};

  async #halt(): Promise<void> {
    this.#cancelStart();
    // How the start ended is its caller's business.
    await this.#starting?.catch(() => {});
    const run = this.#run;
    if (run !== undefined) {
      this.#status.value = { kind: 'stopping' };
      await run.stop();
      this.#run = undefined;
    }
    this.#status.value = this.#restingStatus();
  }

  async #stopAndStart(signal: AbortSignal | undefined): Promise<void> {
    await this.stop();
    this.#restarts += 1;
    await this.start(signal);
  }

  async #onRunEnded(run: ServerRun, error: ExternalMcpError): Promise<void> {
    if (this.#run !== run || this.status.kind !== 'ready') return;
    this.#run = undefined;
    this.#status.value = { kind: 'failed', error };
    this.log.error(error.message);
    await run.stop();
  }

  async #refreshTools(): Promise<void> {
    try {
      const { client } = this.#ready();
      this.#setTools(await client.listTools({ origin: 'internal' }));
    } catch (error) {
      this.log.warn(messageOf(error));
    }
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
      this.#problem = error instanceof ExternalMcpError ? error : unexpected(this.name, error);
      if (this.status.kind === 'stopped') this.#status.value = this.#restingStatus();
    }
  }

  /** What a server is while nothing runs. */
  #restingStatus(): ServerStatus {
    if (isDisabled(this.#entry)) return { kind: 'disabled' };
    return this.#problem === undefined ? { kind: 'stopped' } : { kind: 'failed', error: this.#problem };
  }
}

function cancelledError(server: string): ExternalMcpError {
  return new ExternalMcpError('cancelled', t('“{0}” was stopped.', server), { server });
}

function disabledError(server: string): ExternalMcpError {
  return new ExternalMcpError(
    'config',
    t('“{0}” is disabled. Remove "disabled" from its definition to start it.', server),
    { server },
  );
}

/** Something of ours is broken; its text is for the log, not for people. */
function unexpected(server: string, cause: unknown): ExternalMcpError {
  return new ExternalMcpError('process', t('“{0}” could not be started: {1}', server, messageOf(cause)), {
    server,
    cause,
  });
}
