import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { plainMessage } from '../base/displayText.ts';
import type { Tool } from '../client/externalMcpClient.ts';
import type { ManagedServer } from '../servers/managedServer.ts';
import type { ServerRegistry } from '../servers/serverRegistry.ts';
import { describeServer, stateIcon } from './present.ts';

/** Asks which server; undefined when nothing was chosen, or there is none to choose and the person was told so. */
export async function pickServer(
  registry: ServerRegistry,
  title: string,
  fits: (server: ManagedServer) => boolean = () => true,
): Promise<ManagedServer | undefined> {
  const servers = registry.servers.filter(fits);
  if (servers.length === 0) {
    await offerNext(registry);
    return undefined;
  }
  const items = servers.map((server) => ({
    label: plainMessage(server.name, 100),
    description: describeServer(server),
    iconPath: stateIcon(server.status),
    server,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: t('Which server?'),
    matchOnDescription: true,
  });
  return chosen?.server;
}

/** Asks which tool, of one server or of all that run. */
export async function pickTool(
  servers: readonly ManagedServer[],
  title: string,
): Promise<{ server: ManagedServer; tool: Tool } | undefined> {
  const items = servers.flatMap((server) =>
    server.tools
      .filter(({ problem }) => problem === undefined)
      .map((tool) => ({
        label: plainMessage(tool.name, 100),
        description: plainMessage(servers.length > 1 ? server.name : (tool.title ?? ''), 60),
        detail: plainMessage(tool.description ?? '', 150),
        iconPath: new vscode.ThemeIcon('tools'),
        server,
        tool,
      })),
  );
  if (items.length === 0) {
    void vscode.window.showInformationMessage(t('There is no tool to call. Start a server that has tools.'));
    return undefined;
  }
  return vscode.window.showQuickPick(items, {
    title,
    placeHolder: t('Which tool?'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
}

async function offerNext(registry: ServerRegistry): Promise<void> {
  const start = t('Start Server');
  const add = t('Add Server');
  const hasAny = registry.servers.length > 0;
  const message = hasAny ? t('No server is in the right state for this.') : t('There are no MCP servers yet.');
  const chosen = await vscode.window.showInformationMessage(message, hasAny ? start : add);
  if (chosen !== undefined)
    await vscode.commands.executeCommand(hasAny ? 'externalMcp.startServer' : 'externalMcp.addServer');
}
