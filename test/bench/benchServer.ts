import { seed } from '../servers/dialects/seed.ts';
import { answerTo, beginEvents, type Exchange, text, writeEvent } from '../servers/support/exchange.ts';
import { listen } from '../servers/support/listen.ts';
import { mcp } from '../servers/support/mcp.ts';
import { EVENT_BYTES, FLOOD, LARGE_BYTES, OBJECTS, PROGRESS_FLOOD } from './sizes.ts';

// A server that does next to nothing itself, so that the client is what is measured: Streamable HTTP, with the argument `seed` the
// seed's dialect. Its tools, besides `echo`:
// log-flood: log messages, each an event of 200 bytes, then the answer · progress-flood: the same of progress ·
// string-json, string-sse: 80 MB of text, with the escapes that a log file has, as a body or an event ·
// objects-json, objects-sse: the same size in many small objects.

const line = '2026-11-22T10:00:00.000Z info  "GET /tools" took 12 ms\n';
const answers: Readonly<Record<string, () => object>> = {
  string: () => text(line.repeat(Math.floor(LARGE_BYTES / (JSON.stringify(line).length - 2)))),
  objects: () => ({ content: [], structuredContent: { rows: Array.from({ length: OBJECTS }, (_, id) => row(id)) } }),
};
const large = new Map<string, Buffer>();

await listen(process.argv[2] === 'seed' ? seed() : mcp({ callTool: call }));

function call(exchange: Exchange): void {
  const { name = '', arguments: args, _meta } = exchange.message.params ?? {};
  const [kind = '', framing] = name.split('-', 2);
  if (framing === 'json' || framing === 'sse') return sendLarge(exchange, kind, framing);
  beginEvents(exchange);
  if (name === 'log-flood') exchange.response.write(logFlood());
  if (name === 'progress-flood') exchange.response.write(progressFlood(_meta?.progressToken));
  writeEvent(exchange, answerTo(exchange, text(String(args?.['message']))));
  exchange.response.end();
}

/** Written by hand: the text is made once, not for each call. */
function sendLarge({ message, response }: Exchange, kind: string, framing: 'json' | 'sse'): void {
  const result = large.get(kind) ?? Buffer.from(JSON.stringify(answers[kind]?.()));
  large.set(kind, result);
  const [type, before, after] =
    framing === 'sse' ? ['text/event-stream', 'event: message\ndata: ', '\n\n'] : ['application/json', '', ''];
  response.writeHead(200, { 'content-type': type });
  response.write(`${before}{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},"result":`);
  response.write(result);
  response.end(`}${after}`);
}

function logFlood(): Buffer {
  return Buffer.from(eventOf('notifications/message', { level: 'info', data: '' }).repeat(FLOOD));
}

function progressFlood(progressToken: unknown): Buffer {
  const events = Array.from({ length: PROGRESS_FLOOD }, (_, progress) =>
    eventOf('notifications/progress', { progressToken, progress, total: PROGRESS_FLOOD, message: '' }),
  );
  return Buffer.from(events.join(''));
}

/** A notification of `EVENT_BYTES`, whose last text is what fills it. */
function eventOf(method: string, params: object): string {
  const event = `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', method, params })}\n\n`;
  const [end] = /""\}\}\n\n$/.exec(event) ?? [''];
  return event.slice(0, -end.length + 1) + 'x'.repeat(EVENT_BYTES - event.length) + end.slice(1);
}

function row(id: number): object {
  const empty = { id, level: 'info', ok: true, text: '' };
  return { ...empty, text: 'x'.repeat(Math.floor(LARGE_BYTES / OBJECTS) - JSON.stringify(empty).length - 1) };
}
