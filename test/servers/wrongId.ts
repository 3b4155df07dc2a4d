import { answerTo, beginEvents, sendJson, text, writeEvent } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Answers calls under an id that nobody has used, as a JSON body or, with AS=sse, as an event.
await listen(
  mcp({
    callTool(exchange) {
      const answer = { ...answerTo(exchange, text('for somebody else')), id: 'nobody' };
      if (process.env['AS'] !== 'sse') return sendJson(exchange, answer);
      beginEvents(exchange);
      writeEvent(exchange, answer);
      exchange.response.end();
    },
  }),
);
