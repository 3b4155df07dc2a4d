import { beginEvents } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Ends while a call is in flight, after the head of the answer: with code 7, or by SIGNAL.
await listen(
  mcp({
    callTool(exchange) {
      beginEvents(exchange);
      exchange.response.write(': working\n\n', () => {
        process.stderr.write('something terrible has happened\n');
        const signal = process.env['SIGNAL'];
        if (signal === undefined) process.exit(7);
        process.kill(process.pid, signal);
      });
    },
  }),
);
