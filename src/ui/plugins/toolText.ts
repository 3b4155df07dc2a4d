import { t } from '@vscode/l10n';
import type { PluginAction, PluginInfo, PluginResponse } from '../../api.ts';
import { displayText } from '../../base/displayText.ts';
import { isRecord } from '../../base/isRecord.ts';

/** UTF-16 units of an answer: what a model can still read. */
const LONGEST_ANSWER = 100_000;
/** UTF-16 units of the parameters that a person is shown, and of one line of them. */
const LONGEST_PARAMETERS = 4000;
const LONGEST_LINE = 1000;
/** UTF-16 units of one schema in the list of actions. */
const LONGEST_SCHEMA = 2000;

/** What a language model asks for. */
export interface AskedRun {
  plugin: string;
  action: string;
  parameters: Record<string, unknown>;
}

/** Undefined where plugin or action are not named; whatever else a model writes is checked by the schema of the action. */
export function readInput(input: unknown): AskedRun | undefined {
  if (!isRecord(input)) return undefined;
  const { plugin, action, parameters } = input;
  if (typeof plugin !== 'string' || typeof action !== 'string') return undefined;
  return { plugin, action, parameters: isRecord(parameters) ? { ...parameters } : {} };
}

/** The action that is meant, under whichever of its names; undefined where there is none that can be run. */
export function findAction(
  plugins: readonly PluginInfo[],
  { plugin: id, action: wanted }: AskedRun,
): { plugin: PluginInfo; action: PluginAction } | undefined {
  const plugin = plugins.find((each) => each.id === id && each.state !== 'broken');
  const action = plugin?.actions.find(({ name, aliases }) => name === wanted || aliases.includes(wanted));
  return plugin && action && { plugin, action };
}

/** What there is to run, for a model that does not know or named something else. */
export function listing(plugins: readonly PluginInfo[], asked: AskedRun | undefined): string {
  const usable = plugins.filter(({ state }) => state !== 'broken');
  const heading =
    asked === undefined
      ? t('Name a "plugin" and an "action" of this list, with "parameters" that fit its schema.')
      : t(
          'There is no action “{0}” of a plugin “{1}”. Choose a "plugin" and an "action" of this list.',
          displayText(asked.action, 100),
          displayText(asked.plugin, 100),
        );
  if (usable.length === 0) return t('No plugin is installed, so there is no action to run. Tell the user so.');
  return bounded([heading, ...usable.map(describePlugin)].join('\n\n'));
}

/** What came of a run: the response as JSON, and what to do next where it failed. */
export function responseText(response: PluginResponse, offers: readonly string[]): string {
  const json = bounded(JSON.stringify(response, undefined, 1));
  return [...advice(response, offers), json].join('\n\n');
}

/** Parameters as a person is shown them: line by line, without characters that hide what they are. */
export function shownParameters(text: string): string {
  const lines = text.slice(0, LONGEST_PARAMETERS).split('\n');
  const shown = lines.map((line) => {
    const indent = /^ */.exec(line)?.[0] ?? '';
    return indent + displayText(line, LONGEST_LINE);
  });
  const more = text.length - LONGEST_PARAMETERS;
  return more > 0 ? `${shown.join('\n')}\n… ${t('{0} more characters', more)}` : shown.join('\n');
}

function advice({ status, error }: PluginResponse, offers: readonly string[]): string[] {
  if (status === 'success' || error === undefined) return [];
  const { kind, message, retryable, retryAfterMs } = error;
  const lines = [
    status === 'partial'
      ? t('The action succeeded in part ({0}): {1}', kind, message)
      : t('The action failed ({0}): {1}', kind, message),
  ];
  if (kind === 'validation') lines.push(t('Correct the parameters and run it again.'));
  else if (retryAfterMs !== undefined)
    lines.push(t('It may be run again after {0} s.', Math.ceil(retryAfterMs / 1000)));
  else if (retryable) lines.push(t('It may be run again.'));
  else if (kind !== 'cancelled') lines.push(t('Running it again will not help: tell the user what to do.'));
  if (offers.length > 0) lines.push(t('In the editor the user is offered: {0}.', offers.join(', ')));
  return lines;
}

function describePlugin({ id, label, description, actions }: PluginInfo): string {
  const heading = `plugin "${id}": ${displayText(label, 100)}`;
  const about = description === undefined ? [] : [displayText(description, 500)];
  return [heading, ...about, ...actions.map(describeAction)].join('\n');
}

function describeAction({ name, title, description, parameters }: PluginAction): string {
  const words = displayText(description ?? title, 500);
  return `- action "${name}": ${words} Parameters: ${JSON.stringify(parameters).slice(0, LONGEST_SCHEMA)}`;
}

function bounded(text: string): string {
  if (text.length <= LONGEST_ANSWER) return text;
  const remark = t('{0} more characters were cut off.', text.length - LONGEST_ANSWER);
  return `${text.slice(0, LONGEST_ANSWER).replace(/[\ud800-\udbff]$/, '')}…\n${remark}`;
}
