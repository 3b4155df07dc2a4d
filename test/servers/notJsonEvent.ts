import { answerTo, beginEvents, text, writeEvent } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Sends an event that is not JSON before the answer to a call.
await listen(
  mcp({
    callTool(exchange) {
      beginEvents(exchange);
      exchange.response.write('event: message\ndata: {"jsonrpc":\n\n');
      writeEvent(exchange, answerTo(exchange, text('ok')));
      exchange.response.end();
    },
  }),
);
