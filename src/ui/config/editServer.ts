import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import * as vscode from 'vscode';
import type { ManagedServer } from '../../servers/managedServer.ts';
import { findDefinition } from '../settings.ts';

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
