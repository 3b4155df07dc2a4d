import { beginEvents } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Ends the event stream of a call before its answer; EVENT_ID primes it with an id first.
await listen(
  mcp({
    callTool(exchange) {
      beginEvents(exchange);
      const id = process.env['EVENT_ID'];
      exchange.response.end(id === undefined ? ': nothing more\n\n' : `id: ${id}\ndata: \n\n`);
    },
  }),
);
