import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import type { TerminalDefinition } from '../../api.ts';
import type { PluginServices } from '../../plugins/services.ts';
import type { OutputChannels } from '../output.ts';
import { readPluginConfiguration, readTimeoutMs } from '../settings.ts';

/** What VS Code does for plugins. */
export function pluginServices(output: OutputChannels, secrets: PluginServices['secrets']): PluginServices {
  return {
    secrets,
    openLog: ({ label }) => output.open(t('plugin {0}', label)),
    configuration: readPluginConfiguration,
    timeoutMs: readTimeoutMs,
    openDocument: async (content, language) => {
      const known = await vscode.languages.getLanguages();
      const text = await vscode.workspace.openTextDocument({
        content,
        language: known.includes(language) ? language : 'plaintext',
      });
      await vscode.window.showTextDocument(text, { preview: true, viewColumn: vscode.ViewColumn.Beside });
    },
    openExternal: async (url) => vscode.env.openExternal(vscode.Uri.parse(url, true)),
    runInTerminal: async (definition) => {
      // A task: its terminal stays open behind the program's end, so that the answer can be read.
      const task = new vscode.Task(
        { type: 'external-mcp', name: definition.name },
        vscode.TaskScope.Global,
        definition.name,
        'External MCP',
        execution(definition),
        [],
      );
      const { Always: reveal } = vscode.TaskRevealKind;
      task.presentationOptions = { reveal, focus: true, panel: vscode.TaskPanelKind.Dedicated };
      await vscode.tasks.executeTask(task);
    },
  };
}

/** Without a shell, which would read signs of its own into what is no text of ours. */
function execution({ command, args = [], cwd, env = {} }: TerminalDefinition): vscode.ProcessExecution {
  const entries = Object.entries(env);
  const taken = entries.filter(([, value]) => value === null).map(([name]) => name);
  const set = entries.filter((entry): entry is [string, string] => entry[1] !== null);
  const isWindows = process.platform === 'win32';
  // A task can only add to the environment. On Windows an empty variable is none.
  const options = {
    env: Object.fromEntries([...(isWindows ? taken.map((name): [string, string] => [name, '']) : []), ...set]),
    ...(cwd === undefined ? {} : { cwd }),
  };
  if (isWindows || taken.length === 0) return new vscode.ProcessExecution(command, [...args], options);
  const without = taken.flatMap((name) => ['-u', name]);
  return new vscode.ProcessExecution('env', [...without, command, ...args], options);
}
