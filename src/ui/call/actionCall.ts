import { t } from '@vscode/l10n';
import type { PluginResponse } from '../../api.ts';
import type { CallToolResult } from '../../client/externalMcpClient.ts';
import type { ResultBlock, ShownResult } from '../../messages/toolCall.ts';
import type { ActionAddress } from './callAddress.ts';
import { type CallSources, findCallable } from './callables.ts';
import type { CallEnd, PanelCall } from './calls.ts';
import { cut, pretty, resultBlocks } from './resultBlocks.ts';

/** A plugin's action as the panel runs it: a person waits for it. */
export function actionCall(
  sources: CallSources,
  address: ActionAddress,
  args: Readonly<Record<string, unknown>>,
): PanelCall<PluginResponse> {
  const { plugin, action } = address;
  const callable = findCallable(sources, address);
  return {
    address,
    args,
    owner: callable?.owner ?? plugin,
    title: callable?.title ?? action,
    async carryOut(options) {
      const request = { action, parameters: args };
      const { response, offers } = await sources.plugins.run(plugin, request, { ...options, isInteractive: true });
      const { server, tool } = response.metadata;
      const traffic = server === undefined ? undefined : { server, ...(tool === undefined ? {} : { tool }) };
      return { result: response, state: stateOf(response), whole: response, offers, traffic };
    },
  };
}

function stateOf(response: PluginResponse): CallEnd<unknown>['state'] {
  const { status, data, error } = response;
  const result: ShownResult = { blocks: data === undefined ? [] : dataBlocks(data), json: cut(pretty(response)) };
  const problem = {
    errorKind: error?.kind ?? 'tool',
    message: error?.message ?? t('The plugin does not say what is missing.'),
  };
  if (status === 'error') return { kind: 'failed', ...problem, ...(data === undefined ? {} : { result }) };
  return { kind: 'done', isError: false, ...result, ...(status === 'partial' ? { problem } : {}) };
}

/** Data as people read it: what a tool answered block by block, text as text, the rest as JSON. */
function dataBlocks(data: unknown): ResultBlock[] {
  if (typeof data === 'string') return [{ type: 'text', text: cut(data), json: false }];
  return isToolResult(data) ? resultBlocks(data) : [{ type: 'text', text: cut(pretty(data)), json: true }];
}

/** Each block is looked at, since it came through a plugin. */
function isToolResult(data: unknown): data is CallToolResult {
  const content = typeof data === 'object' && data !== null && 'content' in data ? data.content : undefined;
  return Array.isArray(content) && content.every((block: unknown) => isBlock(block));
}

function isBlock(block: unknown): boolean {
  if (typeof block !== 'object' || block === null || !('type' in block)) return false;
  // cast: any object may be asked for any property
  const fields = block as Readonly<Record<string, unknown>>;
  const texts = (...keys: string[]): boolean => keys.every((key) => typeof fields[key] === 'string');
  switch (block.type) {
    case 'text':
      return texts('text');
    case 'image':
      return texts('data', 'mimeType');
    case 'resource_link':
      return texts('uri', 'name') && (fields['description'] === undefined || texts('description'));
    default:
      return texts('type');
  }
}
