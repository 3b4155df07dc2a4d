import { answerTo, beginEvents, type Exchange, sendJson, text, writeEvent } from '../servers/support/exchange.ts';
import { listen } from '../servers/support/listen.ts';
import { mcp } from '../servers/support/mcp.ts';

// A server that does next to nothing itself, so that the client is what is measured. Its tools:
// echo: the message in one event · flood: 100,000 log messages, each an event of 200 bytes, then the answer ·
// big-json, big-sse: 10 MB of text, with the escapes that a log file has, as a body or an event.
const FLOOD = 100_000;
const EVENT_BYTES = 200;
const BIG_BYTES = 10_000_000;

const flood = Buffer.from(floodEvent().repeat(FLOOD));
const line = '2026-11-22T10:00:00.000Z info  "GET /tools" took 12 ms\n';
const big = text(line.repeat(Math.floor(BIG_BYTES / (JSON.stringify(line).length - 2))));

await listen(mcp({ callTool: call }));

function call(exchange: Exchange): void {
  const { name, arguments: args } = exchange.message.params ?? {};
  if (name === 'big-json') return sendJson(exchange, answerTo(exchange, big));
  beginEvents(exchange);
  if (name === 'flood') exchange.response.write(flood);
  writeEvent(exchange, answerTo(exchange, name === 'big-sse' ? big : text(String(args?.['message']))));
  exchange.response.end();
}

function floodEvent(): string {
  const start =
    'event: message\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"';
  const end = '"}}\n\n';
  return start + 'x'.repeat(EVENT_BYTES - start.length - end.length) + end;
}
