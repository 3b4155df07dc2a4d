import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { assertNever } from '../base/assert.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { displayText } from '../base/displayText.ts';
import type { ConnectionInfo } from '../client/externalMcpClient.ts';
import { startsProcess } from '../servers/definitionEntry.ts';
import type { ManagedServer } from '../servers/managedServer.ts';
import type { ServerStatus } from '../servers/status.ts';

/** A state in one or two words. */
export function stateWord({ status, entry }: Pick<ManagedServer, 'status' | 'entry'>): string {
  switch (status.kind) {
    case 'stopped':
      return t('Stopped');
    case 'disabled':
      return t('Disabled');
    case 'starting':
      return t('Starting');
    case 'ready':
      return t('Running');
    case 'degraded':
      return t('Degraded');
    case 'restarting':
      return startsProcess(entry) ? t('Restarting') : t('Reconnecting');
    case 'authRequired':
      return t('Authentication Required');
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
    case 'degraded':
      return warningIcon('warning');
    case 'restarting':
      return warningIcon('history');
    case 'authRequired':
      return warningIcon('key');
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
    default:
      return assertNever(status);
  }
}

/** An icon for what is not as it should be. */
export function warningIcon(id: string): vscode.ThemeIcon {
  return new vscode.ThemeIcon(id, new vscode.ThemeColor('problemsWarningIcon.foreground'));
}

/** The dim text behind a server's name; counts the seconds until it starts again. */
export function describeServer(server: ManagedServer, clock: Pick<Clock, 'now'> = systemClock): string {
  const { status } = server;
  const details = stateDetails(server);
  // That it runs is said by its icon and its tools.
  if (status.kind === 'ready') return details.join(' · ');
  return [
    status.kind === 'restarting' ? countdown(server, status.at - clock.now()) : stateWord(server),
    ...details,
  ].join(' · ');
}

/** The same to be read out: it changes with the state, not with every second. */
export function speakServer(server: ManagedServer): string {
  const { status, name } = server;
  const reason = status.kind === 'restarting' ? displayText(status.error.reason, 200) : '';
  const parts = [displayText(name, 100), stateWord(server), reason, stateDetails(server).join(' · ')];
  return parts.filter((part) => part !== '').join(', ');
}

/** @param ms until the next start */
function countdown({ entry }: ManagedServer, ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return startsProcess(entry) ? t('Restarting in {0} s', seconds) : t('Reconnecting in {0} s', seconds);
}

/** What there is to say beside the state. */
function stateDetails({ status, needsRestart }: ManagedServer): string[] {
  const edited = needsRestart ? [t('definition changed, restart to apply')] : [];
  switch (status.kind) {
    case 'ready':
    case 'degraded':
      // A narrow view cuts off the end.
      return [...edited, transportWord(status.connection), toolCount(status.tools.length)];
    case 'stopped':
      return status.ended === undefined ? [] : [displayText(status.ended, 100)];
    case 'failed':
      return status.crashLoop === undefined ? [] : [t('failed {0} times', status.crashLoop.failures)];
    default:
      return edited;
  }
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
