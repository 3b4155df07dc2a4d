import * as vscode from 'vscode';
import { type Disposable, DisposableStore, MutableDisposable } from '../../base/lifecycle.ts';
import { pageOptions } from '../panels/pageHtml.ts';
import { type InspectorContext, InspectorPanel, inspectorTitle } from './inspectorPanel.ts';

const VIEW_TYPE = 'externalMcp.inspector';

/** Opens the inspector, at most one, and brings it back after a reload of the window. */
export class Inspectors implements vscode.WebviewPanelSerializer, Disposable {
  readonly #context: InspectorContext;
  readonly #owned = new DisposableStore();
  readonly #panel = new MutableDisposable<InspectorPanel>();

  constructor(context: InspectorContext) {
    this.#context = context;
    this.#owned.add(this.#panel);
    this.#owned.add(vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this));
  }

  /** Shows the traffic of all servers or of one, and selects an entry where one is given. */
  open(server?: string, seq?: number): void {
    if (this.#panel.value === undefined) {
      const { extensionUri } = this.#context;
      this.#adopt(
        vscode.window.createWebviewPanel(VIEW_TYPE, inspectorTitle(), freeColumn(), pageOptions(extensionUri)),
        server,
      );
    }
    this.#panel.value?.reveal(server, seq);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    panel.webview.options = pageOptions(this.#context.extensionUri);
    this.#adopt(panel);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #adopt(panel: vscode.WebviewPanel, server?: string): void {
    const inspector = new InspectorPanel(panel, this.#context, server);
    this.#panel.value = inspector;
    inspector.onDidDispose(() => {
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
