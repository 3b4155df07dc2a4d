import { t } from '@vscode/l10n';
import type * as api from '../api.ts';
import type { Clock } from '../base/clock.ts';
import { ExternalMcpError } from '../base/errors.ts';
import type { Disposable } from '../base/lifecycle.ts';
import { LinesPerSecond } from '../base/linesPerSecond.ts';
import { type Log, redactingLog } from '../base/log.ts';
import type { Redactor } from '../base/redact.ts';
import type { ServerRegistry } from '../servers/serverRegistry.ts';
import { PluginServers } from './pluginServers.ts';
import { type RunScope, runScope } from './runScope.ts';
import type { PluginServices } from './services.ts';
import { tokenSignal } from './tokens.ts';

/** Of one run; what a plugin wants beyond that is dropped. */
const MOST_OFFERS = 5;
const MOST_DOCUMENTS = 5;
/** UTF-16 units of a document, and of a line of the log. */
const LONGEST_DOCUMENT = 8 * 1024 * 1024;
const LONGEST_LINE = 10_000;
/** Lines of the log in a second. */
const MOST_LINES = 1000;

export interface ContextOptions {
  plugin: api.PluginInfo;
  config: unknown;
  registry: ServerRegistry;
  services: PluginServices;
  redactor: Redactor;
  clock: Clock;
}

/** What one plugin works with, from its `initialize` to its `shutdown`; nothing of it works afterwards. */
export class OwnContext implements Disposable {
  readonly #options: ContextOptions;
  readonly #servers: PluginServers;
  readonly #ended = new AbortController();
  readonly #lines: LinesPerSecond;
  readonly #log: Log;

  constructor(options: ContextOptions) {
    this.#options = options;
    const { plugin, registry, services, redactor, clock } = options;
    this.#servers = new PluginServers(registry, plugin);
    this.#log = redactingLog(services.openLog(plugin), redactor);
    this.#lines = new LinesPerSecond(clock, (total) => {
      if (total > MOST_LINES) this.#log.warn(t('{0} more lines in this second were left out.', total - MOST_LINES));
    });
  }

  get log(): Log {
    return this.#log;
  }

  /** What the plugin gets of it. */
  readonly forPlugin = (): api.PluginContext => {
    const { plugin, config, services, redactor } = this.#options;
    return {
      config,
      log: this.#boundedLog(),
      secrets: {
        get: async (name) => {
          this.#assertAlive();
          return services.secrets.get(String(name), plugin.id);
        },
        set: async (name, value) => {
          this.#assertAlive();
          await services.secrets.set(String(name), String(value), plugin.id);
        },
        delete: async (name) => {
          this.#assertAlive();
          await services.secrets.delete(String(name), plugin.id);
        },
      },
      startServer: (definition, token) => {
        const scope = runScope.getStore();
        const noteName = (name: string): void => {
          if (scope !== undefined) scope.server = name;
        };
        return this.#work(token, (signal) => this.#servers.start(definition, signal, noteName));
      },
      stopServer: (name) => this.#servers.stop(name),
      // cast: the SDK's types have the specification's fields, api.ts an index signature beside them
      listTools: (server, token) =>
        this.#work(token, (signal) => this.#server(server).listTools('plugin', signal)) as Promise<readonly api.Tool[]>,
      callTool: (server, tool, args, options) => this.#callTool(server, tool, args, options),
      offer: (actions) => this.#offer(actions),
      openDocument: async (content, language) => {
        this.#assertAlive();
        const scope = runScope.getStore();
        if (scope?.isInteractive !== true || scope.documents >= MOST_DOCUMENTS) return;
        scope.documents += 1;
        await services.openDocument(redactor.text(content).slice(0, LONGEST_DOCUMENT), language);
      },
      openExternal: async (url) => {
        this.#assertAlive();
        const address = URL.parse(url);
        if (address === null || !['http:', 'https:'].includes(address.protocol)) return false;
        return services.openExternal(address.href);
      },
      runInTerminal: async (definition) => {
        this.#assertAlive();
        await services.runInTerminal(definition);
      },
    };
  };

  /** Resolves when the servers of the plugin are gone. */
  async end(): Promise<void> {
    this.dispose();
    await this.#servers.stopAll();
  }

  dispose(): void {
    this.#ended.abort();
    this.#lines.dispose();
  }

  async #callTool(
    server: string,
    tool: string,
    args: object = {},
    { token, timeoutMs, onProgress }: api.CallToolOptions = {},
  ): Promise<api.CallToolResult> {
    const scope = runScope.getStore();
    if (scope !== undefined) Object.assign(scope, { server, tool });
    const result = await this.#work(token, (signal) =>
      this.#server(server).callTool({
        tool,
        args: { ...args },
        origin: 'plugin',
        signal,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        onAttempt: () => {
          if (scope !== undefined) scope.attempts += 1;
        },
        onProgress: (progress) => {
          scope?.onProgress?.(progress);
          onProgress?.(progress);
        },
      }),
    );
    // cast: the SDK's type has the specification's fields, api.ts an index signature beside them
    return this.#options.redactor.json(result) as api.CallToolResult;
  }

  /** Runs something that ends with its run, with the plugin, and when the token says so. */
  async #work<T>(token: api.CancellationToken | undefined, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#assertAlive();
    const asked = tokenSignal(token);
    const scope = runScope.getStore();
    const signals = [this.#ended.signal, asked.signal, ...(scope === undefined ? [] : [scope.signal])];
    try {
      return await run(AbortSignal.any(signals));
    } finally {
      asked.dispose();
    }
  }

  #server(name: string) {
    return this.#options.registry.get(name);
  }

  #offer(actions: readonly api.OfferedAction[]): void {
    const scope: RunScope | undefined = runScope.getStore();
    if (scope === undefined || this.#ended.signal.aborted) return;
    const sound = actions.filter(({ title, command }) => typeof title === 'string' && typeof command === 'string');
    scope.offers.push(...sound.slice(0, MOST_OFFERS - scope.offers.length));
  }

  #boundedLog(): Log {
    const bounded = (write: (message: string) => void) => (message: unknown) => {
      if (this.#ended.signal.aborted || this.#lines.count() > MOST_LINES) return;
      // Masked before it is cut: half a secret would not be found.
      write(this.#options.redactor.text(String(message)).slice(0, LONGEST_LINE));
    };
    return {
      debug: bounded((message) => this.#log.debug(message)),
      info: bounded((message) => this.#log.info(message)),
      warn: bounded((message) => this.#log.warn(message)),
      error: bounded((message) => this.#log.error(message)),
    };
  }

  #assertAlive(): void {
    if (!this.#ended.signal.aborted) return;
    throw new ExternalMcpError('cancelled', t('The plugin “{0}” was shut down.', this.#options.plugin.label));
  }
}
