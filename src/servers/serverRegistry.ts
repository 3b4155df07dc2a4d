import { t } from '@vscode/l10n';
import pLimit from 'p-limit';
import type { Clock } from '../base/clock.ts';
import { ExternalMcpError, maskError, messageOf } from '../base/errors.ts';
import { Emitter } from '../base/event.ts';
import { type Disposable, DisposableStore } from '../base/lifecycle.ts';
import { type Log, redactingLog } from '../base/log.ts';
import type { Redactor } from '../base/redact.ts';
import type { TrafficSink } from '../base/traffic.ts';
import type { Verdict } from '../client/externalMcpClient.ts';
import type { ServerDefinition } from './definition.ts';
import { type CommonSettings, resolveLimits } from './limits.ts';
import type { DefinitionEntry } from './definitionEntry.ts';
import { ManagedServer } from './managedServer.ts';
import { cancelledError } from './runErrors.ts';
import type { Runtime, RuntimeStorage } from './runtime.ts';
import type { ServerRun } from './serverRun.ts';
import { isActive } from './status.ts';
import type { VariableSources } from './variables.ts';

/** Of servers that start together; the others wait for their turn, in their order. */
const STARTS_AT_ONCE = 4;

export interface RegistryOptions {
  traffic: TrafficSink;
  clock: Clock;
  redactor: Redactor;
  /** Version of this extension, told to the servers. */
  version: string;
  hostEnv: NodeJS.ProcessEnv;
  /** Absent: what is left of this host is not remembered beyond its end. */
  storage?: RuntimeStorage;
  /** The log of one server; asked for once per server. */
  openLog(server: string): Log;
  /** Whether servers may be started here at all (Workspace Trust). */
  isTrusted(): boolean;
  settings(): CommonSettings;
  /** @param signal aborted when nobody waits for the start any more */
  variables(entry: DefinitionEntry, signal: AbortSignal): VariableSources;
}

/** All servers that are known, whoever defined them. Views observe it, and all change goes through it. */
export class ServerRegistry {
  readonly #options: RegistryOptions;
  readonly #servers = new Map<string, { server: ManagedServer; owned: DisposableStore }>();
  /** Removed and not ended yet; whoever takes the name of one waits for it. */
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #listChanged = new Emitter<void>();
  readonly #serverChanged = new Emitter<ManagedServer>();
  readonly #measured = new Emitter<ManagedServer>();
  readonly #gaveUp = new Emitter<ManagedServer>();
  readonly #starts = pLimit(STARTS_AT_ONCE);
  /** From outside the settings: the sample server, and what other extensions started. */
  readonly #extra = new Map<string, DefinitionEntry>();
  #configured: readonly DefinitionEntry[] = [];
  #runtime: Promise<Runtime> | undefined;
  #disposed = false;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** A server came, went or was redefined. */
  readonly onDidChangeServers = this.#listChanged.event;
  /** State or tools of one server changed. */
  readonly onDidChangeServer = this.#serverChanged.event;
  /** There is another health check or memory sample of one server: every few seconds each, while they run. */
  readonly onDidMeasureServer = this.#measured.event;
  /** One server failed again and again and is not started any more. */
  readonly onDidGiveUp = this.#gaveUp.event;

  get servers(): readonly ManagedServer[] {
    return [...this.#servers.values()].map(({ server }) => server);
  }

  /** Throws `config` when there is none of that name. */
  get(name: string): ManagedServer {
    const found = this.#servers.get(name)?.server;
    if (found !== undefined) return found;
    throw unknownError(name);
  }

  /** Replaces everything that the settings define. */
  configure(entries: readonly DefinitionEntry[]): void {
    this.#configured = entries;
    this.#reconcile();
  }

  /** Adds a server that no setting defines, or redefines it. Throws `config` when the name belongs to a setting, or to (another) plugin. */
  add(entry: DefinitionEntry): ManagedServer {
    if (this.#configured.some(({ name }) => name === entry.name)) {
      throw new ExternalMcpError(
        'config',
        t('“{0}” is defined in the settings already. Choose another name.', entry.name),
        {
          server: entry.name,
        },
      );
    }
    const owner = this.#extra.get(entry.name);
    if (owner !== undefined && owner.secretScope !== entry.secretScope) {
      const message = t('“{0}” belongs to somebody else ({1}). Choose another name.', entry.name, owner.source);
      throw new ExternalMcpError('config', message, { server: entry.name });
    }
    this.#extra.set(entry.name, entry);
    this.#reconcile();
    return this.get(entry.name);
  }

  /** Stops a server that `add` brought and forgets it. */
  async remove(name: string): Promise<void> {
    if (this.#extra.delete(name)) this.#reconcile();
  }

  async stopAll(): Promise<void> {
    throwFirst(await Promise.allSettled(this.servers.map((server) => server.stop())));
  }

  /** Starts every server that is not disabled; rejects with the first failure once all have been tried. */
  async startAll(): Promise<void> {
    const idle = this.servers.filter((server) => server.status.kind !== 'disabled' && !isActive(server.status));
    const results = await Promise.allSettled(idle.map((server) => this.startInTurn(server)));
    throwFirst(results);
  }

  /**
   * Starts a server as soon as fewer than four others that wait here are starting; rejects as `ManagedServer.start` does, and with `cancelled`
   * when it was stopped or removed before its turn came.
   */
  startInTurn(server: ManagedServer): Promise<void> {
    const { stops } = server;
    return this.#starts(async () => {
      if (server.stops !== stops) throw cancelledError(server.name);
      await server.start();
    });
  }

  /** Ends all servers and waits until nothing of them is left. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    // One that cannot be stopped must not keep the others from it.
    await Promise.allSettled([...this.servers.map((server) => server.stop()), ...this.#leaving.values()]);
    for (const { owned } of this.#servers.values()) owned.dispose();
    this.#servers.clear();
    await (await this.#runtime)?.dispose();
  }

  #reconcile(): void {
    const wanted = new Map<string, DefinitionEntry>([
      ...this.#extra,
      ...this.#configured.map((entry): [string, DefinitionEntry] => [entry.name, entry]),
    ]);
    for (const [name, { server, owned }] of this.#servers) {
      if (wanted.has(name)) continue;
      this.#servers.delete(name);
      this.#leave(server, owned);
    }
    for (const [name, entry] of wanted) {
      const known = this.#servers.get(name);
      if (known === undefined) this.#servers.set(name, this.#create(entry));
      else known.server.redefine(entry);
    }
    this.#listChanged.fire();
  }

  #leave(server: ManagedServer, owned: DisposableStore): void {
    const { name } = server;
    const gone = Promise.all([this.#leaving.get(name), server.stop()])
      .catch((error: unknown) => server.log.error(messageOf(error)))
      .then(() => {
        owned.dispose();
        if (this.#leaving.get(name) === gone) this.#leaving.delete(name);
      });
    this.#leaving.set(name, gone);
  }

  #create(entry: DefinitionEntry): { server: ManagedServer; owned: DisposableStore } {
    const options = this.#options;
    const server = new ManagedServer(entry, {
      log: redactingLog(options.openLog(entry.name), options.redactor),
      clock: options.clock,
      mask: (error) => maskError(error, (text) => options.redactor.text(text)),
      assertAllowed: (name) => {
        this.#assertAllowed(name);
        // Somebody may still hold on to one that was removed since.
        if (this.#servers.get(name)?.server !== server) throw unknownError(name);
      },
      // Loaded when there is something to check: a schema takes longer to set up than everything else here.
      parse: async ({ name, raw }) => (await import('./definition.ts')).parseDefinition(name, raw),
      isTrustedTool: (name, tool) => {
        const { trustedTools = {} } = options.settings();
        return Object.hasOwn(trustedTools, name) && trustedTools[name]?.includes(tool) === true;
      },
      createRun: (current, definition, known) => this.#createRun(current, definition, known, server),
    });
    const owned = new DisposableStore();
    owned.add(server);
    owned.add(server.onDidChange(() => this.#serverChanged.fire(server)));
    owned.add(server.onDidMeasure(() => this.#measured.fire(server)));
    owned.add(server.onDidGiveUp(() => this.#gaveUp.fire(server)));
    return { server, owned };
  }

  async #createRun(
    entry: DefinitionEntry,
    definition: ServerDefinition,
    known: Verdict | undefined,
    server: ManagedServer,
  ): Promise<ServerRun> {
    const { traffic, clock, redactor, version, hostEnv, storage } = this.#options;
    const start = startOf(server);
    await this.#leaving.get(entry.name);
    this.#runtime ??= import('./runtime.ts').then(({ Runtime }) => new Runtime(clock, storage));
    const runtime = await this.#runtime;
    const variables = this.#options.variables(entry, start.signal);
    const defaultCwd = entry.folder ?? variables.folders[0]?.path ?? variables.userHome;
    const plan = await runtime
      .plan({ name: entry.name, definition, variables, hostEnv, defaultCwd })
      .finally(() => start.dispose());
    const limits = resolveLimits(definition, this.#options.settings(), hostEnv);
    const run = { name: entry.name, plan, limits, traffic, clock, log: server.log, redactor, version };
    return runtime.createRun({ ...run, ...(known === undefined ? {} : { known }) });
  }

  #assertAllowed(server: string): void {
    if (this.#disposed)
      throw new ExternalMcpError('cancelled', t('“{0}” was not started: the window is closing.', server), { server });
    if (this.#options.isTrusted()) return;
    throw new ExternalMcpError(
      'config',
      t(
        '“{0}” was not started: this workspace is not trusted. Trust it with “Workspaces: Manage Workspace Trust”.',
        server,
      ),
      { server },
    );
  }
}

/** A start that is under way; its signal is aborted when it is given up. */
function startOf(server: ManagedServer): Disposable & { signal: AbortSignal } {
  const ended = new AbortController();
  const look = (): void => {
    if (server.status.kind !== 'starting') ended.abort();
  };
  look();
  const subscription = server.onDidChange(look);
  return { signal: ended.signal, dispose: () => subscription.dispose() };
}

function unknownError(server: string): ExternalMcpError {
  return new ExternalMcpError('config', t('There is no server named “{0}”. Add it with “Add Server”.', server), {
    server,
  });
}

function throwFirst(results: readonly PromiseSettledResult<void>[]): void {
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
