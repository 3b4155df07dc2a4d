import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import type { PluginAction, PluginInfo } from '../../api.ts';
import { assertNever } from '../../base/assert.ts';
import { displayText } from '../../base/displayText.ts';
import { warningIcon } from '../present.ts';
import type { PluginNode } from './pluginNodes.ts';

/** A plugin's state in one or two words. */
export function stateWord({ state }: PluginInfo): string {
  switch (state) {
    case 'idle':
      return t('Idle');
    case 'starting':
      return t('Starting');
    case 'ready':
      return t('Ready');
    case 'failed':
      return t('Error');
    case 'broken':
      return t('Unusable');
    default:
      return assertNever(state);
  }
}

/** The same as an icon. */
export function pluginIcon({ state }: PluginInfo): vscode.ThemeIcon {
  switch (state) {
    case 'idle':
      return new vscode.ThemeIcon('circle-large-outline');
    case 'starting':
      return new vscode.ThemeIcon('loading~spin');
    case 'ready':
      return new vscode.ThemeIcon('pass-filled', new vscode.ThemeColor('testing.iconPassed'));
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
    case 'broken':
      return warningIcon('warning');
    default:
      return assertNever(state);
  }
}

/** The rows below a plugin: what is wrong with it, and its actions. */
export function rowsBelow(plugin: PluginInfo): PluginNode[] {
  const problem: PluginNode[] = plugin.problem === undefined ? [] : [{ kind: 'problem', plugin }];
  const actions = plugin.state === 'broken' ? [] : plugin.actions;
  return [...problem, ...actions.map((action): PluginNode => ({ kind: 'action', plugin, action }))];
}

/** A row of the view; its tooltip is made when it is asked for. */
export function pluginTreeItem(node: PluginNode): vscode.TreeItem {
  switch (node.kind) {
    case 'plugin':
      return pluginItem(node.plugin);
    case 'action':
      return actionItem(node);
    case 'problem':
      return problemItem(node);
  }
}

/** What the extension says of a plugin or an action, escaped: it must not become links or images. */
export function pluginTooltip(node: PluginNode): vscode.MarkdownString | undefined {
  if (node.kind === 'problem') return undefined;
  return node.kind === 'plugin' ? tooltipOfPlugin(node.plugin) : tooltipOfAction(node.action);
}

function pluginItem(plugin: PluginInfo): vscode.TreeItem {
  const { id, label, version } = plugin;
  const item = new vscode.TreeItem(
    displayText(label, 100),
    rowsBelow(plugin).length > 0 ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
  );
  item.id = `plugin/${id}`;
  item.description = `${stateWord(plugin)} · ${displayText(version, 30)}`;
  item.iconPath = pluginIcon(plugin);
  item.contextValue = pluginFlags(plugin).join(' ');
  const words = [displayText(label, 100), stateWord(plugin), t('version {0}', displayText(version, 30))];
  item.accessibilityInformation = { label: words.join(', ') };
  return item;
}

/** Words that the menus in package.json look for. */
function pluginFlags({ state, secrets }: PluginInfo): string[] {
  const flags = ['plugin'];
  if (state !== 'broken') flags.push('runnable');
  if (state === 'ready' || state === 'failed' || state === 'starting') flags.push('reloadable');
  if (state !== 'broken' && secrets.length > 0) flags.push('secrets');
  return flags;
}

function actionItem(row: Extract<PluginNode, { kind: 'action' }>): vscode.TreeItem {
  const { plugin, action } = row;
  const title = displayText(action.title, 100);
  const item = new vscode.TreeItem(title);
  item.id = `action/${plugin.id}/${action.name}`;
  const words = displayText(action.description ?? '', 80);
  if (words.toLowerCase() !== title.toLowerCase()) item.description = words;
  item.iconPath = new vscode.ThemeIcon('zap');
  item.contextValue = 'action';
  item.accessibilityInformation = { label: [title, item.description].filter(Boolean).join(', ') };
  // The row itself is passed: it says that a person chose it.
  item.command = { command: 'externalMcp.runPluginAction', title: t('Run Plugin Action…'), arguments: [row] };
  return item;
}

function problemItem({ plugin }: Extract<PluginNode, { kind: 'problem' }>): vscode.TreeItem {
  const problem = displayText(plugin.problem ?? '', 1000);
  const item = new vscode.TreeItem(displayText(problem, 200));
  item.id = `problem/${plugin.id}`;
  item.tooltip = problem;
  item.iconPath = new vscode.ThemeIcon('info');
  item.contextValue = 'problem';
  return item;
}

function tooltipOfPlugin(plugin: PluginInfo): vscode.MarkdownString {
  const { label, description, extension, version, capabilities, secrets, problem } = plugin;
  const markdown = titled(label);
  const paragraph = (text: string): void => void markdown.appendText(text).appendMarkdown('\n\n');
  if (problem !== undefined) paragraph(`${stateWord(plugin)}: ${displayText(problem, 1000)}`);
  if (description !== undefined) paragraph(displayText(description, 2000));
  if (capabilities.length > 0) paragraph(t('Capabilities: {0}', displayText(capabilities.join(', '), 300)));
  if (secrets.length > 0) {
    const names = secrets.map(({ title }) => title).join(', ');
    paragraph(t('Secrets: {0}', displayText(names, 300)));
  }
  paragraph(t('Contributed by {0}, version {1}', displayText(extension, 200), displayText(version, 30)));
  return markdown;
}

function tooltipOfAction({ name, title, description }: PluginAction): vscode.MarkdownString {
  const markdown = titled(title);
  if (description !== undefined) markdown.appendText(displayText(description, 2000)).appendMarkdown('\n\n');
  return markdown.appendText(t('Its name in code: {0}', displayText(name, 100)));
}

function titled(title: string): vscode.MarkdownString {
  return new vscode.MarkdownString().appendMarkdown('**').appendText(displayText(title, 200)).appendMarkdown('**\n\n');
}
