import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/lifecycle.ts';
import type { PluginHost } from '../../plugins/pluginHost.ts';
import { Batch } from '../tree/batch.ts';
import type { PluginNode } from './pluginNodes.ts';

/** Changes are gathered this long, in ms: a plugin that starts passes several states at once. */
const COALESCE_MS = 100;

/** The view "Plugins": plugins, and below each what is wrong with it and its actions. Its rows are loaded when it is looked at first. */
export class PluginsView implements vscode.TreeDataProvider<PluginNode>, Disposable {
  readonly #plugins: PluginHost;
  readonly #owned = new DisposableStore();
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #items = () => import('./pluginItems.ts');

  constructor(plugins: PluginHost) {
    this.#plugins = plugins;
    const changes = new Batch<PluginHost>({ delayMs: COALESCE_MS, handOver: () => this.#changed.fire(undefined) });
    this.#owned.add(changes);
    this.#owned.add(plugins.onDidChangePlugins(() => changes.add(plugins)));
    this.#owned.add(this.#changed);
    this.#owned.add(vscode.window.registerTreeDataProvider('externalMcp.plugins', this));
  }

  readonly onDidChangeTreeData = this.#changed.event;

  async getChildren(node?: PluginNode): Promise<PluginNode[]> {
    if (node === undefined) return this.#plugins.plugins.map((plugin) => ({ kind: 'plugin', plugin }));
    return node.kind === 'plugin' ? (await this.#items()).rowsBelow(node.plugin) : [];
  }

  async getTreeItem(node: PluginNode): Promise<vscode.TreeItem> {
    return (await this.#items()).pluginTreeItem(node);
  }

  async resolveTreeItem(item: vscode.TreeItem, node: PluginNode): Promise<vscode.TreeItem> {
    item.tooltip ??= (await this.#items()).pluginTooltip(node);
    return item;
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
