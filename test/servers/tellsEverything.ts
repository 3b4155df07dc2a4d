import { answerTo, sendJson, text } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Prints its environment, and answers a call with that and the request as it came; with EXITS it ends at once.
console.log(JSON.stringify(process.env));
if (process.env['EXITS'] !== undefined) process.exit(3);
await listen(
  mcp({
    callTool(exchange) {
      const { url, headers } = exchange.request;
      sendJson(exchange, answerTo(exchange, text(JSON.stringify({ env: process.env, url, headers }))));
    },
  }),
);
