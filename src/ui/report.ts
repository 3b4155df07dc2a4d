import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { plainMessage } from '../base/displayText.ts';
import { ExternalMcpError, stackOf } from '../base/errors.ts';
import type { ServerRegistry } from '../servers/serverRegistry.ts';
import type { ChannelLog, OutputChannels } from './output.ts';

/**
 * Shows a failure to people. Only messages of ours reach them; anything else is logged and shown as "see the output".
 * What somebody cancelled is no news to them.
 */
export async function reportError(
  error: unknown,
  log: ChannelLog,
  { registry, output }: { registry: ServerRegistry; output: OutputChannels },
): Promise<void> {
  if (!(error instanceof ExternalMcpError)) {
    log.error(stackOf(error));
    const show = t('Show Output');
    if ((await vscode.window.showErrorMessage(t('External MCP: something went wrong. See the output.'), show)) === show)
      log.show();
    return;
  }
  if (error.kind === 'cancelled') return;
  const { server } = error;
  const isKnown = registry.servers.some(({ name }) => name === server);
  const actions = actionsFor(error, isKnown);
  // A server's words may be part of it.
  const chosen = await vscode.window.showErrorMessage(
    plainMessage(error.message),
    ...actions.map(({ title }) => title),
  );
  const action = actions.find(({ title }) => title === chosen);
  if (action?.command !== undefined) {
    await vscode.commands.executeCommand(action.command, ...(action.takesServer ? [server] : []));
  } else if (action !== undefined && server !== undefined) {
    output.show(server);
  }
}

interface Action {
  title: string;
  /** Absent: shows the server's output. */
  command?: string;
  takesServer?: boolean;
}

function actionsFor({ kind, server }: ExternalMcpError, isKnown: boolean): Action[] {
  if (server === undefined) return [];
  if (!isKnown) return [{ title: t('Add Server'), command: 'externalMcp.addServer' }];
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
