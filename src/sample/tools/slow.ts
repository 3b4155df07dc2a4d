import { setTimeout as sleep } from 'node:timers/promises';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';

/** Adds `slow`: takes its time in equal steps, reports each to a caller that sent a progress token, stops when cancelled. */
export function addSlow(server: McpServer): void {
  server.registerTool(
    'slow',
    {
      title: 'Take a while',
      description: 'Works for some seconds in equal steps and reports progress after each. Can be cancelled.',
      inputSchema: {
        seconds: z.number().min(0).max(300).default(5).describe('How long it takes altogether, in seconds'),
        steps: z.int().min(1).max(100).default(5).describe('How many progress reports it sends'),
      },
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    async ({ seconds, steps }, { signal, sendNotification, _meta }) => {
      const progressToken = _meta?.progressToken;
      for (let step = 1; step <= steps; step++) {
        try {
          await sleep((seconds * 1000) / steps, undefined, { signal });
        } catch (error) {
          // Cancelled, or the session closed: the SDK sends no answer, so the output is where one can see that the work has ended.
          console.error(`slow: stopped in step ${step} of ${steps}, as asked`);
          throw error;
        }
        if (progressToken === undefined) continue;
        await sendNotification({
          method: 'notifications/progress',
          params: { progressToken, progress: step, total: steps, message: `Step ${step} of ${steps}` },
        });
      }
      return { content: [{ type: 'text', text: `Done after ${seconds} s in ${steps} steps.` }] };
    },
  );
}
