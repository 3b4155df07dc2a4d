import type {
  ExternalPlugin,
  PluginContext,
  PluginInfo,
  PluginRequest,
  TerminalDefinition,
} from '../../../../src/api.ts';
import { type Clock, systemClock } from '../../../../src/base/clock.ts';
import { silentLog } from '../../../../src/base/log.ts';
import { Redactor } from '../../../../src/base/redact.ts';
import type { Contributor } from '../../../../src/plugins/contribution.ts';
import { PluginHost } from '../../../../src/plugins/pluginHost.ts';
import { createTestRegistry, type TestRegistry } from '../../servers/support/registry.ts';

/** A plugin host as the extension wires it, without VS Code. */
export interface TestPlugins extends TestRegistry {
  host: PluginHost;
  redactor: Redactor;
  /** What is written for plugins under `externalMcp.plugins`. */
  configuration: Record<string, unknown>;
  /** By `plugin/name`. */
  secrets: Map<string, string>;
  log: string[];
  documents: { content: string; language: string }[];
  opened: string[];
  terminals: TerminalDefinition[];
  /** Milliseconds that an action may take. */
  timeoutMs: number;
  /** Installs an extension with one plugin, which it registers when it is activated. */
  install(plugin: Partial<ExternalPlugin> | undefined, contribution?: Readonly<Record<string, unknown>>): TestExtension;
  remove(extension: TestExtension): void;
  /** What the host says of the first plugin. */
  plugin(): PluginInfo;
}

export interface TestExtension extends Contributor {
  /** How often it was activated. */
  activations: number;
}

/** An action that takes whatever it gets. */
export const anyAction = { name: 'act', title: 'Act', parameters: { type: 'object' } };

export function createTestPlugins(clock: Clock = systemClock): TestPlugins {
  const redactor = new Redactor();
  const secrets = new Map<string, string>();
  const servers = createTestRegistry(process.env, clock, {
    redactor,
    secret: (name, scope) => secrets.get(`${scope ?? ''}/${name}`),
  });
  const extensions: TestExtension[] = [];
  const mask = <T extends string | undefined>(value: T): T => {
    if (value !== undefined) redactor.add(value);
    return value;
  };
  const push = (line: string): void => void test.log.push(line);
  const host = new PluginHost({
    registry: servers.registry,
    redactor,
    clock,
    services: {
      openLog: () => ({ ...silentLog, debug: push, info: push, warn: push, error: push }),
      configuration: (plugin) => test.configuration[plugin],
      secrets: {
        get: async (name, plugin) => mask(secrets.get(`${plugin}/${name}`)),
        set: async (name, value, plugin) => void secrets.set(`${plugin}/${name}`, mask(value)),
        delete: async (name, plugin) => void secrets.delete(`${plugin}/${name}`),
      },
      timeoutMs: () => test.timeoutMs,
      openDocument: async (content, language) => void test.documents.push({ content, language }),
      openExternal: async (url) => {
        test.opened.push(url);
        return true;
      },
      runInTerminal: async (definition) => void test.terminals.push(definition),
    },
  });
  const test: TestPlugins = {
    ...servers,
    host,
    redactor,
    configuration: {},
    secrets,
    log: [],
    documents: [],
    opened: [],
    terminals: [],
    timeoutMs: 60_000,
    install(plugin, contribution = {}) {
      const id = typeof contribution['id'] === 'string' ? contribution['id'] : 'sample';
      const extension: TestExtension = {
        id: `test.${id}-${extensions.length}`,
        version: '1.0.0',
        packageJson: {
          contributes: { externalMcpPlugins: [{ id, label: 'Sample', actions: [anyAction], ...contribution }] },
        },
        activations: 0,
        activate: async () => {
          extension.activations += 1;
          if (plugin !== undefined && extension.activations === 1) host.register(extension.id, id, complete(plugin));
        },
      };
      extensions.push(extension);
      host.discover(extensions);
      return extension;
    },
    remove(extension) {
      extensions.splice(extensions.indexOf(extension), 1);
      host.discover(extensions);
    },
    plugin() {
      const [plugin] = host.plugins;
      if (plugin === undefined) throw new Error('No plugin is installed');
      return plugin;
    },
    close: async () => {
      await host.shutdown();
      host.dispose();
      await servers.close();
    },
  };
  return test;
}

/** A plugin that does what it is told, and nothing where nothing is said. */
export function complete(plugin: Partial<ExternalPlugin>): ExternalPlugin {
  return {
    initialize: async () => {},
    execute: async () => undefined,
    shutdown: async () => {},
    ...plugin,
  };
}

/** A plugin whose one action is a function of its context and the request. */
export function acting(
  act: (context: PluginContext, request: PluginRequest) => Promise<unknown>,
): Partial<ExternalPlugin> {
  let context: PluginContext | undefined;
  return {
    initialize: async (given) => {
      context = given;
    },
    execute: async (request) => {
      if (context === undefined) throw new Error('It was not initialized.');
      return act(context, request);
    },
  };
}
