import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import type { PluginAction, PluginInfo, PluginResponse } from '../../api.ts';
import { plainMessage } from '../../base/displayText.ts';
import type { PluginHost } from '../../plugins/pluginHost.ts';
import type { ActionAddress } from '../call/callAddress.ts';
import { findCallable } from '../call/callables.ts';
import type { CommandContext } from '../commands/table.ts';
import type { Target } from '../commands/target.ts';
import { askParameters } from './actionInputs.ts';
import { parameterSteps } from './parameterForm.ts';
import { pluginIcon, stateWord } from './pluginItems.ts';

/** Runs an action and shows how it goes; what is missing is asked for. Undefined where nothing was run. */
export async function runPluginAction(context: CommandContext, target: Target): Promise<PluginResponse | undefined> {
  const address = await chosenAction(context.plugins, target);
  if (address === undefined) return undefined;
  const tools = await context.callTools();
  if (target.parameters !== undefined) return tools.runAction(address, target.parameters);
  const callable = findCallable(context, address);
  // The answer says that there is none, and what there is.
  if (callable === undefined) return tools.runAction(address, {});
  const steps = parameterSteps(callable.schema);
  if (steps === undefined) {
    await tools.editor.open(address);
    return undefined;
  }
  const answers = await askParameters(`${callable.owner}: ${callable.title}`, steps);
  if (answers === undefined) return undefined;
  const { parameters, wantsJson } = answers;
  if (!wantsJson) return tools.runAction(address, parameters);
  // Nothing answered yet: what was written last stays.
  await tools.editor.open(address, Object.keys(parameters).length === 0 ? undefined : parameters);
  return undefined;
}

/** Shuts a plugin down; its next action initializes it anew. */
export async function reloadPlugin(plugins: PluginHost, target: Target): Promise<PluginInfo | undefined> {
  // A name alone stands for a server elsewhere.
  const id = target.plugin ?? target.server ?? (await pickPlugin(plugins));
  if (id === undefined) return undefined;
  await plugins.reload(id);
  const plugin = plugins.plugins.find((each) => each.id === id);
  const text = t('“{0}” was shut down. It begins anew with its next action.', plugin?.label ?? id);
  void vscode.window.showInformationMessage(plainMessage(text));
  return plugin;
}

async function chosenAction(host: PluginHost, target: Target): Promise<ActionAddress | undefined> {
  const plugin = target.plugin ?? target.server;
  if (plugin !== undefined && target.action !== undefined) return { kind: 'action', plugin, action: target.action };
  const plugins = host.plugins.filter(({ id, state }) => state !== 'broken' && (plugin === undefined || id === plugin));
  const items = plugins.flatMap((each) => [separator(each), ...each.actions.map((action) => actionItem(each, action))]);
  if (items.length === 0) {
    void vscode.window.showInformationMessage(t('There is no plugin with an action to run.'));
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(items, {
    title: t('Run Plugin Action'),
    placeHolder: t('Which action?'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.address;
}

interface ActionItem extends vscode.QuickPickItem {
  address?: ActionAddress;
}

function separator({ label }: PluginInfo): ActionItem {
  return { label: plainMessage(label, 100), kind: vscode.QuickPickItemKind.Separator };
}

function actionItem({ id: plugin }: PluginInfo, { name, title, description = '' }: PluginAction): ActionItem {
  return {
    label: plainMessage(title, 100),
    description: title === name ? '' : plainMessage(name, 60),
    detail: plainMessage(description, 150),
    iconPath: new vscode.ThemeIcon('zap'),
    address: { kind: 'action', plugin, action: name },
  };
}

async function pickPlugin({ plugins }: PluginHost): Promise<string | undefined> {
  const items = plugins
    .filter(({ state }) => state !== 'broken')
    .map((plugin) => ({
      label: plainMessage(plugin.label, 100),
      description: stateWord(plugin),
      iconPath: pluginIcon(plugin),
      id: plugin.id,
    }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(t('There is no plugin that can be reloaded.'));
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(items, {
    title: t('Reload Plugin'),
    placeHolder: t('Which plugin?'),
  });
  return chosen?.id;
}
