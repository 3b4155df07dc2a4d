import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { addChatty } from './tools/chatty.ts';
import { addAdd, addCrash, addEcho, addFail } from './tools/plain.ts';
import { addSlow } from './tools/slow.ts';

/** How the server introduces itself, in `initialize` and at `GET /`. */
export const serverInfo = { name: 'external-mcp-sample', title: 'External MCP Sample Server', version: '1.0.0' };

/** One MCP server with all tools, for one session of either dialect. */
export function createSampleServer(): McpServer {
  const server = new McpServer(serverInfo, {
    capabilities: { logging: {} },
    instructions:
      'A server to try External MCP with. Start with echo; slow shows progress, crash what a crash looks like.',
  });
  addEcho(server);
  addAdd(server);
  addSlow(server);
  addChatty(server);
  addFail(server);
  addCrash(server);
  return server;
}
