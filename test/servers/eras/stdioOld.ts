import { createInterface } from 'node:readline';

// A server over stdio that knows the handshake alone; a request that it does not know is met as UNKNOWN says: with exit, error, or silence.
// Begins to read after DELAY (0) ms.
const unknown = process.env['UNKNOWN'] ?? 'error';
const results: Record<string, (params: Record<string, unknown>) => unknown> = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'old', version: '1.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [{ name: 'echo', inputSchema: { type: 'object' } }] }),
  'tools/call': ({ arguments: args }) => ({ content: [{ type: 'text', text: String(Object(args).message) }] }),
};

function answer(line: string): void {
  // The tests are the only clients, and what they send is JSON-RPC.
  const message = JSON.parse(line) as { id?: number; method: string; params?: Record<string, unknown> };
  const { id, method, params = {} } = message;
  if (id === undefined) return;
  const result = results[method];
  const write = (said: object): void =>
    void process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...said })}\n`);
  if (result !== undefined) write({ result: result(params) });
  else if (unknown === 'exit') {
    process.stderr.write(`unknown method ${method}\n`);
    process.exit(1);
  } else if (unknown === 'error') write({ error: { code: -32601, message: 'Method not found' } });
}

setTimeout(() => createInterface({ input: process.stdin }).on('line', answer), Number(process.env['DELAY'] ?? 0));
