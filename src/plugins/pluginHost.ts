import { t } from '@vscode/l10n';
import type * as api from '../api.ts';
import { ExternalMcpError } from '../base/errors.ts';
import { Emitter } from '../base/event.ts';
import { type Disposable, toDisposable } from '../base/lifecycle.ts';
import type { ActionRequest, PluginRun, RunOptions } from './actionRun.ts';
import { type Contribution, type Contributor, readContributions } from './contribution.ts';
import { ManagedPlugin, type PluginEnvironment } from './managedPlugin.ts';

/** Milliseconds that a `shutdown` may take when a plugin is reloaded or its extension goes. */
const SHUTDOWN_MS = 5000;
/** The same for all plugins together when the window closes: VS Code waits five seconds, and the servers need most of them. */
const CLOSING_MS = 800;

/** All plugins that installed extensions contribute. Views observe it; commands and other extensions run actions through it. */
export class PluginHost {
  readonly #environment: PluginEnvironment;
  readonly #plugins = new Map<string, ManagedPlugin>();
  readonly #changed = new Emitter<void>();
  /** Those that were initialized, in that order. */
  readonly #started = new Set<ManagedPlugin>();
  #closed = false;

  constructor(environment: PluginEnvironment) {
    this.#environment = environment;
  }

  /** A plugin came, went or changed its state. */
  readonly onDidChangePlugins = this.#changed.event;

  get plugins(): readonly api.PluginInfo[] {
    return [...this.#plugins.values()].map(({ info }) => info);
  }

  /** Takes what the extensions contribute now. A plugin whose contribution is the same lives on; others are shut down. */
  discover(contributors: readonly Contributor[]): void {
    const wanted = contributions(contributors, (id) => this.#plugins.get(id)?.contributor.id);
    let changed = false;
    for (const [id, plugin] of this.#plugins) {
      const next = wanted.get(id);
      if (next !== undefined && isSame(plugin, next)) continue;
      this.#plugins.delete(id);
      this.#retire(plugin);
      changed = true;
    }
    for (const [id, { contribution, contributor }] of wanted) {
      if (this.#plugins.has(id)) continue;
      this.#plugins.set(id, this.#create(contribution, contributor));
      changed = true;
    }
    if (changed) this.#changed.fire();
  }

  /** Puts a plugin in place; disposing shuts it down. Throws `validation`. @param extension id of the extension that asks */
  register(extension: string, id: string, plugin: api.ExternalPlugin): Disposable {
    const known = this.#plugins.get(id);
    if (known === undefined || known.contributor.id.toLowerCase() !== extension.toLowerCase()) {
      const message = t(
        'The extension “{0}” contributes no plugin “{1}”. Name it in "contributes.externalMcpPlugins" of its package.json.',
        extension,
        id,
      );
      throw new ExternalMcpError('validation', message);
    }
    if (known.isRegistered) {
      throw new ExternalMcpError('validation', t('The plugin “{0}” is registered already.', id));
    }
    if (!isPlugin(plugin)) {
      throw new ExternalMcpError('validation', t('The plugin “{0}” lacks initialize, execute or shutdown.', id));
    }
    known.register(plugin);
    return toDisposable(() => void known.unregister(plugin));
  }

  /** Runs one action. Never rejects. */
  async run(id: string, request: ActionRequest, options: RunOptions = {}): Promise<PluginRun> {
    // Loaded with the first run, not with the window.
    const { refusedRun, runAction } = await import('./actionRun.ts');
    const plugin = this.#plugins.get(id);
    if (plugin === undefined) return refusedRun(this.#unknown(id), request, this.#environment);
    if (this.#closed) {
      const closing = new ExternalMcpError('cancelled', t('The action was not run: the window is closing.'));
      return refusedRun(closing, request, this.#environment);
    }
    return runAction(plugin, request, this.#environment, options);
  }

  /** Shuts a plugin down; its next action initializes it anew. Throws `config` for one that is not there. */
  async reload(id: string): Promise<void> {
    const plugin = this.#plugins.get(id);
    if (plugin === undefined) throw this.#unknown(id);
    await plugin.shutdown(SHUTDOWN_MS);
  }

  /** Shuts all plugins down, the last one that was initialized first, and leaves their servers to the registry. Never rejects; takes less than a second. */
  async shutdown(): Promise<void> {
    this.#closed = true;
    const { clock } = this.#environment;
    const deadline = clock.now() + CLOSING_MS;
    for (const plugin of [...this.#started].toReversed()) {
      await plugin.shutdown(Math.max(deadline - clock.now(), 1), 'leave');
    }
  }

  dispose(): void {
    for (const plugin of this.#plugins.values()) plugin.dispose();
    this.#changed.dispose();
  }

  #create(contribution: Contribution, contributor: Contributor): ManagedPlugin {
    const plugin = new ManagedPlugin(contribution, contributor, this.#environment);
    plugin.onDidChange(() => {
      // Behind those that were there before it.
      this.#started.delete(plugin);
      if (plugin.isUp) this.#started.add(plugin);
      this.#changed.fire();
    });
    return plugin;
  }

  #unknown(id: string): ExternalMcpError {
    const known = [...this.#plugins.keys()].join(', ');
    return new ExternalMcpError(
      'config',
      t('There is no plugin “{0}”. Installed are: {1}.', String(id).slice(0, 100), known),
    );
  }

  #retire(plugin: ManagedPlugin): void {
    void plugin.retire(SHUTDOWN_MS);
  }
}

/**
 * By address: the id, and `id@extension` of those whose id another extension has, which are broken.
 * @param ownerNow id of the extension that has an id by now: wherever one that comes later stands in the list, it does not take it over
 */
function contributions(
  contributors: readonly Contributor[],
  ownerNow: (id: string) => string | undefined,
): Map<string, { contribution: Contribution; contributor: Contributor }> {
  const found = new Map<string, { contribution: Contribution; contributor: Contributor }>();
  const all = contributors.flatMap((contributor) =>
    readContributions(contributor.packageJson).map((contribution) => {
      return { contribution, contributor, isOwner: ownerNow(contribution.id) === contributor.id };
    }),
  );
  for (const { contribution, contributor } of all.toSorted((a, b) => Number(b.isOwner) - Number(a.isOwner))) {
    const owner = found.get(contribution.id)?.contributor;
    if (owner === undefined) {
      found.set(contribution.id, { contribution, contributor });
      continue;
    }
    const id = `${contribution.id}@${contributor.id}`;
    const problem = t('the extension “{0}” has a plugin of that id already', owner.id);
    found.set(id, { contribution: { ...contribution, id, problem }, contributor });
  }
  return found;
}

function isSame(plugin: ManagedPlugin, next: { contribution: Contribution; contributor: Contributor }): boolean {
  return (
    plugin.contributor.id === next.contributor.id &&
    plugin.contributor.version === next.contributor.version &&
    JSON.stringify(plugin.contribution) === JSON.stringify(next.contribution)
  );
}

/** Whoever calls may have been written in JavaScript. */
function isPlugin(value: unknown): value is api.ExternalPlugin {
  if (typeof value !== 'object' || value === null) return false;
  const { initialize, execute, shutdown } = value as Partial<Record<keyof api.ExternalPlugin, unknown>>;
  return [initialize, execute, shutdown].every((method) => typeof method === 'function');
}
