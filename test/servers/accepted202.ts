import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Answers calls as if they were notifications: 202 and nothing more.
await listen(mcp({ callTool: ({ response }) => void response.writeHead(202).end() }));
