import { answerTo, sendJson, text } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Prints its environment, and answers a call with that and the request as it came. EXITS names a variable that it shouts alone before it ends at once.
const { EXITS } = process.env;
if (EXITS !== undefined) {
  console.log(`${EXITS}=${process.env[EXITS]}`);
  process.exit(3);
}
console.log(JSON.stringify(process.env));
await listen(
  mcp({
    callTool(exchange) {
      const { url, headers } = exchange.request;
      sendJson(exchange, answerTo(exchange, text(JSON.stringify({ env: process.env, url, headers }))));
    },
  }),
);
