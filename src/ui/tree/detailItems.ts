import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ManagedServer } from '../../servers/managedServer.ts';
import type { HistoryEntry } from '../../servers/runHistory.ts';
import { endingWords, type Fact, factLine, factWords } from '../facts.ts';
import { warningIcon } from '../present.ts';

const ICONS: Readonly<Record<Fact['id'], string>> = {
  process: 'server-process',
  address: 'globe',
  uptime: 'watch',
  restarts: 'history',
  health: 'heart',
  memory: 'chip',
  cpu: 'dashboard',
};

/** What is known of a server that runs, folded away at first; the most wanted of it stands beside. */
export function detailsItem(server: ManagedServer, facts: readonly Fact[], isOpen: boolean): vscode.TreeItem {
  const item = new vscode.TreeItem(
    t('Details'),
    isOpen ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
  );
  item.id = `details/${server.name}`;
  const isWarning = facts.some((fact) => fact.isWarning);
  item.iconPath = isWarning ? warningIcon('warning') : new vscode.ThemeIcon('info');
  const summary = summaryOf(facts);
  item.description = summaryText(facts);
  item.tooltip = facts.map((fact) => `${fact.label}: ${factLine(fact)}`).join('\n');
  const spoken = summary.map(({ label, value }) => `${label} ${value}`);
  item.accessibilityInformation = { label: [t('Details'), ...spoken].join(', ') };
  return item;
}

/** What stands beside the folded details: what was measured last, and whatever is not as it should be. */
function summaryOf(facts: readonly Fact[]): Fact[] {
  const isWanted = ({ id, course }: Fact): boolean => course !== undefined && (id === 'health' || id === 'memory');
  return facts.filter((fact) => fact.isWarning ?? isWanted(fact));
}

/** The same as text. */
export function summaryText(facts: readonly Fact[]): string {
  return summaryOf(facts)
    .map(({ value }) => value)
    .join(' · ');
}

/** One of the details. */
export function factItem(server: ManagedServer, fact: Fact): vscode.TreeItem {
  const { id, label, note, explanation, isWarning } = fact;
  const isFolder = id === 'restarts' && server.history.length > 0;
  const item = new vscode.TreeItem(
    label,
    isFolder ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
  );
  item.id = `fact/${server.name}/${id}`;
  item.description = factLine(fact);
  item.tooltip = [`${label}: ${factLine(fact)}`, note, explanation].filter((line) => line !== undefined).join('\n');
  item.iconPath = isWarning === true ? warningIcon('warning') : new vscode.ThemeIcon(ICONS[id]);
  item.accessibilityInformation = { label: factWords(fact) };
  return item;
}

/** How one run came to its end. */
export function endingItem(server: ManagedServer, ending: HistoryEntry): vscode.TreeItem {
  const { when, what } = endingWords(ending);
  const item = new vscode.TreeItem(when);
  item.id = `ending/${server.name}/${ending.time}`;
  item.description = what;
  item.tooltip = `${when}: ${what}`;
  item.accessibilityInformation = { label: `${when}, ${what}` };
  return item;
}
