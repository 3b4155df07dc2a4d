import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

/** The same server as `support/echoServer.ts`, on the second version of the SDK. It says which era it was made for. */
export function createV2Echo({ era }: { era: 'legacy' | 'modern' }): McpServer {
  const server = new McpServer({ name: `v2 echo, ${era}`, version: '1.0.0' });
  server.registerTool(
    'echo',
    {
      description: 'Gives the message back.',
      inputSchema: z.object({ message: z.string() }),
      annotations: { readOnlyHint: true },
    },
    ({ message }) => ({ content: [{ type: 'text', text: `${era}: ${message}` }] }),
  );
  return server;
}
