import { answerTo, beginEvents, sendJson, text, writeEvent } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Answers calls with MB (17) megabytes of text, as a JSON body or, with AS=sse, as one event.
const megabytes = Number(process.env['MB'] ?? 17);
await listen(
  mcp({
    callTool(exchange) {
      const answer = answerTo(exchange, text('x'.repeat(megabytes * 1024 * 1024)));
      if (process.env['AS'] !== 'sse') return sendJson(exchange, answer);
      beginEvents(exchange);
      writeEvent(exchange, answer);
      exchange.response.end();
    },
  }),
);
