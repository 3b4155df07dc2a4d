import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { displayText } from '../base/displayText.ts';
import { DisposableStore, type Disposable } from '../base/lifecycle.ts';
import type { ManagedServer } from '../servers/managedServer.ts';
import type { ServerRegistry } from '../servers/serverRegistry.ts';
import { isUp, type ServerStatus } from '../servers/status.ts';
import { stateWord, toolCount } from './present.ts';

/** One item over all servers: how many run, and how many need attention. Also keeps the context keys of the menus. */
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
    const counts = countKinds(servers);
    void vscode.commands.executeCommand('setContext', 'externalMcp.hasServers', servers.length > 0);
    void vscode.commands.executeCommand('setContext', 'externalMcp.runningServers', counts.running);
    if (servers.length === 0) {
      this.#item.hide();
      return;
    }
    this.#item.text = textOf(counts);
    this.#item.backgroundColor = backgroundOf(counts);
    this.#item.tooltip = tooltip(servers);
    this.#item.accessibilityInformation = { label: labelOf(counts), role: 'button' };
    this.#item.show();
  }
}

interface Counts {
  all: number;
  running: number;
  underWay: number;
  failed: number;
  degraded: number;
  restarting: number;
  authRequired: number;
}

function countKinds(servers: readonly ManagedServer[]): Counts {
  const count = (...kinds: ServerStatus['kind'][]): number =>
    servers.filter(({ status }) => kinds.includes(status.kind)).length;
  return {
    all: servers.length,
    running: servers.filter(({ status }) => isUp(status)).length,
    underWay: count('starting', 'stopping'),
    failed: count('failed'),
    degraded: count('degraded'),
    restarting: count('restarting'),
    authRequired: count('authRequired'),
  };
}

/** What needs attention, but is no error: it may mend itself, or somebody has to sign in. */
function warnings({ degraded, restarting, authRequired }: Counts): number {
  return degraded + restarting + authRequired;
}

/** As short as the item of the problems beside it. */
function textOf(counts: Counts): string {
  const running = `MCP ${counts.running}/${counts.all}`;
  const troubles = [
    ...(counts.failed > 0 ? [`$(error) ${counts.failed}`] : []),
    ...(warnings(counts) > 0 ? [`$(warning) ${warnings(counts)}`] : []),
  ];
  if (troubles.length > 0) return [running, ...troubles].join(' ');
  if (counts.underWay > 0) return `$(loading~spin) ${running}`;
  return `$(${counts.running > 0 ? 'pass-filled' : 'circle-large-outline'}) ${running}`;
}

function backgroundOf(counts: Counts): vscode.ThemeColor | undefined {
  if (counts.failed > 0) return new vscode.ThemeColor('statusBarItem.errorBackground');
  return warnings(counts) > 0 ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
}

function labelOf({ all, running, failed, degraded, restarting, authRequired }: Counts): string {
  const parts = [t('External MCP: {0} of {1} servers running', running, all)];
  if (failed > 0) parts.push(t('{0} with an error', failed));
  if (degraded > 0) parts.push(t('{0} degraded', degraded));
  if (restarting > 0) parts.push(t('{0} restarting', restarting));
  if (authRequired > 0) parts.push(t('{0} waiting for somebody to sign in', authRequired));
  return parts.join(', ');
}

/** A line per server; why it is not well stands in the tree. */
function tooltip(servers: readonly ManagedServer[]): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  for (const server of servers) {
    const { status, name } = server;
    const detail = isUp(status) ? ` (${toolCount(status.tools.length)})` : '';
    markdown.appendText(`${displayText(name, 100)}: ${stateWord(server)}${detail}`).appendMarkdown('  \n');
  }
  return markdown;
}
