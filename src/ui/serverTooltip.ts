import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { systemClock } from '../base/clock.ts';
import { displayText } from '../base/displayText.ts';
import { durationWords } from '../base/duration.ts';
import type { ManagedServer } from '../servers/managedServer.ts';
import { isUp, type Service } from '../servers/status.ts';
import { factLine, factsOf, timeWords } from './facts.ts';
import { stateWord } from './present.ts';

/** Everything known about a server. Server text is escaped: it must not become links or images. */
export function serverTooltip(server: ManagedServer): vscode.MarkdownString {
  const { status } = server;
  const markdown = new vscode.MarkdownString('', true);
  markdown
    .appendMarkdown('**')
    .appendText(displayText(server.name, 100))
    .appendMarkdown('** — ')
    .appendText([stateWord(server), ...sinceWhen(server)].join(' '))
    .appendMarkdown('\n\n');
  if ('error' in status) appendError(markdown, status.error.message);
  for (const [label, value] of lines(server)) {
    markdown.appendMarkdown(`${label}: `);
    appendWords(markdown, displayText(value, 300));
    markdown.appendMarkdown('  \n');
  }
  return markdown;
}

/** The sentence, and behind it the last lines of output as they were. */
function appendError(markdown: vscode.MarkdownString, message: string): void {
  const [sentence = '', ...output] = message.split('\n');
  appendWords(markdown, displayText(sentence, 600));
  markdown.appendMarkdown('\n\n');
  if (output.length > 0) markdown.appendCodeblock(output.map((line) => displayText(line, 200)).join('\n'), 'text');
}

/** Escaped, and broken between words: VS Code makes no-break spaces of those that it escapes. */
function appendWords(markdown: vscode.MarkdownString, text: string): void {
  for (const [index, word] of text.split(' ').entries()) {
    if (index > 0) markdown.appendMarkdown(' ');
    markdown.appendText(word);
  }
}

/** Since when it is in its state, where that is known. */
function sinceWhen({ status, history }: ManagedServer): string[] {
  const now = systemClock.now();
  if (isUp(status) || status.kind === 'starting') {
    return [t('since {0}', timeWords(systemClock.wallTime() - (now - status.since)))];
  }
  const last = history.at(-1);
  if (last === undefined || (status.kind !== 'failed' && status.kind !== 'restarting')) return [];
  const since = t('since {0}', timeWords(last.time));
  if (status.kind === 'failed') return [since];
  return [since, t('(failure {0} in a row, next start in {1})', status.attempt, durationWords(status.at - now))];
}

function lines(server: ManagedServer): [string, string][] {
  const { status, entry } = server;
  const facts = factsOf(server, systemClock).map((fact): [string, string] => [
    fact.label,
    fact.note === undefined ? factLine(fact) : `${factLine(fact)} (${fact.note})`,
  ]);
  return [[t('Defined in'), entry.source], ...(isUp(status) ? connectionLines(status) : []), ...facts];
}

function connectionLines({ connection, renewals, tools }: Service): [string, string][] {
  const list: [string, string][] = [
    [t('Server'), `${connection.serverName} ${connection.serverVersion}`.trim()],
    [t('Protocol'), connection.dialect],
  ];
  if (connection.sessionId !== undefined) list.push([t('Session'), sessionWords(connection.sessionId, renewals)]);
  list.push([t('Tools'), String(tools.length)]);
  return list;
}

function sessionWords(id: string, renewals: number): string {
  if (renewals === 0) return id;
  return renewals === 1 ? t('{0} (renewed once)', id) : t('{0} (renewed {1} times)', id, renewals);
}
