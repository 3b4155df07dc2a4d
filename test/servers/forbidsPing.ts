import { answerTo, sendJson, text } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Answers a call on SIGUSR2, and from the first call on every ping with 403.
let forbids = false;
await listen(
  mcp({
    post({ message, response }) {
      if (!forbids || message.method !== 'ping') return false;
      response.writeHead(403).end();
      return true;
    },
    callTool(exchange) {
      forbids = true;
      process.once('SIGUSR2', () => sendJson(exchange, answerTo(exchange, text('done'))));
    },
  }),
);
