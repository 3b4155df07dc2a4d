import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { plainMessage } from '../base/displayText.ts';
import { ExternalMcpError, stackOf } from '../base/errors.ts';
import { MissingSecretError } from '../servers/secrets.ts';
import type { ManagedServer } from '../servers/managedServer.ts';
import type { ServerRegistry } from '../servers/serverRegistry.ts';
import { attachInstead } from './config/attachInstead.ts';
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
  const known = registry.servers.find(({ name }) => name === server);
  const special = [...attaching(error, known, registry), ...settingSecret(error, known)];
  const actions = [...special, ...actionsFor(error, known !== undefined)];
  // A server's words may be part of it.
  const chosen = await vscode.window.showErrorMessage(
    plainMessage(error.message),
    ...actions.map(({ title }) => title),
  );
  const action = actions.find(({ title }) => title === chosen);
  if (action?.run !== undefined) {
    await action.run();
  } else if (action?.command !== undefined) {
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
  /** Instead of a command. */
  run?: () => Promise<void>;
}

/** What holds its port may be the same server, run by another window. */
function attaching(error: ExternalMcpError, server: ManagedServer | undefined, registry: ServerRegistry): Action[] {
  if (server?.status.kind !== 'failed' || server.status.error.message !== error.message) return [];
  const { action } = server.status;
  if (action === undefined) return [];
  return [{ title: t('Attach Instead'), run: () => attachInstead(registry, server, action.url) }];
}

function settingSecret(error: ExternalMcpError, server: ManagedServer | undefined): Action[] {
  if (!(error instanceof MissingSecretError)) return [];
  const address = { name: error.secret, plugin: server?.entry.secretScope };
  const run = async (): Promise<void> => {
    await vscode.commands.executeCommand('externalMcp.setSecret', address);
  };
  return [{ title: t('Set Secret'), run }];
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
