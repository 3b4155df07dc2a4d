import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { plainMessage } from '../../base/displayText.ts';
import type { ManagedServer } from '../../servers/managedServer.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import { deleteDefinition } from '../settings.ts';

/** Stops a server and forgets its definition, after a question. Resolves with whether it is gone. */
export async function removeServer(registry: ServerRegistry, server: ManagedServer): Promise<boolean> {
  const remove = t('Remove');
  const { written, source } = server.entry;
  const detail =
    written === undefined
      ? t('It comes back when it is asked for again.')
      : t('Its definition is deleted from: {0}.', source);
  const chosen = await vscode.window.showWarningMessage(
    plainMessage(t('Remove “{0}”?', server.name)),
    { modal: true, detail: plainMessage(detail) },
    remove,
  );
  if (chosen !== remove) return false;
  await server.stop();
  if (written !== undefined) return deleteDefinition(written);
  await registry.remove(server.name);
  return true;
}
