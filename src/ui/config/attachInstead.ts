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
  const { raw, folder, secretScope } = server.entry;
  const entry: DefinitionEntry = {
    name,
    raw: { ...keptOf(raw), url: writtenUrl(raw) ?? url },
    source: t('This window'),
    ...(secretScope === undefined ? {} : { secretScope }),
  };
  registry.add(folder === undefined ? entry : { ...entry, folder });
  await vscode.commands.executeCommand('externalMcp.startServer', name);
}

/** As it is written, with the names of its secrets instead of their values; the port is fixed, or nobody else could have taken it. */
function writtenUrl(raw: unknown): string | undefined {
  if (typeof raw !== 'object' || raw === null || !('url' in raw) || typeof raw.url !== 'string') return undefined;
  return raw.url.includes('${port}') ? undefined : raw.url;
}

function keptOf(raw: unknown): Record<string, unknown> {
  if (typeof raw !== 'object' || raw === null) return {};
  const written = new Map<string, unknown>(Object.entries(raw));
  return Object.fromEntries(KEPT.filter((key) => written.has(key)).map((key) => [key, written.get(key)]));
}
