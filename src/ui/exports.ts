import type * as api from '../api.ts';
import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../base/errors.ts';
import type { PluginHost } from '../plugins/pluginHost.ts';
import { tokenSignal } from '../plugins/tokens.ts';
import type { ManagedServer } from '../servers/managedServer.ts';
import type { ServerRegistry } from '../servers/serverRegistry.ts';
import { EVERYTHING, parseFilter, type TrafficFilter } from '../traffic/filter.ts';
import type { TrafficLog } from '../traffic/trafficLog.ts';
import type { Inspectors } from './inspector/inspectors.ts';

const API_VERSION = '1.0.0';

export interface ExportsContext {
  registry: ServerRegistry;
  traffic: TrafficLog;
  inspectors: Pick<Inspectors, 'load'>;
  plugins: PluginHost;
  /** Id of the extension that a stack comes from. */
  callerOf: (stack: string) => string | undefined;
}

/** What the extension hands out to others. */
export function createExports(context: ExportsContext): api.ExternalMcpExports {
  const v1 = createApiV1(context);
  return {
    getApi: (version: string) =>
      version === '1' ? { available: true, api: v1 } : { available: false, reason: 'version-unknown' },
  };
}

function createApiV1({ registry, traffic, inspectors, plugins, callerOf }: ExportsContext): api.ApiV1 {
  return {
    apiVersion: API_VERSION,
    get servers() {
      return registry.servers.map(toInfo);
    },
    onDidChangeServers: registry.onDidChangeServers,
    onDidChangeServer: (listener) => registry.onDidChangeServer((server) => listener(toInfo(server))),
    async startServer(target, token) {
      const server = typeof target === 'string' ? registry.get(target) : define(registry, target);
      await withToken(token, (signal) => server.start(signal));
      return toInfo(server);
    },
    stopServer: (name) => registry.get(name).stop(),
    async restartServer(name, token) {
      const server = registry.get(name);
      await withToken(token, (signal) => server.restart(signal));
      return toInfo(server);
    },
    // cast: the SDK's types have the specification's fields, api.ts an index signature beside them
    listTools: (name, token) =>
      withToken(token, (signal) => registry.get(name).listTools('api', signal)) as Promise<readonly api.Tool[]>,
    callTool(name, tool, args: Record<string, unknown> = {}, { token, timeoutMs, onProgress } = {}) {
      const call = {
        tool,
        args,
        origin: 'api' as const,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...(onProgress === undefined ? {} : { onProgress }),
      };
      const result = withToken(token, (signal) =>
        registry.get(name).callTool({ ...call, ...(signal === undefined ? {} : { signal }) }),
      );
      return result as Promise<api.CallToolResult>;
    },
    traffic: {
      entries(filter, page) {
        // Whoever reads the traffic wants to know what is wrong with it, which is looked for from then on.
        void inspectors.load();
        return traffic.entries(readFilter(filter), page);
      },
      async export(format, filter) {
        const tools = await inspectors.load();
        return tools.exportText(format, readFilter(filter));
      },
      onDidAppend: traffic.onDidAppend,
      clear: () => traffic.clear(),
    },
    get plugins() {
      return plugins.plugins;
    },
    onDidChangePlugins: plugins.onDidChangePlugins,
    registerPlugin(id, plugin) {
      const caller = callerOf(new Error('caller').stack ?? '');
      if (caller !== undefined) return plugins.register(caller, id, plugin);
      throw new ExternalMcpError('validation', t('The plugin “{0}” has to be registered by its own extension.', id));
    },
    async execute(id, request, token) {
      const run = await withToken(token, (signal) => plugins.run(id, request, signal === undefined ? {} : { signal }));
      return run.response;
    },
  };
}

function define(registry: ServerRegistry, { name, ...raw }: api.NamedServerDefinition): ManagedServer {
  return registry.add({ name, raw, source: 'API' });
}

function toInfo(server: ManagedServer): api.ServerInfo {
  return server.snapshot();
}

function readFilter(text: string | undefined): TrafficFilter {
  if (text === undefined) return EVERYTHING;
  const parsed = parseFilter(text);
  if (parsed.ok) return parsed.filter;
  throw new ExternalMcpError('validation', parsed.message);
}

/** Runs something with a signal that follows a token, and lets go of the token at the end. */
async function withToken<T>(
  token: api.CancellationToken | undefined,
  run: (signal?: AbortSignal) => Promise<T>,
): Promise<T> {
  if (token === undefined) return run();
  const caller = tokenSignal(token);
  try {
    return await run(caller.signal);
  } finally {
    caller.dispose();
  }
}
