import * as vscode from 'vscode';
import { messageOf } from '../../base/errors.ts';
import { type Disposable, DisposableStore } from '../../base/lifecycle.ts';
import { reportError } from '../report.ts';
import { type CommandContext, commandTable } from './table.ts';
import { isByPerson, readTarget } from './target.ts';
import type { ChannelLog } from '../output.ts';

/** Registers the commands. A failure is shown to people and rejects for code: a person would be told twice, by VS Code too. */
export function registerCommands(context: CommandContext, log: ChannelLog): Disposable {
  const owned = new DisposableStore();
  for (const [name, run] of Object.entries(commandTable)) {
    const command = `externalMcp.${name}`;
    const handler = async (argument: unknown): Promise<unknown> => {
      try {
        return await run(context, readTarget(argument));
      } catch (error) {
        reportError(error, log, context).catch((failure: unknown) => log.error(messageOf(failure)));
        if (isByPerson(argument)) return undefined;
        throw error;
      }
    };
    owned.add(vscode.commands.registerCommand(command, handler));
  }
  return owned;
}
