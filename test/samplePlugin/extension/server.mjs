import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const number = { type: 'number' };
const inputSchema = { type: 'object', properties: { count: number, sides: number, seconds: number } };

const methods = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'dice', version: '1.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [{ name: 'roll', description: 'Rolls dice.', inputSchema }] }),
  'tools/call': async ({ arguments: { count, sides, seconds = 0 } }) => {
    await sleep(seconds * 1000);
    const dice = Array.from({ length: count }, () => 1 + Math.floor(Math.random() * sides));
    const structuredContent = { dice, sum: dice.reduce((sum, die) => sum + die, 0) };
    return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
  },
};

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const answer = methods[method];
  const error = { code: -32601, message: `There is no method ${method}` };
  const outcome = answer === undefined ? { error } : { result: await answer(params) };
  console.log(JSON.stringify({ jsonrpc: '2.0', id, ...outcome }));
});
