import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';
import { listen } from './support/listen.ts';
import { sdk } from './support/sdk.ts';

// One tool with a demanding schema; arguments that break it come back as `isError`.
await listen(
  sdk(() => {
    const server = new McpServer({ name: 'needsSchema', version: '1.0.0' });
    const inputSchema = {
      from: z.string().regex(/^[A-Z]{3}$/),
      seats: z.int().min(1).max(9),
      class: z.enum(['economy', 'business']),
      contact: z.object({ email: z.email() }),
      notes: z.array(z.string()).max(3).optional(),
    };
    server.registerTool('book', { description: 'Books a flight.', inputSchema }, (booking) => ({
      content: [{ type: 'text', text: JSON.stringify(booking) }],
    }));
    return server;
  }),
);
