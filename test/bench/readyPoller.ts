// Usage: node readyPoller.ts URL
// Knows nothing of how the server is started: asks it to initialize every 5 ms, and prints the monotonic time, in nanoseconds,
// of the first answer that is MCP's.
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

const EVERY_MS = 5;
const TIMEOUT_MS = 30_000;

const url = process.argv[2] ?? '';
const dispatcher = new Agent();
const body = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'poller', version: '0.0.0' } },
});
const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

console.log('polling');
const started = performance.now();
while (performance.now() - started < TIMEOUT_MS) {
  const asked = performance.now();
  if (await answers()) {
    console.log(String(process.hrtime.bigint()));
    break;
  }
  await sleep(Math.max(0, asked + EVERY_MS - performance.now()));
}
await dispatcher.destroy();

async function answers(): Promise<boolean> {
  try {
    const response = await request(url, { method: 'POST', headers, body, dispatcher });
    return (await response.body.text()).includes('"protocolVersion"');
  } catch {
    // It does not listen yet.
    return false;
  }
}
