import { isMeant } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Answers POSTs with 200 and a web page; METHOD restricts it to one JSON-RPC method.
await listen(
  mcp({
    post(exchange) {
      if (!isMeant(exchange)) return false;
      exchange.response.setHeader('content-type', 'text/html; charset=utf-8');
      exchange.response.end('<!doctype html>\n<title>Sign in</title>\n<h1>Please sign in</h1>\n');
      return true;
    },
  }),
);
