import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ManagedServer } from '../../servers/managedServer.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import { findDefinition, writeDefinition } from '../settings.ts';

/** Stops a server and forgets its definition, after a question. Resolves with whether it is gone. */
export async function removeServer(registry: ServerRegistry, server: ManagedServer): Promise<boolean> {
  const remove = t('Remove');
  const detail = server.entry.configured
    ? t('Its definition is deleted from: {0}.', server.entry.source)
    : t('It comes back when it is asked for again.');
  const chosen = await vscode.window.showWarningMessage(
    t('Remove “{0}”?', server.name),
    { modal: true, detail },
    remove,
  );
  if (chosen !== remove) return false;
  await server.stop();
  if (!server.entry.configured) {
    await registry.remove(server.name);
    return true;
  }
  const target = findDefinition(server.name);
  if (target !== undefined) await writeDefinition(target, server.name.replace(/@(?:user|workspace)$/, ''), undefined);
  return true;
}
