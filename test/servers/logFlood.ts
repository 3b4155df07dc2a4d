import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { answerTo, beginEvents, type Exchange, sendJson, text } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// The tool `flood` sends n log notifications of 200 B on the stream of its own call, then the answer. `GET /flood` says when:
// it is the side channel of `bench/window`, which nobody records.

/** Bytes of one notification's JSON text. */
const MESSAGE_BYTES = 200;
/** Characters that are written at once: about what a socket takes. */
const PIECE = 65_536;

/** Of the last flood, milliseconds since the epoch with fractions; 0 is not yet. */
const flood = { n: 0, firstByteAt: 0, lastByteAt: 0 };

const [BEFORE, BEHIND] = template();

await listen(
  mcp({
    get(request, response) {
      if (request.url === '/flood') response.end(JSON.stringify(flood));
      else response.writeHead(405, { allow: 'POST, DELETE' }).end();
    },
    listTools: () => ({
      tools: [
        {
          name: 'flood',
          description: 'Sends n log notifications of 200 B.',
          inputSchema: { type: 'object', properties: { n: { type: 'integer', minimum: 1 } }, required: ['n'] },
          annotations: { readOnlyHint: true },
        },
      ],
    }),
    callTool(exchange) {
      const n = Number(exchange.message.params?.arguments?.['n']);
      if (Number.isSafeInteger(n))
        run(exchange, n).catch((error: unknown) => exchange.response.destroy(Error(String(error))));
      else sendJson(exchange, answerTo(exchange, { ...text('n is missing'), isError: true }));
    },
  }),
);

async function run(exchange: Exchange, n: number): Promise<void> {
  const { response } = exchange;
  Object.assign(flood, { n, firstByteAt: 0, lastByteAt: 0 });
  beginEvents(exchange);
  flood.firstByteAt = now();
  let piece = '';
  for (let index = 1; index <= n; index += 1) {
    piece += `event: message\ndata: ${notification(index)}\n\n`;
    if (piece.length < PIECE) continue;
    if (!response.write(piece)) await once(response, 'drain');
    // A socket that takes everything at once must not keep `GET /flood` waiting.
    else await nextTurn();
    piece = '';
  }
  response.end(`${piece}event: message\ndata: ${JSON.stringify(answerTo(exchange, text(`sent ${n}`)))}\n\n`);
  flood.lastByteAt = now();
}

/** Its JSON text is made once but for the number: on the machine that is measured, making it 100,000 times takes 0.3 s of a processor. */
function notification(index: number): string {
  return `${BEFORE}${String(index).padStart(7, '0')}${BEHIND}`;
}

function template(): [before: string, behind: string] {
  const json = (data: string): string =>
    JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } });
  const bare = json('flood 0000000 ');
  const [before = '', behind = ''] = json(`flood 0000000 ${'x'.repeat(MESSAGE_BYTES - bare.length)}`).split('0000000');
  return [before, behind];
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
