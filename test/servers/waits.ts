import { beginEvents } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Never answers a call; AS=sse sends the head of an event stream at least. What comes meanwhile, such as cancellations, is counted.
await listen(
  mcp({
    callTool(exchange) {
      if (process.env['AS'] === 'sse') beginEvents(exchange);
    },
  }),
);
