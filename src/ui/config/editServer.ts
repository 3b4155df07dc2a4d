import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import type { ManagedServer } from '../../servers/managedServer.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import { findDefinition, writeDefinition } from '../settings.ts';

/** Opens the settings file that defines a server, at its definition. */
export async function editServer(server: ManagedServer): Promise<void> {
  const target = findDefinition(server.name);
  const command =
    target === 'workspace' ? 'workbench.action.openWorkspaceSettingsFile' : 'workbench.action.openSettingsJson';
  await vscode.commands.executeCommand(command);
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return;
  const { document } = editor;
  const root = parseTree(document.getText());
  const name = server.name.replace(/@[^@]*$/, '');
  const node = [server.name, name]
    .map((key) => root && findNodeAtLocation(root, ['externalMcp.servers', key]))
    .find((found) => found !== undefined);
  if (node === undefined) return;
  const range = new vscode.Range(document.positionAt(node.offset), document.positionAt(node.offset + node.length));
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

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
