import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Answers calls with the keys `__proto__` and `constructor` in the result; with AT=envelope in the JSON-RPC message around it too.
const trap = '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}';
const result = `{"content":[{"type":"text","text":"ok",${trap}}],"structuredContent":{${trap}},${trap}}`;
const around = process.env['AT'] === 'envelope' ? `${trap},` : '';
await listen(
  mcp({
    callTool({ message, response }) {
      response.setHeader('content-type', 'application/json');
      response.end(`{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},${around}"result":${result}}`);
    },
  }),
);
