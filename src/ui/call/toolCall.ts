import type { CallToolResult } from '../../client/externalMcpClient.ts';
import type { ToolAddress } from './callAddress.ts';
import { type CallSources, findCallable } from './callables.ts';
import type { PanelCall } from './calls.ts';
import { cut, pretty, resultBlocks } from './resultBlocks.ts';

/** A tool's call as the panel makes it. */
export function toolCall(
  sources: CallSources,
  address: ToolAddress,
  args: Readonly<Record<string, unknown>>,
): PanelCall<CallToolResult> {
  const { server, tool } = address;
  return {
    address,
    args,
    owner: server,
    title: findCallable(sources, address)?.title ?? tool,
    async carryOut(options) {
      const result = await sources.registry.get(server).callTool({ tool, args, origin: 'user', ...options });
      const isError = result.isError === true;
      const state = { kind: 'done', isError, blocks: resultBlocks(result), json: cut(pretty(result)) } as const;
      return { result, state, whole: result, offers: [], traffic: address };
    },
  };
}
