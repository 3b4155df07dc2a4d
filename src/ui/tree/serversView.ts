import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { displayText } from '../../base/displayText.ts';
import type { ExternalMcpError } from '../../base/errors.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import type { Tool } from '../../client/externalMcpClient.ts';
import type { ManagedServer } from '../../servers/managedServer.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import { isActive } from '../../servers/status.ts';
import { describeServer, serverTooltip, stateIcon, stateWord } from '../present.ts';

/** Changes are gathered this long, in ms: a start passes several states within one frame. */
const COALESCE_MS = 100;

/** A row of the tree. */
export type TreeNode =
  | { kind: 'untrusted' }
  | { kind: 'server'; server: ManagedServer }
  | { kind: 'tool'; server: ManagedServer; tool: Tool }
  /** What to do about a server that failed. */
  | { kind: 'problem'; server: ManagedServer; error: ExternalMcpError };

/** The view "Servers": servers, and below each its tools or what is wrong with it. */
export class ServersView implements vscode.TreeDataProvider<TreeNode>, Disposable {
  readonly #registry: ServerRegistry;
  readonly #owned = new DisposableStore();
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly #serverNodes = new Map<ManagedServer, TreeNode>();
  readonly #pending = new Set<ManagedServer>();
  readonly #view: vscode.TreeView<TreeNode>;
  #timer: NodeJS.Timeout | undefined;

  constructor(registry: ServerRegistry) {
    this.#registry = registry;
    this.#view = vscode.window.createTreeView('externalMcp.servers', { treeDataProvider: this, showCollapseAll: true });
    this.#owned.add(this.#view);
    this.#owned.add(registry.onDidChangeServers(() => this.#refreshAll()));
    this.#owned.add(registry.onDidChangeServer((server) => this.#refreshSoon(server)));
    this.#owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#refreshAll()));
    this.#updateBadge();
  }

  readonly onDidChangeTreeData = this.#changed.event;

  getChildren(node?: TreeNode): TreeNode[] {
    if (node === undefined) {
      const servers = this.#registry.servers.map((server) => this.#nodeOf(server));
      // With nothing to list, the welcome text says the same and more.
      return vscode.workspace.isTrusted || servers.length === 0 ? servers : [{ kind: 'untrusted' }, ...servers];
    }
    if (node.kind !== 'server') return [];
    const { server } = node;
    const { status } = server;
    if (status.kind === 'failed') return [{ kind: 'problem', server, error: status.error }];
    return server.tools.map((tool) => ({ kind: 'tool', server, tool }));
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    switch (node.kind) {
      case 'untrusted':
        return untrustedItem();
      case 'server':
        return serverItem(node.server);
      case 'tool':
        return toolItem(node.server, node.tool);
      case 'problem':
        return problemItem(node.server, node.error);
    }
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.kind === 'tool' || node.kind === 'problem' ? this.#nodeOf(node.server) : undefined;
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    if (node.kind === 'server') item.tooltip = serverTooltip(node.server);
    if (node.kind === 'tool') item.tooltip = toolTooltip(node.tool);
    return item;
  }

  /** Opens the view and shows a server with its tools. */
  async reveal(server: ManagedServer): Promise<void> {
    await this.#view.reveal(this.#nodeOf(server), { expand: true, focus: false, select: true });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#owned.dispose();
    this.#changed.dispose();
  }

  /** VS Code finds a row again by the identity of its node. */
  #nodeOf(server: ManagedServer): TreeNode {
    let node = this.#serverNodes.get(server);
    if (node === undefined) {
      node = { kind: 'server', server };
      this.#serverNodes.set(server, node);
    }
    return node;
  }

  #refreshAll(): void {
    for (const server of this.#serverNodes.keys()) {
      if (!this.#registry.servers.includes(server)) this.#serverNodes.delete(server);
    }
    this.#changed.fire(undefined);
    this.#updateBadge();
  }

  #refreshSoon(server: ManagedServer): void {
    this.#pending.add(server);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const changed of this.#pending) this.#changed.fire(this.#nodeOf(changed));
      this.#pending.clear();
      this.#updateBadge();
    }, COALESCE_MS);
  }

  #updateBadge(): void {
    const failing = this.#registry.servers.filter(({ status }) => status.kind === 'failed').length;
    this.#view.badge =
      failing === 0
        ? undefined
        : {
            value: failing,
            tooltip: failing === 1 ? t('1 server has an error') : t('{0} servers have errors', failing),
          };
  }
}

function untrustedItem(): vscode.TreeItem {
  const item = new vscode.TreeItem(t('This workspace is not trusted'));
  item.id = 'untrusted';
  item.description = t('servers are not started');
  item.tooltip = t(
    'Servers are not started and not connected to until you trust this workspace. Select to manage trust.',
  );
  // Otherwise the tooltip alone is read out.
  item.accessibilityInformation = { label: t('This workspace is not trusted, servers are not started') };
  item.iconPath = new vscode.ThemeIcon('workspace-untrusted');
  item.command = { command: 'workbench.trust.manage', title: t('Manage Workspace Trust') };
  return item;
}

function serverItem(server: ManagedServer): vscode.TreeItem {
  const { status, name } = server;
  const expands = status.kind === 'ready' || status.kind === 'failed';
  const item = new vscode.TreeItem(
    displayText(name, 100),
    expands ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
  );
  item.id = `server/${name}`;
  item.description = describeServer(server);
  item.iconPath = stateIcon(status);
  item.contextValue = serverFlags(server).join(' ');
  item.accessibilityInformation = { label: `${name}, ${stateWord(status)}, ${describeServer(server)}` };
  return item;
}

/** Words that the menus in package.json look for. */
function serverFlags(server: ManagedServer): string[] {
  const { status } = server;
  const flags = ['server', server.isOurs ? 'ours' : 'attached'];
  if (status.kind === 'ready') flags.push('ready');
  if (isActive(status)) flags.push('stoppable');
  else if (status.kind === 'stopped' || status.kind === 'failed') flags.push('startable');
  if (server.entry.configured) flags.push('configured');
  return flags;
}

function toolItem(server: ManagedServer, tool: Tool): vscode.TreeItem {
  const item = new vscode.TreeItem(displayText(tool.name, 100));
  item.id = `tool/${server.name}/${tool.name}`;
  const words = displayText(tool.title ?? tool.description ?? '', 80);
  if (words.toLowerCase() !== tool.name.toLowerCase()) item.description = words;
  item.iconPath = new vscode.ThemeIcon('tools');
  item.contextValue = 'tool';
  item.command = {
    command: 'externalMcp.callTool',
    title: t('Call Tool…'),
    arguments: [{ server: server.name, tool: tool.name }],
  };
  return item;
}

function toolTooltip(tool: Tool): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  markdown
    .appendMarkdown('**')
    .appendText(displayText(tool.title ?? tool.name, 200))
    .appendMarkdown('**\n\n');
  if (tool.description !== undefined) markdown.appendText(displayText(tool.description, 2000));
  return markdown;
}

/** What is wrong, and where a click leads to mend it. */
function problemItem(server: ManagedServer, error: ExternalMcpError): vscode.TreeItem {
  const item = new vscode.TreeItem(displayText(error.reason, 200));
  item.id = `problem/${server.name}`;
  item.tooltip = error.message;
  item.iconPath = new vscode.ThemeIcon('info');
  item.contextValue = 'problem';
  item.command =
    error.kind === 'config' && server.entry.configured
      ? { command: 'externalMcp.editServer', title: t('Edit Server Definition'), arguments: [server.name] }
      : { command: 'externalMcp.showOutput', title: t('Show Output'), arguments: [server.name] };
  return item;
}
