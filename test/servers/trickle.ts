import { beginEvents } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Answers a call with one byte of a comment every MS (20) milliseconds, for ever.
await listen(
  mcp({
    callTool(exchange) {
      beginEvents(exchange);
      const timer = setInterval(() => exchange.response.write(':'), Number(process.env['MS'] ?? 20));
      exchange.response.once('close', () => clearInterval(timer));
    },
  }),
);
