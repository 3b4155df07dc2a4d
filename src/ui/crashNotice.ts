import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { plainMessage } from '../base/displayText.ts';
import { messageOf } from '../base/errors.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { ManagedServer } from '../servers/managedServer.ts';
import type { ServerRegistry } from '../servers/serverRegistry.ts';
import type { OutputChannels } from './output.ts';

/** Says once per crash loop that a server is not started any more; what happens before that is shown in the tree alone. */
export class CrashNotice implements Disposable {
  readonly #output: OutputChannels;
  readonly #subscription: Disposable;

  constructor(registry: ServerRegistry, output: OutputChannels) {
    this.#output = output;
    this.#subscription = registry.onDidGiveUp((server) => {
      this.#show(server).catch((error: unknown) => server.log.error(messageOf(error)));
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #show(server: ManagedServer): Promise<void> {
    const restart = t('Restart');
    const showOutput = t('Show Output');
    // A server's words may be part of it.
    const message = plainMessage(crashMessage(server));
    const chosen = await vscode.window.showErrorMessage(message, restart, showOutput);
    if (chosen === showOutput) this.#output.show(server.name);
    if (chosen !== restart) return;
    try {
      await vscode.commands.executeCommand('externalMcp.restartServer', server.name);
    } catch {
      // The command has told the person why.
    }
  }
}

function crashMessage({ name, status, history }: ManagedServer): string {
  const what = history.at(-1)?.what ?? t('failed');
  // It may have been restarted since by somebody who was quicker.
  if (status.kind !== 'failed' || status.crashLoop === undefined) return `“${name}” ${what}.`;
  const { rule, failures } = status.crashLoop;
  return rule === 'shortLived'
    ? t(
        '“{0}” {1}. It has ended {2} times, each soon after it was ready, and is not started again by itself.',
        name,
        what,
        failures,
      )
    : t('“{0}” {1}. It has failed {2} times in a row and is not started again by itself.', name, what, failures);
}
