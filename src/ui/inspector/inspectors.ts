import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { type Disposable, DisposableStore, MutableDisposable } from '../../base/lifecycle.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import type { TrafficLog } from '../../traffic/trafficLog.ts';
import type { ChannelLog } from '../output.ts';
import { pageOptions } from '../panels/pageHtml.ts';
import type { InspectorPanel } from './inspectorPanel.ts';
import type { InspectorTools } from './inspectorTools.ts';

const VIEW_TYPE = 'externalMcp.inspector';
const FILE_TYPE = 'externalMcp.trafficFile';

export interface InspectorContext {
  extensionUri: vscode.Uri;
  registry: ServerRegistry;
  traffic: TrafficLog;
  log: ChannelLog;
  /** Of the extension; files name it. */
  version: string;
  /** Where looks are kept for the next window. */
  memento: vscode.Memento;
  /** Opens the arguments of a tool in an editor. */
  editArguments(server: string, tool: string, args: object): Promise<void>;
  /** Shows a failure to people. */
  report(error: unknown): void;
}

/**
 * Opens the inspector, at most one, and brings it back after a reload of the window; opens recorded files in editors of their own. All
 * that these are made of is loaded with the first of them, not with the window.
 */
export class Inspectors implements vscode.WebviewPanelSerializer, vscode.CustomReadonlyEditorProvider, Disposable {
  readonly #context: InspectorContext;
  readonly #owned = new DisposableStore();
  readonly #panel = new MutableDisposable<InspectorPanel>();
  #tools: Promise<InspectorTools> | undefined;

  constructor(context: InspectorContext) {
    this.#context = context;
    this.#owned.add(this.#panel);
    this.#owned.add(vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this));
    const options = { supportsMultipleEditorsPerDocument: true };
    this.#owned.add(vscode.window.registerCustomEditorProvider(FILE_TYPE, this, options));
  }

  /** Shows the traffic of all servers or of one, and selects an entry where one is given. */
  async open(server?: string, seq?: number): Promise<void> {
    const tools = await this.load();
    if (this.#panel.value === undefined) {
      const { extensionUri } = this.#context;
      const options = pageOptions(extensionUri);
      const panel = vscode.window.createWebviewPanel(VIEW_TYPE, t('MCP Traffic'), freeColumn(), options);
      this.#adopt(panel, tools, server);
    }
    this.#panel.value?.reveal(server, seq);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    const tools = await this.load();
    // One was opened before this tab was looked at for the first time; its page would be left without a host.
    if (this.#panel.value !== undefined) {
      panel.dispose();
      this.#panel.value.reveal();
      return;
    }
    panel.webview.options = pageOptions(this.#context.extensionUri);
    this.#adopt(panel, tools);
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose() {} };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    panel.webview.options = pageOptions(this.#context.extensionUri);
    await (await this.load()).showFile(uri, panel);
  }

  /** What the inspector is made of. */
  load(): Promise<InspectorTools> {
    this.#tools ??= import('./inspectorTools.ts').then(
      ({ InspectorTools }) => this.#owned.add(new InspectorTools(this.#context)),
      (error: unknown) => {
        // The next one tries again.
        this.#tools = undefined;
        throw error;
      },
    );
    return this.#tools;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #adopt(panel: vscode.WebviewPanel, tools: InspectorTools, server?: string): void {
    const inspector = tools.showLive(panel, server);
    this.#panel.value = inspector;
    panel.onDidDispose(() => {
      if (this.#panel.value === inspector) this.#panel.value = undefined;
    });
  }
}

/** Beside what is being written, but over other pages: a third column would leave none of them room. */
function freeColumn(): vscode.ViewColumn {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  const withPage = all.find(({ activeTab }) => activeTab?.input instanceof vscode.TabInputWebview);
  if (withPage !== undefined) return withPage.viewColumn;
  return activeTabGroup.activeTab === undefined ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
}
