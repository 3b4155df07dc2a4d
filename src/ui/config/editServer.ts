import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import * as vscode from 'vscode';
import type { SettingsPlace } from '../../servers/definitionEntry.ts';
import type { ManagedServer } from '../../servers/managedServer.ts';

/** Milliseconds until an editor that a command opened is known here, which may be after the command has returned. */
const SHOWN_MS = 2000;

/** Opens the settings file that defines a server, at its definition; nothing happens for one that no settings define. */
export async function editServer({ entry: { written } }: ManagedServer): Promise<void> {
  if (written === undefined) return;
  const file = fileOf(written);
  if (file !== undefined) {
    reveal(await vscode.window.showTextDocument(file), written.key);
    return;
  }
  for (const command of await commandsFor(written)) {
    await vscode.commands.executeCommand(command);
    const editor = await shownEditor(written.key);
    if (editor === undefined) continue;
    reveal(editor, written.key);
    return;
  }
}

/** Undefined where only VS Code knows the file: settings of the user, or of a workspace that was never saved. */
function fileOf(place: SettingsPlace): vscode.Uri | undefined {
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  if (place.scope === 'user' || (place.scope === 'workspace' && workspaceFile?.scheme === 'untitled')) return undefined;
  if (place.scope === 'workspace' && workspaceFile !== undefined) return workspaceFile;
  const folder = place.scope === 'folder' ? vscode.Uri.file(place.folder) : workspaceFolders?.[0]?.uri;
  return folder && vscode.Uri.joinPath(folder, '.vscode', 'settings.json');
}

/** To be tried in turn: a remote window has two files of user settings, and the extension API does not tell them apart. */
async function commandsFor(place: SettingsPlace): Promise<string[]> {
  if (place.scope !== 'user') return ['workbench.action.openWorkspaceSettingsFile'];
  const local = 'workbench.action.openSettingsJson';
  if (vscode.env.remoteName === undefined) return [local];
  const remote = 'workbench.action.openRemoteSettingsFile';
  return (await vscode.commands.getCommands(true)).includes(remote) ? [remote, local] : [local];
}

/** Waits for an editor with that definition, outside the files that belong to the workspace. */
async function shownEditor(key: string): Promise<vscode.TextEditor | undefined> {
  const { promise, resolve } = Promise.withResolvers<vscode.TextEditor | undefined>();
  const look = (): void => {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || isOfWorkspace(editor.document.uri)) return;
    if (definitionIn(editor.document, key) !== undefined) resolve(editor);
  };
  const subscription = vscode.window.onDidChangeActiveTextEditor(look);
  const timer = setTimeout(() => resolve(undefined), SHOWN_MS);
  try {
    look();
    return await promise;
  } finally {
    clearTimeout(timer);
    subscription.dispose();
  }
}

function isOfWorkspace(uri: vscode.Uri): boolean {
  const { workspaceFile } = vscode.workspace;
  return vscode.workspace.getWorkspaceFolder(uri) !== undefined || uri.toString() === workspaceFile?.toString();
}

function reveal(editor: vscode.TextEditor, key: string): void {
  const { document } = editor;
  const node = definitionIn(document, key);
  if (node === undefined) return;
  const range = new vscode.Range(document.positionAt(node.offset), document.positionAt(node.offset + node.length));
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** A `.code-workspace` file keeps its settings one level deeper. */
function definitionIn(document: vscode.TextDocument, key: string): Node | undefined {
  const root = parseTree(document.getText());
  if (root === undefined) return undefined;
  const path = ['externalMcp.servers', key];
  return findNodeAtLocation(root, path) ?? findNodeAtLocation(root, ['settings', ...path]);
}
