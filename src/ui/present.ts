import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { assertNever } from '../base/assert.ts';
import { displayText } from '../base/displayText.ts';
import type { ConnectionInfo } from '../client/externalMcpClient.ts';
import type { ManagedServer } from '../servers/managedServer.ts';
import type { ServerStatus } from '../servers/status.ts';

/** A state in one or two words. */
export function stateWord(status: ServerStatus): string {
  switch (status.kind) {
    case 'stopped':
      return t('Stopped');
    case 'disabled':
      return t('Disabled');
    case 'starting':
      return t('Starting');
    case 'ready':
      return t('Running');
    case 'stopping':
      return t('Stopping');
    case 'failed':
      return t('Error');
    default:
      return assertNever(status);
  }
}

/** A state as an icon: the shape tells it, the colour only underlines it. */
export function stateIcon(status: ServerStatus): vscode.ThemeIcon {
  switch (status.kind) {
    case 'stopped':
      return new vscode.ThemeIcon('circle-large-outline');
    case 'disabled':
      return new vscode.ThemeIcon('circle-slash');
    case 'starting':
    case 'stopping':
      return new vscode.ThemeIcon('loading~spin');
    case 'ready':
      return new vscode.ThemeIcon('pass-filled', new vscode.ThemeColor('testing.iconPassed'));
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
    default:
      return assertNever(status);
  }
}

/** The dim text behind a server's name. */
export function describeServer(server: ManagedServer): string {
  const { status } = server;
  if (status.kind !== 'ready') return stateWord(status);
  const parts = [transportWord(status.connection), toolCount(status.tools.length)];
  if (server.needsRestart) parts.push(t('definition changed, restart to apply'));
  return parts.join(' · ');
}

/** Everything known about a server, for its tooltip. Server text is escaped: it must not become links or images. */
export function serverTooltip(server: ManagedServer): vscode.MarkdownString {
  const { status } = server;
  const markdown = new vscode.MarkdownString('', true);
  markdown
    .appendMarkdown('**')
    .appendText(server.name)
    .appendMarkdown(`** — ${stateWord(status)}\n\n`);
  if (status.kind === 'failed') appendError(markdown, status.error.message);
  for (const [label, value] of facts(server)) {
    markdown.appendMarkdown(`${label}: `).appendText(displayText(value, 200)).appendMarkdown('  \n');
  }
  return markdown;
}

/** The sentence, and behind it the last lines of output as they were. */
function appendError(markdown: vscode.MarkdownString, message: string): void {
  const [sentence = '', ...output] = message.split('\n');
  markdown.appendText(displayText(sentence, 600)).appendMarkdown('\n\n');
  if (output.length > 0) markdown.appendCodeblock(output.map((line) => displayText(line, 200)).join('\n'), 'text');
}

function facts(server: ManagedServer): [string, string][] {
  const { status } = server;
  const list: [string, string][] = [[t('Defined in'), server.entry.source]];
  if (status.kind !== 'ready') return list;
  const { connection, pid, url } = status;
  list.push([t('Server'), `${connection.serverName} ${connection.serverVersion}`.trim()]);
  list.push([t('Protocol'), connection.dialect]);
  if (url !== undefined) list.push([t('Address'), url]);
  if (connection.sessionId !== undefined)
    list.push([t('Session'), sessionWords(connection.sessionId, status.renewals)]);
  if (pid !== undefined) list.push([t('Process'), String(pid)]);
  list.push([t('Tools'), String(status.tools.length)]);
  return list;
}

function sessionWords(id: string, renewals: number): string {
  if (renewals === 0) return id;
  return renewals === 1 ? t('{0} (renewed once)', id) : t('{0} (renewed {1} times)', id, renewals);
}

/** `1 tool`, `13 tools`. */
export function toolCount(count: number): string {
  return count === 1 ? t('1 tool') : t('{0} tools', count);
}

/** Short enough for a row; the tooltip has the whole. */
function transportWord({ transport, verdict, protocolVersion }: ConnectionInfo): string {
  switch (transport) {
    case 'stdio':
      return 'stdio';
    case 'sse':
      return 'http+sse';
    case 'external-sse':
      return 'external';
    case 'streamable-http':
      return verdict.era === 'stateless' ? `http ${protocolVersion}` : 'http';
  }
}
