import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Is ready like any other, and ends with the first ping, which is a health check: with CODE, or 3.
await listen(
  mcp({
    post: ({ message }) => (message.method === 'ping' ? process.exit(Number(process.env['CODE'] ?? 3)) : false),
  }),
);
