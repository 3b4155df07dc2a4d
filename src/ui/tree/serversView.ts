import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { systemClock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { type Disposable, DisposableStore, MutableDisposable } from '../../base/lifecycle.ts';
import type { ManagedServer } from '../../servers/managedServer.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import { isUp } from '../../servers/status.ts';
import { factsOf } from '../facts.ts';
import { serverTooltip } from '../serverTooltip.ts';
import { Batch } from './batch.ts';
import { Countdown } from './countdown.ts';
import { detailsItem, endingItem, factItem, summaryText } from './detailItems.ts';
import { problemItem, serverItem, toolItem, toolTooltip, untrustedItem } from './items.ts';
import { hasRows, LastingNodes, type TreeNode } from './nodes.ts';

/** Changes are gathered this long, in ms: a start passes several states within one frame. */
const COALESCE_MS = 100;
/** Until VS Code has drawn what was refreshed, in ms, and how often it is looked whether it has. */
const DRAWN_MS = 500;
const MOST_LOOKS = 6;
/** Least time between two refreshes of what is measured, in ms; memory is sampled no more often. */
const MEASURED_MS = 5000;

/** The view "Servers": servers, and below each what is wrong with it, its details and its tools. */
export class ServersView implements vscode.TreeDataProvider<TreeNode>, Disposable {
  readonly #registry: ServerRegistry;
  readonly #owned = new DisposableStore();
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly #nodes = new LastingNodes();
  readonly #changes = this.#owned.add(
    new Batch<ManagedServer>({ delayMs: COALESCE_MS, handOver: (servers) => this.#refresh(servers) }),
  );
  readonly #measured = this.#owned.add(
    new Batch<ManagedServer>({
      delayMs: COALESCE_MS,
      pauseMs: MEASURED_MS,
      handOver: (servers) => this.#refreshDetails(servers),
    }),
  );
  readonly #countdown = this.#owned.add(new Countdown(() => this.#count()));
  /** Whether a server's row had rows below it when it was last drawn. */
  readonly #hadRows = new WeakMap<ManagedServer, boolean>();
  /** To be opened as soon as the view is visible, and how often that was tried. */
  readonly #toExpand = new Map<ManagedServer, number>();
  readonly #expanding = this.#owned.add(new MutableDisposable());
  /** Whose rows cannot be seen. */
  readonly #folded = new WeakSet<ManagedServer>();
  /** Whose details somebody has opened: they come back so after a restart. */
  readonly #opened = new WeakSet<ManagedServer>();
  /** What was last drawn beside folded details. */
  readonly #drawn = new WeakMap<ManagedServer, string>();
  readonly #view: vscode.TreeView<TreeNode>;

  constructor(registry: ServerRegistry) {
    this.#registry = registry;
    this.#view = vscode.window.createTreeView('externalMcp.servers', { treeDataProvider: this, showCollapseAll: true });
    this.#owned.add(this.#view);
    this.#owned.add(registry.onDidChangeServers(() => this.#refreshAll()));
    this.#owned.add(registry.onDidChangeServer((server) => this.#changes.add(server)));
    this.#owned.add(registry.onDidMeasureServer((server) => this.#measured.add(server)));
    this.#owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#refreshAll()));
    this.#owned.add(this.#view.onDidChangeVisibility(() => this.#onVisible()));
    this.#owned.add(this.#view.onDidCollapseElement(({ element }) => this.#onFolded(element)));
    this.#owned.add(this.#view.onDidExpandElement(({ element }) => this.#onUnfolded(element)));
    this.#updateBadge();
  }

  readonly onDidChangeTreeData = this.#changed.event;

  getChildren(node?: TreeNode): TreeNode[] {
    switch (node?.kind) {
      case undefined:
        return this.#roots();
      case 'server':
        // Asked for only where they are shown.
        this.#toExpand.delete(node.server);
        return this.#rowsBelow(node.server);
      case 'details':
        return factsOf(node.server, systemClock).map((fact) => ({ kind: 'fact', server: node.server, fact }));
      case 'fact':
        // The last one is what people look for.
        return node.server.history.toReversed().map((ending) => ({ kind: 'ending', server: node.server, ending }));
      default:
        return [];
    }
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
      case 'details':
        return this.#drawDetails(node.server);
      case 'fact':
        return factItem(node.server, node.fact);
      case 'ending':
        return endingItem(node.server, node.ending);
    }
  }

  /** Only servers are revealed, and they stand at the top. */
  getParent(): undefined {
    return undefined;
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    if (node.kind === 'server') item.tooltip = serverTooltip(node.server);
    if (node.kind === 'tool') item.tooltip = toolTooltip(node.tool);
    return item;
  }

  /** Opens the view and shows a server with its tools. */
  async reveal(server: ManagedServer): Promise<void> {
    this.#changes.flush();
    await this.#view.reveal(this.#nodes.get('server', server), { expand: true, focus: false, select: true });
  }

  dispose(): void {
    this.#owned.dispose();
    this.#changed.dispose();
  }

  #roots(): TreeNode[] {
    const servers = this.#registry.servers.map((server) => this.#nodes.get('server', server));
    // With nothing to list, the welcome text says the same and more.
    return vscode.workspace.isTrusted || servers.length === 0 ? servers : [{ kind: 'untrusted' }, ...servers];
  }

  #rowsBelow(server: ManagedServer): TreeNode[] {
    if (!hasRows(server)) return [];
    const { status } = server;
    const problem: TreeNode[] = 'error' in status ? [{ kind: 'problem', server, error: status.error }] : [];
    if (isUp(status)) {
      const tools = status.tools.map((tool): TreeNode => ({ kind: 'tool', server, tool }));
      return [...problem, this.#nodes.get('details', server), ...tools];
    }
    const facts = server.history.length === 0 ? [] : factsOf(server, systemClock);
    return [...problem, ...facts.map((fact): TreeNode => ({ kind: 'fact', server, fact }))];
  }

  #refreshAll(): void {
    this.#changed.fire(undefined);
    this.#updateBadge();
  }

  #refresh(servers: ReadonlySet<ManagedServer>): void {
    for (const server of servers) {
      this.#changed.fire(this.#nodes.get('server', server));
      const has = hasRows(server);
      if (has && this.#hadRows.get(server) !== true) this.#toExpand.set(server, 0);
      this.#hadRows.set(server, has);
    }
    this.#updateBadge();
    this.#expandSoon();
    this.#updateCountdown();
  }

  /** Only those rows, so that the rest of the tree stays as it is. */
  #refreshDetails(servers: ReadonlySet<ManagedServer>): void {
    if (!this.#view.visible) return;
    for (const server of servers) {
      if (!isUp(server.status) || this.#folded.has(server)) continue;
      // Folded, they show no more than that.
      if (!this.#opened.has(server) && summaryText(factsOf(server, systemClock)) === this.#drawn.get(server)) continue;
      this.#changed.fire(this.#nodes.get('details', server));
    }
  }

  #drawDetails(server: ManagedServer): vscode.TreeItem {
    const facts = factsOf(server, systemClock);
    this.#drawn.set(server, summaryText(facts));
    return detailsItem(server, facts, this.#opened.has(server));
  }

  #count(): void {
    for (const server of this.#waiting()) this.#changed.fire(this.#nodes.get('server', server));
    this.#updateCountdown();
  }

  #updateCountdown(): void {
    this.#countdown.run(this.#view.visible && this.#waiting().length > 0);
  }

  #waiting(): ManagedServer[] {
    return this.#registry.servers.filter(({ status }) => status.kind === 'restarting');
  }

  /** What was not refreshed while nobody could see it is old. */
  #onVisible(): void {
    this.#expandSoon();
    this.#refreshDetails(new Set(this.#registry.servers));
    if (this.#view.visible) this.#count();
    else this.#updateCountdown();
  }

  #onFolded(node: TreeNode): void {
    if (node.kind === 'server') this.#folded.add(node.server);
    if (node.kind === 'details') this.#opened.delete(node.server);
  }

  #onUnfolded(node: TreeNode): void {
    if (node.kind === 'server') this.#folded.delete(node.server);
    if (node.kind === 'details') this.#opened.add(node.server);
    if (node.kind === 'server' || node.kind === 'details') this.#refreshDetails(new Set([node.server]));
  }

  /**
   * A row that was drawn without rows below it stays folded when it gets some, whatever its item says; and VS Code unfolds no row that it
   * has not drawn yet.
   */
  #expandSoon(): void {
    // Revealing would open a view that is hidden.
    if (this.#toExpand.size === 0 || !this.#view.visible) return;
    this.#expanding.value ??= systemClock.after(DRAWN_MS, () => this.#expand());
  }

  #expand(): void {
    this.#expanding.value = undefined;
    for (const [server, looks] of this.#toExpand) {
      if (looks === MOST_LOOKS || !hasRows(server)) this.#toExpand.delete(server);
      else this.#toExpand.set(server, looks + 1);
    }
    if (!this.#view.visible) return;
    for (const server of this.#toExpand.keys()) {
      this.#view
        .reveal(this.#nodes.get('server', server), { expand: true, focus: false, select: false })
        .then(undefined, (error: unknown) => {
          server.log.debug(`Tree: ${messageOf(error)}`);
        });
    }
    this.#expandSoon();
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
