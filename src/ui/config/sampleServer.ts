import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import type { ManagedServer } from '../../servers/managedServer.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';

/** Name of the server that ships with the extension. */
const SAMPLE_NAME = 'Sample Server';
const REMEMBERED = 'sampleServer';

/** Puts the sample server among the others. It is run by VS Code's own Node, so that nothing has to be installed. */
export function addSampleServer(registry: ServerRegistry, context: vscode.ExtensionContext): ManagedServer {
  void context.workspaceState.update(REMEMBERED, true);
  return registry.add({
    name: SAMPLE_NAME,
    source: t('ships with External MCP'),
    raw: {
      command: process.execPath,
      args: [vscode.Uri.joinPath(context.extensionUri, 'dist', 'sample.cjs').fsPath],
      env: { ELECTRON_RUN_AS_NODE: '1' },
      port: 'auto',
    },
  });
}

/** Brings the sample server back where it was used before. */
export function restoreSampleServer(registry: ServerRegistry, context: vscode.ExtensionContext): void {
  if (context.workspaceState.get(REMEMBERED) === true) addSampleServer(registry, context);
}

/** It was removed and stays away. */
export function forgetSampleServer(server: string, context: vscode.ExtensionContext): void {
  if (server === SAMPLE_NAME) void context.workspaceState.update(REMEMBERED, undefined);
}
