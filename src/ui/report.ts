import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../base/errors.ts';
import type { OutputChannels } from './output.ts';

/**
 * Shows a failure to people. Only messages of ours reach them; anything else is logged and shown as "see the output".
 * What somebody cancelled is no news to them.
 */
export async function reportError(error: unknown, log: vscode.LogOutputChannel, output: OutputChannels): Promise<void> {
  if (!(error instanceof ExternalMcpError)) {
    log.error(error instanceof Error ? error : String(error));
    const show = t('Show Output');
    if ((await vscode.window.showErrorMessage(t('External MCP: something went wrong. See the output.'), show)) === show)
      log.show(true);
    return;
  }
  if (error.kind === 'cancelled') return;
  const { server } = error;
  const actions = actionsFor(error);
  const chosen = await vscode.window.showErrorMessage(error.message, ...actions.map(({ title }) => title));
  const action = actions.find(({ title }) => title === chosen);
  if (action?.command === undefined) {
    if (action !== undefined && server !== undefined) output.show(server);
  } else {
    await vscode.commands.executeCommand(action.command, ...(action.takesServer ? [server] : []));
  }
}

interface Action {
  title: string;
  /** Absent: shows the server's output. */
  command?: string;
  takesServer?: boolean;
}

function actionsFor({ kind, server }: ExternalMcpError): Action[] {
  if (server === undefined) return [];
  const showOutput: Action = { title: t('Show Output') };
  const edit: Action = { title: t('Edit Definition'), command: 'externalMcp.editServer', takesServer: true };
  const traffic: Action = { title: t('Show Traffic'), command: 'externalMcp.openInspector', takesServer: true };
  if (!vscode.workspace.isTrusted && kind === 'config') {
    return [{ title: t('Manage Workspace Trust'), command: 'workbench.trust.manage' }];
  }
  switch (kind) {
    case 'config':
      return [edit];
    case 'process':
      return [showOutput, edit];
    case 'timeout':
    case 'auth':
      return [showOutput, edit, traffic];
    default:
      return [traffic, showOutput];
  }
}
