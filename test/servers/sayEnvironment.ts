import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

// Its tool `environment` answers with all of its environment, which it also writes to stderr: a server that keeps nothing to itself.
const server = new McpServer({ name: 'environment', version: '1.0.0' });
server.registerTool('environment', { description: 'Says its environment.' }, () => {
  const text = JSON.stringify(process.env);
  console.error(text);
  return { content: [{ type: 'text', text }] };
});
await server.connect(new StdioServerTransport());
