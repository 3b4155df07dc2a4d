import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Answers everything but the notification that ends the handshake.
await listen(mcp({ post: ({ message }) => message.method === 'notifications/initialized' }));
