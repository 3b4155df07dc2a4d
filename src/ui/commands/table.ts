import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { plainMessage } from '../../base/displayText.ts';
import type { Tool } from '../../client/externalMcpClient.ts';
import type { PluginHost } from '../../plugins/pluginHost.ts';
import type { ManagedServer } from '../../servers/managedServer.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import { isActive, isUp } from '../../servers/status.ts';
import type { TrafficLog } from '../../traffic/trafficLog.ts';
import type { ToolAddress } from '../call/callAddress.ts';
import type { CallTools } from '../call/callTools.ts';
import { removeServer } from '../config/removeServer.ts';
import { addSampleServer, forgetSampleServer } from '../config/sampleServer.ts';
import type { Inspectors } from '../inspector/inspectors.ts';
import type { OutputChannels } from '../output.ts';
import { pickServer, pickTool } from '../pick.ts';
import type { SecretTools } from '../secrets/secretTools.ts';
import type { ServersView } from '../tree/serversView.ts';
import type { Target } from './target.ts';

/** What commands work with. */
export interface CommandContext {
  extension: vscode.ExtensionContext;
  registry: ServerRegistry;
  traffic: TrafficLog;
  tree: ServersView;
  output: OutputChannels;
  inspectors: Inspectors;
  plugins: PluginHost;
  /** Loaded with the first call. */
  callTools: () => Promise<CallTools>;
  secretTools: () => Promise<SecretTools>;
}

type Command = (context: CommandContext, target: Target) => unknown;

/** Every command with what it does; a test compares the names with package.json. Each returns its result. */
export const commandTable = {
  startServer: (context, target) => startServer(context, target),
  stopServer: (context, target) => stopServer(context, target),
  restartServer: (context, target) => restartServer(context, target),
  // The same under the words that fit servers which somebody else runs.
  connectServer: (context, target) => startServer(context, target),
  disconnectServer: (context, target) => stopServer(context, target),
  reconnectServer: (context, target) => restartServer(context, target),
  startAll: ({ registry }) => registry.startAll(),
  stopAll: ({ registry }) => registry.stopAll(),
  addServer: async ({ registry }, target) => (await import('../config/addServer.ts')).addServer(registry, target),
  editServer: async ({ registry }, target) => {
    const title = t('Edit Server Definition');
    const server = await chosen(registry, target, title, ({ entry }) => entry.written !== undefined);
    if (server === undefined) return;
    const { editServer } = await import('../config/editServer.ts');
    await editServer(server);
  },
  removeServer: async ({ registry, extension }, target) => {
    const server = await chosen(registry, target, t('Remove Server'));
    if (server !== undefined && (await removeServer(registry, server))) forgetSampleServer(server.name, extension);
  },
  trySampleServer: async ({ registry, extension, tree }) => {
    const server = addSampleServer(registry, extension);
    await vscode.commands.executeCommand('externalMcp.servers.focus');
    await server.start();
    await tree.reveal(server);
    return server.snapshot();
  },
  callTool: (context, target) => callTool(context, target),
  goToTool: async (context) => {
    const picked = await pickTool(context.registry.servers, t('Go to Tool'));
    if (picked !== undefined) await openArguments(context, addressOf(picked));
  },
  runArguments: async (context) => {
    const tools = await context.callTools();
    const { address, args } = await tools.editor.read();
    return address.kind === 'tool' ? runTool(context, address, args) : tools.runAction(address, args);
  },
  runPluginAction: async (context, target) =>
    (await import('../plugins/pluginActions.ts')).runPluginAction(context, target),
  reloadPlugin: async ({ plugins }, target) =>
    (await import('../plugins/pluginActions.ts')).reloadPlugin(plugins, target),
  openInspector: ({ inspectors }, { server }) => inspectors.open(server),
  clearTraffic: ({ traffic }) => traffic.clear(),
  exportTraffic: async ({ inspectors }) => (await inspectors.load()).exportLive(),
  importTraffic: async () => {
    const title = t('Open Recorded Traffic');
    const filters = { [t('MCP Traffic')]: ['mcptraffic'] };
    const [uri] = (await vscode.window.showOpenDialog({ title, filters, canSelectMany: false })) ?? [];
    if (uri !== undefined) await vscode.commands.executeCommand('vscode.open', uri);
  },
  recordTraffic: async ({ inspectors }) => (await inspectors.load()).recording.toggle(),
  showOutput: async ({ registry, output }, target) => {
    const server = await chosen(registry, target, t('Show Output'));
    if (server !== undefined) output.show(server.name);
  },
  pingServer: async ({ registry }, target) => {
    const server = await chosen(registry, target, t('Ping Server'), isReady);
    if (server === undefined) return undefined;
    const milliseconds = await server.ping();
    const text = t('“{0}” answered after {1} ms.', server.name, milliseconds.toFixed(1));
    void vscode.window.showInformationMessage(plainMessage(text));
    return milliseconds;
  },
  resetSession: async ({ registry }, target) => {
    const server = await chosen(registry, target, t('Reset Session'), isReady);
    if (server === undefined) return undefined;
    await server.resetSession();
    void vscode.window.showInformationMessage(plainMessage(t('“{0}” has a new session.', server.name)));
    return server.snapshot();
  },
  setSecret: async ({ secretTools, registry }, target) => {
    const { setSecret } = await import('../secrets/secretCommands.ts');
    return setSecret(await secretTools(), registry, target);
  },
  clearSecret: async ({ secretTools }, target) => {
    const { clearSecret } = await import('../secrets/secretCommands.ts');
    return clearSecret(await secretTools(), target);
  },
} satisfies Record<string, Command>;

async function startServer({ registry }: CommandContext, target: Target): Promise<unknown> {
  const server = await chosen(
    registry,
    target,
    t('Start MCP Server'),
    ({ status }) => !isActive(status) && status.kind !== 'disabled',
  );
  await server?.start();
  return server?.snapshot();
}

async function stopServer({ registry }: CommandContext, target: Target): Promise<unknown> {
  const server = await chosen(registry, target, t('Stop MCP Server'), ({ status }) => isActive(status));
  await server?.stop();
  return server?.snapshot();
}

async function restartServer({ registry }: CommandContext, target: Target): Promise<unknown> {
  const server = await chosen(registry, target, t('Restart MCP Server'), canRestart);
  await server?.restart();
  return server?.snapshot();
}

/** With arguments the tool is called at once; without, they are asked for in an editor. */
async function callTool(context: CommandContext, { server: name, tool, args }: Target): Promise<unknown> {
  const { registry } = context;
  const title = t('Call Tool');
  if (name !== undefined && tool !== undefined) {
    const address: ToolAddress = { kind: 'tool', server: name, tool };
    if (args !== undefined) return runTool(context, address, args);
    await ensureReady(registry.get(name));
    await openArguments(context, address);
    return undefined;
  }
  const server = await chosen(registry, name === undefined ? {} : { server: name }, title);
  if (server === undefined) return undefined;
  await ensureReady(server);
  const picked = await pickTool([server], title);
  if (picked !== undefined) await openArguments(context, addressOf(picked));
  return undefined;
}

async function openArguments(context: CommandContext, address: ToolAddress): Promise<void> {
  await (await context.callTools()).editor.open(address);
}

async function runTool(context: CommandContext, address: ToolAddress, args: Record<string, unknown>): Promise<unknown> {
  await ensureReady(context.registry.get(address.server));
  return (await context.callTools()).callTool(address, args);
}

function addressOf({ server, tool }: { server: ManagedServer; tool: Tool }): ToolAddress {
  return { kind: 'tool', server: server.name, tool: tool.name };
}

/** Whoever wants to call a tool wants the server to run. */
async function ensureReady(server: ManagedServer): Promise<void> {
  if (isReady(server)) return;
  const title = plainMessage(t('Starting “{0}”…', server.name));
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  await vscode.window.withProgress(options, async (_progress, token) => {
    const cancel = new AbortController();
    const subscription = token.onCancellationRequested(() => cancel.abort());
    try {
      await server.start(cancel.signal);
    } finally {
      subscription.dispose();
    }
  });
}

async function chosen(
  registry: ServerRegistry,
  { server }: Target,
  title: string,
  fits?: (server: ManagedServer) => boolean,
): Promise<ManagedServer | undefined> {
  return server === undefined ? pickServer(registry, title, fits) : registry.get(server);
}

/** What failed is restarted as well as what runs. */
function canRestart({ status }: ManagedServer): boolean {
  return isActive(status) || status.kind === 'failed';
}

function isReady({ status }: ManagedServer): boolean {
  return isUp(status);
}
