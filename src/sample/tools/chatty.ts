import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { LoggingLevelSchema, SetLevelRequestSchema, type LoggingLevel } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';

/** The specification's levels, least severe first. */
const levels = LoggingLevelSchema.options;

/** Adds `chatty`: log notifications on the call's own stream, at least as severe as the client's `logging/setLevel` asks for. */
export function addChatty(server: McpServer): void {
  // One server serves one session, so this is the session's level. The SDK's own handler keeps it private.
  let minimum: LoggingLevel = 'debug';
  server.server.setRequestHandler(SetLevelRequestSchema, ({ params }) => {
    minimum = params.level;
    return {};
  });

  server.registerTool(
    'chatty',
    {
      title: 'Write log messages',
      description: 'Sends log notifications, one severity after the other, then answers with how many it sent.',
      inputSchema: { count: z.int().min(0).max(10_000).default(8).describe('How many log notifications') },
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    async ({ count }, { sendNotification }) => {
      let sent = 0;
      for (let index = 0; index < count; index++) {
        const level = levels[index % levels.length] ?? 'info';
        if (levels.indexOf(level) < levels.indexOf(minimum)) continue;
        const data = `Message ${index + 1} of ${count}`;
        await sendNotification({ method: 'notifications/message', params: { level, logger: 'chatty', data } });
        sent++;
      }
      return { content: [{ type: 'text', text: `Sent ${sent} of ${count} log messages.` }] };
    },
  );
}
