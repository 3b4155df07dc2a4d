import { t } from '@vscode/l10n';
import { ExternalMcpError, messageOf, stackOf } from '../base/errors.ts';
import { Emitter } from '../base/event.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { Log } from '../base/log.ts';
import type { TrafficOrigin } from '../base/traffic.ts';
import type { CallToolResult, ConnectionInfo, Tool, Verdict } from '../client/externalMcpClient.ts';
import { type DefinitionEntry, isDisabled, startsProcess } from './definitionEntry.ts';
import { Relisting } from './relisting.ts';
import type { RestartRule, RunFailure } from './restartPolicy.ts';
import { describeAsked, describeEnding } from './endingWords.ts';
import { disabledError, notRunningError, unexpectedError } from './runErrors.ts';
import { runFailure } from './runFailure.ts';
import { type HistoryEntry, RunHistory } from './runHistory.ts';
import type { ServerHost, ToolCall } from './serverHost.ts';
import type { ServerRun } from './serverRun.ts';
import { type ServerSnapshot, takeSnapshot } from './snapshot.ts';
import { type FailedStatus, isUp, type RestingStatus, type Service, type ServerStatus } from './status.ts';
import { type RunEnding, Supervisor } from './supervisor.ts';
import type { Vitals } from './vitals.ts';

/** One server: its definition, its life, and what can be asked of it while it runs. */
export class ManagedServer implements Disposable {
  readonly #host: ServerHost;
  readonly #supervisor: Supervisor<ServerRun>;
  readonly #changed = new Emitter<void>();
  readonly #measured = new Emitter<void>();
  readonly #gaveUp = new Emitter<FailedStatus>();
  readonly #relisting: Relisting;
  readonly #history = new RunHistory();
  #entry: DefinitionEntry;
  /** What the server was found to speak; found out again after a failure. */
  #known: Verdict | undefined;
  #editedWhileRunning = false;
  #stops = 0;

  constructor(entry: DefinitionEntry, host: ServerHost) {
    this.#entry = entry;
    this.#host = host;
    this.#relisting = new Relisting(() => this.#relist(), host.clock);
    this.#supervisor = new Supervisor(restOf(entry), {
      server: entry.name,
      clock: host.clock,
      createRun: () => this.#createRun(),
      judge: (error, run) => this.#judge(error, run),
    });
    this.#supervisor.onDidEndRun((ending) => this.#onRunEnded(ending));
    this.#supervisor.onDidChangeStatus((status) => this.#onStatus(status));
    void this.#check();
  }

  /** Its state, its definition, or what is known of it. */
  readonly onDidChange = this.#changed.event;

  /** There is another health check, or another sample of its memory; often, so not a change of its own. */
  readonly onDidMeasure = this.#measured.event;

  /** It failed again and again and is not started any more. */
  readonly onDidGiveUp = this.#gaveUp.event;

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
    return this.#supervisor.status;
  }

  get tools(): readonly Tool[] {
    return isUp(this.status) ? this.status.tools : [];
  }

  /** The definition was edited and the run is still the one of before. */
  get needsRestart(): boolean {
    return this.#editedWhileRunning && (isUp(this.status) || this.status.kind === 'starting');
  }

  /** What became of its last runs, oldest first. */
  get history(): readonly HistoryEntry[] {
    return this.#history.entries;
  }

  /** Health and memory of the run, while it can be called. */
  get vitals(): Vitals | undefined {
    return this.#supervisor.run?.vitals;
  }

  snapshot(): ServerSnapshot {
    return takeSnapshot({
      entry: this.#entry,
      status: this.status,
      restarts: this.#history.restarts,
      now: this.#host.clock.now(),
      usage: this.vitals?.usage.at(-1),
    });
  }

  /** Takes an edited definition: a run of the old one goes on, unless the new one says that it wants to be applied at once. */
  redefine(entry: DefinitionEntry): void {
    const edited = JSON.stringify(entry.raw) !== JSON.stringify(this.#entry.raw);
    this.#entry = entry;
    if (!edited) return;
    this.#known = undefined;
    this.#editedWhileRunning = isUp(this.status) || this.status.kind === 'starting';
    if (isDisabled(entry)) this.#supervisor.dispatch({ type: 'defined', rest: { kind: 'disabled' }, apply: false });
    else void this.#check();
    this.#changed.fire();
  }

  /**
   * Resolves when the server is ready; rejects with `ExternalMcpError` when it cannot be. Callers share one start; who gives up leaves
   * it to the others, and the last one to give up ends it.
   */
  async start(signal?: AbortSignal): Promise<void> {
    // Nothing is wrong with a server that may not be started here: its state stays what it is.
    this.#host.assertAllowed(this.name);
    await this.#supervisor.start(signal);
  }

  /** How often somebody wanted it stopped; a start that still waits for its turn is overruled when that changes. */
  get stops(): number {
    return this.#stops;
  }

  /** Resolves when nothing of the server is left; a start that is under way, or waited for, is cancelled. */
  async stop(): Promise<void> {
    this.#stops += 1;
    if (isUp(this.status)) this.log.info(describeAsked(t('was stopped'), this.#upMs(this.status)));
    await this.#supervisor.stop();
  }

  /** Stop and start; asked for again meanwhile, it is the same restart. */
  async restart(signal?: AbortSignal): Promise<void> {
    this.#host.assertAllowed(this.name);
    this.#noteAsked(t('was restarted'));
    await this.#supervisor.restart(signal);
  }

  /** Asks the server again; the answer is also what the tree shows. */
  async listTools(origin: TrafficOrigin, signal?: AbortSignal): Promise<readonly Tool[]> {
    const { client } = this.#up();
    const tools = await this.#masked(client.listTools({ origin, ...(signal === undefined ? {} : { signal }) }));
    this.#serve({ tools });
    return tools;
  }

  /** Milliseconds until the server answered a ping. */
  async ping(): Promise<number> {
    const { client } = this.#up();
    const started = this.#host.clock.now();
    await this.#masked(client.ping({ origin: 'user', maxRetries: 0 }));
    return this.#host.clock.now() - started;
  }

  /** Ends the session and opens another; the server stays as it is. */
  async resetSession(): Promise<void> {
    const { client } = this.#up();
    this.#renew(await this.#masked(client.resetSession({ origin: 'user' })));
  }

  /** Arguments are checked against the tool's schema first. Resolves with `isError: true` when the tool failed. */
  async callTool({ tool: name, args, ...options }: ToolCall): Promise<CallToolResult> {
    const { client, run } = this.#up();
    const tool = this.tools.find((candidate) => candidate.name === name);
    // A tool that was never listed is called all the same: the server knows best.
    if (tool !== undefined) {
      // Loaded with the first call, not with the window.
      const { checkArguments } = await import('./argumentCheck.ts');
      checkArguments(this.name, tool, args);
    }
    const isRepeatable = this.#host.isTrustedTool(this.name, name);
    run.assertTakesCalls();
    try {
      return await run.busy(() => client.callTool(name, args, { ...options, isRepeatable }));
    } catch (error) {
      throw this.#mask(await run.explain(error));
    }
  }

  /** Any other request, sent once, its answer as the server wrote it. */
  async request(
    method: string,
    params: Readonly<Record<string, unknown>>,
    call: { signal?: AbortSignal },
  ): Promise<unknown> {
    const { client, run } = this.#up();
    run.assertTakesCalls();
    try {
      return await run.busy(() => client.request(method, params, { ...call, origin: 'user', maxRetries: 0 }));
    } catch (error) {
      throw this.#mask(await run.explain(error));
    }
  }

  dispose(): void {
    this.#relisting.dispose();
    this.#changed.dispose();
    this.#measured.dispose();
    this.#gaveUp.dispose();
    this.#supervisor.dispose();
  }

  async #createRun(): Promise<{ run: ServerRun; rule: RestartRule }> {
    const entry = this.#entry;
    this.#editedWhileRunning = false;
    const definition = await this.#host.parse(entry);
    if (definition.disabled === true) throw disabledError(this.name);
    const run = await this.#host.createRun(entry, definition, this.#known);
    run.onDidChangeTools(() => this.#relisting.announce());
    run.onDidChangeTrouble((error) =>
      this.#supervisor.dispatch(
        error === undefined ? { type: 'recovered' } : { type: 'troubled', error: this.#mask(error) },
      ),
    );
    run.onDidMeasure(() => this.#measured.fire());
    run.onDidRenewSession((connection) => this.#renew(connection));
    return { run, rule: { mode: definition.restart ?? 'on-failure', isEndless: !startsProcess(entry) } };
  }

  #onStatus(status: ServerStatus): void {
    if (status.kind === 'starting' && status.reason !== 'asked') this.#history.countRestart();
    if (status.kind === 'ready') {
      const { verdict } = status.connection;
      this.#known = verdict.isGuess === true ? undefined : verdict;
    }
    this.#changed.fire();
    if (status.kind === 'failed' && status.crashLoop !== undefined) this.#gaveUp.fire(status);
  }

  #onRunEnded(ending: RunEnding): void {
    const { failure, upMs } = ending;
    if (upMs === undefined) this.#known = undefined;
    this.#history.add({
      time: this.#host.clock.wallTime(),
      what: failure.what,
      ...(upMs === undefined ? {} : { upMs }),
    });
    this.log.error(failure.error.message);
    this.log.info(describeEnding(ending));
  }

  /** A run that ends because somebody wants another one. */
  #noteAsked(what: string): void {
    const { status } = this;
    if (!isUp(status)) return;
    const upMs = this.#upMs(status);
    this.#history.add({ time: this.#host.clock.wallTime(), what, upMs });
    this.log.info(describeAsked(what, upMs));
  }

  #upMs({ since }: Service): number {
    return this.#host.clock.now() - since;
  }

  #judge(error: unknown, run: ServerRun | undefined): RunFailure {
    const masked = this.#mask(error);
    return run?.failureOf(masked) ?? runFailure(masked, { wasReady: false });
  }

  async #relist(): Promise<void> {
    // It may be announced before the start is over, whose own list may be older than that.
    await this.#supervisor.untilNot('starting');
    if (!isUp(this.status)) return;
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
    this.log.error(stackOf(error));
    return unexpectedError(this.name, error);
  }

  #renew(connection: ConnectionInfo): void {
    if (!isUp(this.status)) return;
    this.#serve({ connection, renewals: this.status.renewals + 1 });
    // Another session may have other tools.
    this.#relisting.announce();
  }

  #serve(news: Partial<Service>): void {
    this.#supervisor.dispatch({ type: 'served', news });
  }

  #up(): { client: NonNullable<ServerRun['client']>; run: ServerRun } {
    const { run } = this.#supervisor;
    if (run?.client !== undefined) return { client: run.client, run };
    throw notRunningError(this.name);
  }

  /** A definition that cannot be used is shown as such at once, not only when it is started. */
  async #check(): Promise<void> {
    const entry = this.#entry;
    let rest = restOf(entry);
    let restartOnEdit = false;
    try {
      restartOnEdit = (await this.#host.parse(entry)).restartOnEdit === true;
    } catch (error) {
      if (rest.kind === 'stopped') rest = { kind: 'failed', error: this.#mask(error) };
    }
    // Edited once more meanwhile; or a start has taken the new one already.
    if (entry !== this.#entry) return;
    const apply = restartOnEdit && this.#editedWhileRunning;
    if (apply) this.#noteAsked(t('was restarted with its new definition'));
    this.#supervisor.dispatch({ type: 'defined', rest, apply });
  }
}

function restOf(entry: DefinitionEntry): RestingStatus {
  return { kind: isDisabled(entry) ? 'disabled' : 'stopped' };
}
