import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { type ExternalMcpError, messageOf } from '../../base/errors.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import type { Tool } from '../../client/externalMcpClient.ts';
import type { ManagedServer } from '../../servers/managedServer.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import { serverTooltip } from '../present.ts';
import { canHaveRows, problemItem, serverItem, toolItem, toolTooltip, untrustedItem } from './items.ts';

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
  /** Whether a server's row had rows below it when it was last drawn. */
  readonly #hadRows = new WeakMap<ManagedServer, boolean>();
  /** To be opened as soon as the view is visible. */
  readonly #toExpand = new Set<ManagedServer>();
  readonly #view: vscode.TreeView<TreeNode>;
  #timer: NodeJS.Timeout | undefined;

  constructor(registry: ServerRegistry) {
    this.#registry = registry;
    this.#view = vscode.window.createTreeView('externalMcp.servers', { treeDataProvider: this, showCollapseAll: true });
    this.#owned.add(this.#view);
    this.#owned.add(registry.onDidChangeServers(() => this.#refreshAll()));
    this.#owned.add(registry.onDidChangeServer((server) => this.#refreshSoon(server)));
    this.#owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#refreshAll()));
    this.#owned.add(this.#view.onDidChangeVisibility(() => this.#expandShown()));
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
    this.#refreshPending();
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
    this.#timer ??= setTimeout(() => this.#refreshPending(), COALESCE_MS);
  }

  #refreshPending(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const server of this.#pending) {
      this.#changed.fire(this.#nodeOf(server));
      const hasRows = canHaveRows(server);
      if (hasRows && this.#hadRows.get(server) !== true) this.#toExpand.add(server);
      this.#hadRows.set(server, hasRows);
    }
    this.#pending.clear();
    this.#updateBadge();
    this.#expandShown();
  }

  /** A row that was drawn without rows below it stays folded when it gets some, whatever its item says. */
  #expandShown(): void {
    // Revealing would open a view that is hidden.
    if (!this.#view.visible) return;
    for (const server of this.#toExpand) {
      if (!canHaveRows(server)) continue;
      this.#view
        .reveal(this.#nodeOf(server), { expand: true, focus: false, select: false })
        .then(undefined, (error: unknown) => {
          server.log.debug(`Tree: ${messageOf(error)}`);
        });
    }
    this.#toExpand.clear();
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
