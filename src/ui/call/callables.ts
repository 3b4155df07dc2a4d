import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../../base/errors.ts';
import type { PluginHost } from '../../plugins/pluginHost.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import type { CallAddress } from './callAddress.ts';

/** Where tools and actions are found. */
export interface CallSources {
  registry: ServerRegistry;
  plugins: PluginHost;
}

/** What is known of a tool or an action before it is called. */
export interface Callable {
  /** What people call the server or the plugin. */
  owner: string;
  title: string;
  /** JSON Schema of its arguments. */
  schema: Readonly<Record<string, unknown>>;
}

/** Undefined where nothing of that name is there now. */
export function findCallable({ registry, plugins }: CallSources, address: CallAddress): Callable | undefined {
  if (address.kind === 'tool') {
    const server = registry.servers.find(({ name }) => name === address.server);
    const tool = server?.tools.find(({ name }) => name === address.tool);
    return tool && { owner: address.server, title: tool.title ?? tool.name, schema: tool.inputSchema };
  }
  const plugin = plugins.plugins.find(({ id }) => id === address.plugin);
  const action = plugin?.actions.find(
    ({ name, aliases }) => name === address.action || aliases.includes(address.action),
  );
  return plugin && action && { owner: plugin.label, title: action.title, schema: action.parameters };
}

/** The same; throws `validation` where nothing of that name is there. */
export function getCallable(sources: CallSources, address: CallAddress): Callable {
  const found = findCallable(sources, address);
  if (found !== undefined) return found;
  if (address.kind === 'action') {
    const message = t('There is no action “{0}” of a plugin “{1}”.', address.action, address.plugin);
    throw new ExternalMcpError('validation', message);
  }
  const { server, tool } = address;
  const message = t('“{0}” has no tool “{1}”. Start it and look at its tools in the tree.', server, tool);
  throw new ExternalMcpError('validation', message, { server });
}
