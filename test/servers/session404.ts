import { sendError } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Loses every session after CALLS (1) calls of it: from then on its POSTs get STATUS (404) with -32001. A new session begins anew.
const status = Number(process.env['STATUS'] ?? 404);
const limit = Number(process.env['CALLS'] ?? 1);
const calls = new Map<string, number>();
await listen(
  mcp({
    post(exchange) {
      const session = String(exchange.request.headers['mcp-session-id']);
      const made = calls.get(session) ?? 0;
      if (exchange.message.method === 'initialize' || made < limit) {
        if (exchange.message.method === 'tools/call') calls.set(session, made + 1);
        return false;
      }
      sendError(exchange, status, -32001, 'Session not found');
      return true;
    },
  }),
);
