import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { plainMessage } from '../../base/displayText.ts';
import { tokenSignal } from '../../plugins/tokens.ts';
import { type AskedRun, findAction, listing, readInput, responseText, shownParameters } from './toolText.ts';
import type { PluginToolContext } from './pluginTool.ts';

/** What the person is asked before a language model runs an action; nothing where it gets a list only. */
export function prepareRun({ plugins, redactor }: PluginToolContext, input: unknown): vscode.PreparedToolInvocation {
  const asked = readInput(input);
  const found = asked === undefined ? undefined : findAction(plugins.plugins, asked);
  if (asked === undefined || found === undefined) return { invocationMessage: t('Looking up plugins and actions') };
  const action = plainMessage(found.action.title, 100);
  const plugin = plainMessage(found.plugin.label, 100);
  return {
    invocationMessage: plain(t('Running {0} of {1}', action, plugin)),
    confirmationMessages: {
      title: plainMessage(t('Run {0} of {1}?', action, plugin)),
      message: confirmation(asked, found, shownParameters(redactor.text(parametersText(asked)))),
    },
  };
}

/** Runs the action and tells the model what came of it, or what there is to run. */
export async function runTool(
  { plugins, redactor }: PluginToolContext,
  input: unknown,
  token: vscode.CancellationToken,
): Promise<vscode.LanguageModelToolResult> {
  const asked = readInput(input);
  if (asked === undefined || findAction(plugins.plugins, asked) === undefined) {
    return toolResult(redactor.text(listing(plugins.plugins, asked)));
  }
  const { plugin, action, parameters } = asked;
  const caller = tokenSignal(token);
  try {
    const { response, offers } = await plugins.run(plugin, { action, parameters }, { signal: caller.signal });
    return toolResult(
      responseText(
        response,
        offers.map(({ title }) => redactor.text(title)),
      ),
    );
  } finally {
    caller.dispose();
  }
}

type Found = NonNullable<ReturnType<typeof findAction>>;

/** All of it is text of strangers: the model's, and the extension's. */
function confirmation(asked: AskedRun, { plugin, action }: Found, parameters: string): vscode.MarkdownString {
  const markdown = plain(
    t('The plugin “{0}” of the extension {1} runs its action “{2}”.', plugin.label, plugin.extension, action.title),
  );
  if (Object.keys(asked.parameters).length === 0)
    return markdown.appendMarkdown('\n\n').appendText(t('No parameters.'));
  return markdown.appendMarkdown('\n\n').appendCodeblock(parameters, 'json');
}

function parametersText({ parameters }: AskedRun): string {
  return JSON.stringify(parameters, undefined, 2);
}

function plain(text: string): vscode.MarkdownString {
  return new vscode.MarkdownString().appendText(plainMessage(text));
}

function toolResult(text: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}
