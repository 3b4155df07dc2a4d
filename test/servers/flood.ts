import { answerTo, beginEvents, text, writeEvent } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Sends COUNT (1000) notifications, progress where it was asked for and log messages otherwise, and the answer right behind them.
const total = Number(process.env['COUNT'] ?? 1000);
await listen(
  mcp({
    callTool(exchange) {
      const progressToken = exchange.message.params?._meta?.progressToken;
      beginEvents(exchange);
      exchange.response.cork();
      for (let progress = 1; progress <= total; progress++) {
        const notification =
          progressToken === undefined
            ? { method: 'notifications/message', params: { level: 'info', data: `message ${progress}` } }
            : { method: 'notifications/progress', params: { progressToken, progress, total } };
        writeEvent(exchange, { jsonrpc: '2.0', ...notification });
      }
      writeEvent(exchange, answerTo(exchange, text('done')));
      // `end` alone does not send what is corked.
      exchange.response.uncork();
      exchange.response.end();
    },
  }),
);
