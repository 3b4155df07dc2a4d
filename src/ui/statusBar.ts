import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { DisposableStore, type Disposable } from '../base/lifecycle.ts';
import type { ManagedServer } from '../servers/managedServer.ts';
import type { ServerRegistry } from '../servers/serverRegistry.ts';
import { describeServer, stateWord } from './present.ts';

/** One item over all servers: how many run, and whether one needs attention. Also keeps the context keys of the menus. */
export class StatusBar implements Disposable {
  readonly #registry: ServerRegistry;
  readonly #owned = new DisposableStore();
  readonly #item: vscode.StatusBarItem;

  constructor(registry: ServerRegistry) {
    this.#registry = registry;
    this.#item = vscode.window.createStatusBarItem('externalMcp.status', vscode.StatusBarAlignment.Left, 0);
    this.#item.name = 'External MCP';
    this.#item.command = 'externalMcp.servers.focus';
    this.#owned.add(this.#item);
    this.#owned.add(registry.onDidChangeServers(() => this.#update()));
    this.#owned.add(registry.onDidChangeServer(() => this.#update()));
    this.#update();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #update(): void {
    const { servers } = this.#registry;
    const running = servers.filter(({ status }) => status.kind === 'ready').length;
    const failing = servers.filter(({ status }) => status.kind === 'failed').length;
    void vscode.commands.executeCommand('setContext', 'externalMcp.hasServers', servers.length > 0);
    void vscode.commands.executeCommand('setContext', 'externalMcp.runningServers', running);
    if (servers.length === 0) {
      this.#item.hide();
      return;
    }
    this.#item.text = `$(${iconOf(servers)}) MCP ${running}/${servers.length}`;
    this.#item.backgroundColor = failing > 0 ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    this.#item.tooltip = tooltip(servers);
    this.#item.accessibilityInformation = {
      label:
        failing === 0
          ? t('External MCP: {0} of {1} servers running', running, servers.length)
          : t('External MCP: {0} of {1} servers running, {2} with an error', running, servers.length, failing),
      role: 'button',
    };
    this.#item.show();
  }
}

function iconOf(servers: readonly ManagedServer[]): string {
  const kinds = new Set(servers.map(({ status }) => status.kind));
  if (kinds.has('failed')) return 'error';
  if (kinds.has('starting') || kinds.has('stopping')) return 'loading~spin';
  return kinds.has('ready') ? 'pass-filled' : 'circle-large-outline';
}

function tooltip(servers: readonly ManagedServer[]): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  for (const server of servers) {
    const detail = server.status.kind === 'ready' ? ` (${describeServer(server)})` : '';
    markdown.appendText(`${server.name}: ${stateWord(server.status)}${detail}`).appendMarkdown('  \n');
  }
  return markdown;
}
