import { answerTo, text } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Answers calls correctly, but as CONTENT_TYPE (text/plain; empty: none).
await listen(
  mcp({
    callTool(exchange) {
      const type = process.env['CONTENT_TYPE'] ?? 'text/plain';
      if (type !== '') exchange.response.setHeader('content-type', type);
      exchange.response.end(JSON.stringify(answerTo(exchange, text('ok'))));
    },
  }),
);
