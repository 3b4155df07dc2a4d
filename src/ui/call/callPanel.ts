import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { stackOf } from '../../base/errors.ts';
import { type Disposable, DisposableStore } from '../../base/lifecycle.ts';
import {
  type CallView,
  isToolCallRequest,
  type ToolCallEvent,
  type ToolCallRequest,
  type ToolCallResponse,
} from '../../messages/toolCall.ts';
import { PageChannel } from '../panels/pageChannel.ts';
import { pageHtml, pageIcon, pageOptions } from '../panels/pageHtml.ts';
import type { ChannelLog } from '../output.ts';

type Asked = Exclude<ToolCallRequest, { type: 'ready' }>;

/** What the buttons of the page do. */
export type CallActions = {
  [Type in Asked['type']]: (request: Extract<Asked, { type: Type }>) => Promise<void> | void;
};

/** The panel that shows a call while it runs and its result afterwards. */
export class CallPanel implements Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #owned = new DisposableStore();
  readonly #channel: PageChannel<ToolCallRequest, ToolCallResponse, ToolCallEvent>;
  #call: CallView;

  constructor(extensionUri: vscode.Uri, call: CallView, actions: CallActions, log: ChannelLog) {
    this.#call = call;
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.#panel = vscode.window.createWebviewPanel(
      'externalMcp.toolCall',
      titleOf(call),
      column,
      pageOptions(extensionUri),
    );
    this.#panel.iconPath = pageIcon(extensionUri);
    this.#channel = new PageChannel<ToolCallRequest, ToolCallResponse, ToolCallEvent>(
      this.#panel.webview,
      isToolCallRequest,
      async (request) => {
        if (request.type === 'ready') return { type: 'ready', call: this.#call };
        // cast: each request goes to the action of its own type, which the compiler does not follow
        await (actions[request.type] as (request: Asked) => Promise<void> | void)(request);
        return { type: request.type };
      },
      (error) => log.error(stackOf(error)),
    );
    this.#owned.add(this.#channel);
    this.#owned.add(this.#panel);
    this.#panel.webview.html = pageHtml(this.#panel.webview, extensionUri, 'toolCall', titleOf(call));
  }

  onDidDispose(listener: () => void): vscode.Disposable {
    return this.#panel.onDidDispose(listener);
  }

  show(call: CallView): void {
    this.#call = call;
    this.#panel.title = titleOf(call);
    this.#channel.tell({ type: 'call', call });
  }

  reveal(): void {
    this.#panel.reveal(undefined, true);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

function titleOf(call: CallView): string {
  return call.kind === 'tool' ? t('Call: {0}', call.title) : t('Run: {0}', call.title);
}
