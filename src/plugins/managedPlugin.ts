import { t } from '@vscode/l10n';
import type * as api from '../api.ts';
import { abortable } from '../base/abortable.ts';
import type { Clock } from '../base/clock.ts';
import { ExternalMcpError, messageOf, stackOf } from '../base/errors.ts';
import { Emitter } from '../base/event.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { Redactor } from '../base/redact.ts';
import type { ServerRegistry } from '../servers/serverRegistry.ts';
import type { Contribution, Contributor } from './contribution.ts';
import type { OwnContext } from './pluginContext.ts';
import { runScope } from './runScope.ts';
import type { PluginServices } from './services.ts';

/** Milliseconds that an extension has to register its plugin, counted from the end of its `activate`. */
const REGISTRATION_MS = 10_000;

/** What plugins share. */
export interface PluginEnvironment {
  registry: ServerRegistry;
  services: PluginServices;
  redactor: Redactor;
  clock: Clock;
}

interface Starting {
  kind: 'starting';
  /** As soon as there is one. */
  context?: OwnContext;
  started: Promise<void>;
}

type Life = { kind: 'idle' } | Starting | { kind: 'ready'; context: OwnContext } | { kind: 'failed'; problem: string };

/** One plugin: what its extension says of it, what it registered, and its life between `initialize` and `shutdown`. */
export class ManagedPlugin {
  readonly contribution: Contribution;
  readonly contributor: Contributor;
  readonly #environment: PluginEnvironment;
  readonly #changed = new Emitter<void>();
  readonly #registration = new Emitter<void>();
  #plugin: api.ExternalPlugin | undefined;
  #life: Life = { kind: 'idle' };
  /** Shutting down; the next life begins behind it. */
  #ending: Promise<void> | undefined;
  /** Its extension has gone, or contributes something else now. */
  #isRetired = false;
  /** The setting that the plugin was initialized with, as JSON. */
  #configured: string | undefined;

  constructor(contribution: Contribution, contributor: Contributor, environment: PluginEnvironment) {
    this.contribution = contribution;
    this.contributor = contributor;
    this.#environment = environment;
  }

  readonly onDidChange = this.#changed.event;

  get id(): string {
    return this.contribution.id;
  }

  get isRegistered(): boolean {
    return this.#plugin !== undefined;
  }

  /** Milliseconds that an action may take. */
  get limitMs(): number {
    const { timeout } = this.contribution;
    return timeout === undefined ? this.#environment.services.timeoutMs() : timeout * 1000;
  }

  /** Whether there is anything to shut down. */
  get isUp(): boolean {
    return this.#life.kind === 'ready' || this.#life.kind === 'starting';
  }

  get info(): api.PluginInfo {
    const { configSchema: _notPublic, timeout: _neither, problem, ...told } = this.contribution;
    const { id: extension, version } = this.contributor;
    const life = this.#life;
    if (problem !== undefined) return { ...told, extension, version, state: 'broken', problem };
    if (life.kind === 'failed') return { ...told, extension, version, state: 'failed', problem: life.problem };
    return { ...told, extension, version, state: life.kind };
  }

  register(plugin: api.ExternalPlugin): void {
    this.#plugin = plugin;
    this.#registration.fire();
  }

  /** Shuts the plugin down and forgets what was registered. */
  async unregister(plugin: api.ExternalPlugin): Promise<void> {
    if (this.#plugin !== plugin) return;
    const ended = this.shutdown(REGISTRATION_MS);
    // From now on: the next one may be registered at once, and nobody initializes this one again.
    this.#plugin = undefined;
    await ended;
  }

  /**
   * The plugin, initialized with the configuration of now. Rejects with what its extension or it threw, or with `config` where it is
   * not there; callers share one start, and who gives up leaves it to the others.
   */
  async ready(signal: AbortSignal): Promise<api.ExternalPlugin> {
    const plugin = await this.#registered(signal);
    if (this.#isRetired) throw new ExternalMcpError('cancelled', this.#words(t('was shut down')));
    const isOutdated = this.#life.kind === 'ready' && this.#configured !== this.#written();
    if (isOutdated || this.#ending !== undefined) {
      await (this.#ending ?? this.shutdown(REGISTRATION_MS));
      // Others waited for that, too: the next life may have begun, or the plugin be gone.
      return this.ready(signal);
    }
    if (this.#plugin !== plugin) return this.ready(signal);
    if (this.#life.kind === 'idle' || this.#life.kind === 'failed') this.#start(plugin);
    if (this.#life.kind === 'starting') {
      await abortable(
        this.#life.started,
        signal,
        () => new ExternalMcpError('cancelled', this.#words(t('was cancelled'))),
      );
    }
    return plugin;
  }

  /**
   * Ends the plugin's life. Never rejects.
   * @param limitMs how long its own `shutdown` may take
   * @param servers whether its servers are waited for, or left to whoever ends them all
   */
  shutdown(limitMs: number, servers: 'stop' | 'leave' = 'stop'): Promise<void> {
    const life = this.#life;
    if (life.kind !== 'ready' && life.kind !== 'starting') {
      this.#enter({ kind: 'idle' });
      return this.#ending ?? Promise.resolve();
    }
    const plugin = this.#plugin;
    this.#enter({ kind: 'idle' });
    const { context } = life;
    // It was not told to begin yet, and will not be.
    if (context === undefined) return Promise.resolve();
    const ending = this.#end(plugin, context, limitMs, servers).finally(() => {
      if (this.#ending === ending) this.#ending = undefined;
    });
    this.#ending = ending;
    return ending;
  }

  /** Shuts the plugin down for good: what still waits for it does not start it again. Never rejects. */
  async retire(limitMs: number): Promise<void> {
    this.#isRetired = true;
    await this.shutdown(limitMs);
    this.dispose();
  }

  /** Writes what is unexpected to the plugin's log. */
  note(error: unknown): void {
    if ('context' in this.#life) this.#life.context?.log.error(stackOf(error));
  }

  dispose(): void {
    this.#changed.dispose();
    this.#registration.dispose();
  }

  async #registered(signal: AbortSignal): Promise<api.ExternalPlugin> {
    if (this.#plugin !== undefined) return this.#plugin;
    const cancelled = (): Error => new ExternalMcpError('cancelled', this.#words(t('was cancelled')));
    const registered = Promise.withResolvers<void>();
    const subscription = this.#registration.event(() => registered.resolve());
    const { clock } = this.#environment;
    let timer: Disposable | undefined;
    try {
      await abortable(Promise.resolve(this.contributor.activate()), signal, cancelled);
      timer = clock.after(REGISTRATION_MS, () => registered.resolve());
      if (!this.isRegistered) await abortable(registered.promise, signal, cancelled);
    } finally {
      timer?.dispose();
      subscription.dispose();
    }
    if (this.#plugin !== undefined) return this.#plugin;
    const message = t(
      "The extension “{0}” contributes the plugin “{1}” and did not register it. Its “activate” has to call registerPlugin('{1}', …).",
      this.contributor.id,
      this.id,
    );
    throw new ExternalMcpError('config', message);
  }

  #start(plugin: api.ExternalPlugin): void {
    this.#configured = this.#written();
    const life: Starting = { kind: 'starting', started: Promise.resolve() };
    this.#enter(life);
    // Not part of the run that happens to be the first: the others wait for it too.
    life.started = runScope.exit(() => this.#initialize(plugin, life));
    // Whoever waits for it hears of it; nobody may.
    life.started.catch(() => {});
  }

  async #initialize(plugin: api.ExternalPlugin, life: Starting): Promise<void> {
    const { services, redactor } = this.#environment;
    try {
      // Loaded with the first plugin, not with the window.
      const [{ configurationOf }, { OwnContext }] = await Promise.all([
        import('./configuration.ts'),
        import('./pluginContext.ts'),
      ]);
      const config = configurationOf(this.contribution, services.configuration(this.id));
      this.#assertWanted(life);
      life.context = new OwnContext({ ...this.#environment, plugin: this.info, config });
      const late = this.#limit();
      await Promise.race([plugin.initialize(life.context.forPlugin()), late.promise]).finally(() =>
        late.timer.dispose(),
      );
      this.#assertWanted(life);
    } catch (error) {
      life.context?.log.error(stackOf(error));
      // It may hold something all the same.
      await life.context?.end();
      if (this.#life === life) this.#enter({ kind: 'failed', problem: redactor.text(messageOf(error)) });
      throw error;
    }
    this.#enter({ kind: 'ready', context: life.context });
  }

  /** It may have been shut down meanwhile, and another life begun. */
  #assertWanted(life: Starting): void {
    if (this.#life !== life) throw new ExternalMcpError('cancelled', this.#words(t('was shut down')));
  }

  /** Rejects after the time that an action has. */
  #limit(): { promise: Promise<never>; timer: Disposable } {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = this.#environment.clock.after(this.limitMs, () => {
      reject(new ExternalMcpError('timeout', this.#words(t('did not start within {0} s', this.limitMs / 1000))));
    });
    return { promise, timer };
  }

  async #end(
    plugin: api.ExternalPlugin | undefined,
    context: OwnContext,
    limitMs: number,
    servers: 'stop' | 'leave',
  ): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = this.#environment.clock.after(limitMs, () => {
      context.log.warn(t('“shutdown” took more than {0} s and is no longer waited for.', limitMs / 1000));
      late.resolve();
    });
    try {
      await Promise.race([Promise.resolve().then(() => plugin?.shutdown()), late.promise]);
    } catch (error) {
      context.log.error(stackOf(error));
    } finally {
      timer.dispose();
      if (servers === 'stop') await context.end();
      else context.dispose();
    }
  }

  /** The setting of now as JSON; undefined where there is none. */
  #written(): string | undefined {
    return JSON.stringify(this.#environment.services.configuration(this.id)) as string | undefined;
  }

  #words(what: string): string {
    return t('The plugin “{0}” {1}.', this.contribution.label, what);
  }

  #enter(life: Life): void {
    if (life.kind === this.#life.kind && life.kind === 'idle') return;
    this.#life = life;
    this.#changed.fire();
  }
}
