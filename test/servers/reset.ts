import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Resets the connection in the middle of a call's body.
await listen(
  mcp({
    callTool({ response }) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"jsonrpc":"2.0",', () => response.socket?.resetAndDestroy());
    },
  }),
);
