import * as vscode from 'vscode';
import type { Redactor } from '../../base/redact.ts';
import type { PluginHost } from '../../plugins/pluginHost.ts';

/** What the tool works with. */
export interface PluginToolContext {
  plugins: PluginHost;
  redactor: Redactor;
}

/** Offers the actions of plugins to language models, as one tool. What it does is loaded with its first use. */
export function registerPluginTool(context: PluginToolContext): vscode.Disposable {
  const load = () => import('./runPluginTool.ts');
  return vscode.lm.registerTool<unknown>('externalMcp_runPluginAction', {
    prepareInvocation: async ({ input }) => (await load()).prepareRun(context, input),
    invoke: async ({ input }, token) => (await load()).runTool(context, input, token),
  });
}
