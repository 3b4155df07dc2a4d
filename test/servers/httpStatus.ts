import { isMeant } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Answers POSTs with STATUS (500), BODY, and with RETRY_AFTER and WWW_AUTHENTICATE as headers; METHOD restricts it to one JSON-RPC method.
const { STATUS: status = '500', RETRY_AFTER: retryAfter, WWW_AUTHENTICATE: authenticate, BODY: body } = process.env;
await listen(
  mcp({
    post(exchange) {
      if (!isMeant(exchange)) return false;
      if (retryAfter !== undefined) exchange.response.setHeader('retry-after', retryAfter);
      if (authenticate !== undefined) exchange.response.setHeader('www-authenticate', authenticate);
      exchange.response
        .writeHead(Number(status), { 'content-type': 'text/plain' })
        .end(body ?? `status ${status}, as asked\n`);
      return true;
    },
  }),
);
