import * as vscode from 'vscode';
import { type Disposable, DisposableStore, MutableDisposable } from '../../base/lifecycle.ts';
import { pageOptions } from '../panels/pageHtml.ts';
import { type InspectorContext, InspectorPanel, inspectorTitle, serverFilter } from './inspectorPanel.ts';

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
    const filter = server === undefined ? undefined : serverFilter(server);
    if (this.#panel.value === undefined) {
      const { extensionUri } = this.#context;
      const column = vscode.window.activeTextEditor === undefined ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
      this.#adopt(
        vscode.window.createWebviewPanel(VIEW_TYPE, inspectorTitle(), column, pageOptions(extensionUri)),
        filter ?? '',
      );
    }
    this.#panel.value?.reveal(filter, seq);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    panel.webview.options = pageOptions(this.#context.extensionUri);
    this.#adopt(panel, '');
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #adopt(panel: vscode.WebviewPanel, filter: string): void {
    const inspector = new InspectorPanel(panel, this.#context, filter);
    this.#panel.value = inspector;
    inspector.onDidDispose(() => {
      if (this.#panel.value === inspector) this.#panel.value = undefined;
    });
  }
}
