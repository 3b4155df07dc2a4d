import { t } from '@vscode/l10n';
import type { NamedServerDefinition, ServerInfo } from '../api.ts';
import { ExternalMcpError } from '../base/errors.ts';
import type { DefinitionEntry } from '../servers/definitionEntry.ts';
import type { ManagedServer } from '../servers/managedServer.ts';
import type { ServerRegistry } from '../servers/serverRegistry.ts';

/** Of one plugin at a time. */
const MOST_SERVERS = 20;

/** Keys as the pattern's own documentation spells them; `environment` is a key of every definition. */
const SPELLINGS: Readonly<Record<string, string>> = { server_path: 'serverPath', startup_timeout: 'startupTimeout' };

/** The servers that one plugin started; they end with it. */
export class PluginServers {
  readonly #registry: ServerRegistry;
  readonly #plugin: { id: string; label: string };
  /** By the name that the plugin wanted: what was added, under the name that it got. */
  readonly #added = new Map<string, DefinitionEntry>();

  constructor(registry: ServerRegistry, plugin: { id: string; label: string }) {
    this.#registry = registry;
    this.#plugin = plugin;
  }

  /**
   * Starts a server, or what runs under that name again where its definition is another one. Rejects with `ExternalMcpError`.
   * @param onName hears of the name that it got, before it is started
   */
  async start(
    definition: NamedServerDefinition,
    signal: AbortSignal | undefined,
    onName: (name: string) => void,
  ): Promise<ServerInfo> {
    const { name, ...raw } = definition;
    if (typeof name !== 'string' || name.trim() === '' || name.length > 200) {
      throw new ExternalMcpError('config', t('A server that “{0}” starts has no usable name.', this.#plugin.label));
    }
    const server = this.#define(name, respell(raw));
    onName(server.name);
    if (server.needsRestart) await server.restart(signal);
    else await server.start(signal);
    return server.snapshot();
  }

  /** Resolves when the server is gone; `config` for one that is not the plugin's. */
  async stop(name: string): Promise<void> {
    const known = [...this.#added].find(([wanted, given]) => wanted === name || given.name === name);
    if (known === undefined) {
      throw new ExternalMcpError('config', t('“{0}” is no server of the plugin “{1}”.', name, this.#plugin.label));
    }
    await this.#remove(known[0], known[1]);
  }

  /** Resolves when none of them is left. */
  async stopAll(): Promise<void> {
    await Promise.allSettled([...this.#added].map(([wanted, given]) => this.#remove(wanted, given)));
  }

  #define(wanted: string, raw: Record<string, unknown>): ManagedServer {
    if (!this.#added.has(wanted) && this.#added.size >= MOST_SERVERS) {
      throw new ExternalMcpError(
        'config',
        t('“{0}” has {1} servers, which is the most a plugin may have.', this.#plugin.label, MOST_SERVERS),
      );
    }
    const { id, label } = this.#plugin;
    const name = this.#freeName(wanted);
    const entry = { name, raw, source: t('plugin “{0}”', label), secretScope: id };
    const server = this.#registry.add(entry);
    this.#added.set(wanted, entry);
    return server;
  }

  /** A name that belongs to somebody else is left to them. */
  #freeName(wanted: string): string {
    const isFree = (name: string): boolean => {
      const owner = this.#registry.servers.find((server) => server.name === name);
      return owner === undefined || owner.entry.secretScope === this.#plugin.id;
    };
    return isFree(wanted) ? wanted : `${wanted}@${this.#plugin.id}`;
  }

  async #remove(wanted: string, entry: DefinitionEntry): Promise<void> {
    this.#added.delete(wanted);
    // The plugin's next life, or the next version of it, may have taken the name over, also while this waits.
    const own = (): ManagedServer | undefined => this.#registry.servers.find((server) => server.entry === entry);
    await own()?.stop();
    if (own() !== undefined) await this.#registry.remove(entry.name);
  }
}

function respell(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(raw).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [SPELLINGS[key] ?? key, value]));
}
