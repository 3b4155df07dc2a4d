import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { displayText } from '../../base/displayText.ts';
import type { ExternalMcpError } from '../../base/errors.ts';
import type { Tool } from '../../client/externalMcpClient.ts';
import { startsProcess } from '../../servers/definitionEntry.ts';
import type { ManagedServer } from '../../servers/managedServer.ts';
import { isActive, isUp } from '../../servers/status.ts';
import { describeServer, speakServer, stateIcon, warningIcon } from '../present.ts';
import { hasRows, type TreeNode } from './nodes.ts';

/** Why nothing can be started here, and the way to change that. */
export function untrustedItem(): vscode.TreeItem {
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

/** A server; its tooltip is made when it is asked for. */
export function serverItem(server: ManagedServer): vscode.TreeItem {
  const { status, name } = server;
  const item = new vscode.TreeItem(
    displayText(name, 100),
    hasRows(server) ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
  );
  item.id = `server/${name}`;
  item.description = describeServer(server);
  item.iconPath = stateIcon(status);
  item.contextValue = serverFlags(server).join(' ');
  item.accessibilityInformation = { label: speakServer(server) };
  return item;
}

/** Words that the menus in package.json look for. */
function serverFlags({ status, entry }: ManagedServer): string[] {
  const flags = ['server', startsProcess(entry) ? 'ours' : 'attached'];
  if (isUp(status)) flags.push('ready');
  if (isUp(status) && status.connection.sessionId !== undefined) flags.push('session');
  // What could not be ended can be ended once more.
  const isStuck = status.kind === 'failed' && status.isStuck === true;
  if (isActive(status) || isStuck) flags.push('stoppable');
  else if (status.kind === 'stopped' || status.kind === 'failed' || status.kind === 'authRequired') {
    flags.push('startable');
  }
  if (entry.written !== undefined) flags.push('configured');
  return flags;
}

/** A tool; a click opens its arguments. */
export function toolItem(server: ManagedServer, tool: Tool): vscode.TreeItem {
  const item = new vscode.TreeItem(displayText(tool.name, 100));
  item.id = `tool/${server.name}/${tool.name}`;
  const words = displayText(tool.title ?? tool.description ?? '', 80);
  if (words.toLowerCase() !== tool.name.toLowerCase()) item.description = words;
  if (tool.problem !== undefined) {
    item.description = t('broken definition');
    item.iconPath = warningIcon('warning');
    item.contextValue = 'brokenTool';
    return item;
  }
  item.iconPath = new vscode.ThemeIcon('tools');
  item.contextValue = 'tool';
  // The row itself is passed: it says that a person chose it.
  const row: TreeNode = { kind: 'tool', server, tool };
  item.command = { command: 'externalMcp.callTool', title: t('Call Tool…'), arguments: [row] };
  return item;
}

/** What a server says about its tool, escaped: it must not become links or images. */
export function toolTooltip(tool: Tool): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  markdown
    .appendMarkdown('**')
    .appendText(displayText(tool.title ?? tool.name, 200))
    .appendMarkdown('**\n\n');
  if (tool.problem !== undefined) {
    markdown
      .appendText(t('Its definition is broken, so it cannot be called: {0}', displayText(tool.problem, 300)))
      .appendMarkdown('\n\n');
  }
  if (tool.description !== undefined) markdown.appendText(displayText(tool.description, 2000));
  return markdown;
}

/** What is wrong, and where a click leads to mend it. */
export function problemItem(server: ManagedServer, error: ExternalMcpError): vscode.TreeItem {
  const item = new vscode.TreeItem(displayText(error.reason, 200));
  item.id = `problem/${server.name}`;
  item.tooltip = error.message;
  item.iconPath = new vscode.ThemeIcon('info');
  item.contextValue = 'problem';
  const row: TreeNode = { kind: 'problem', server, error };
  item.command =
    error.kind === 'config' && server.entry.written !== undefined
      ? { command: 'externalMcp.editServer', title: t('Edit Server Definition'), arguments: [row] }
      : { command: 'externalMcp.showOutput', title: t('Show Output'), arguments: [row] };
  return item;
}
