import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { DefinitionEntry } from '../../servers/definitionEntry.ts';
import type { ManagedServer } from '../../servers/managedServer.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';

/** Keys of a definition that say how to talk to a server, not how to start it. */
const KEPT = ['transport', 'headers', 'timeout', 'maxRetries', 'maxMessageMb', 'health'] as const;

/**
 * Connects to the server that another window runs, beside the one that could not be started for it. For this window only: the definition
 * stays as it is, and starts the server once the other window is closed.
 */
export async function attachInstead(registry: ServerRegistry, server: ManagedServer, url: string): Promise<void> {
  const name = t('{0} (of the other window)', server.name);
  const { raw, folder } = server.entry;
  const entry: DefinitionEntry = { name, raw: { ...keptOf(raw), url }, source: t('This window') };
  registry.add(folder === undefined ? entry : { ...entry, folder });
  await vscode.commands.executeCommand('externalMcp.startServer', name);
}

function keptOf(raw: unknown): Record<string, unknown> {
  if (typeof raw !== 'object' || raw === null) return {};
  const written = new Map<string, unknown>(Object.entries(raw));
  return Object.fromEntries(KEPT.filter((key) => written.has(key)).map((key) => [key, written.get(key)]));
}
