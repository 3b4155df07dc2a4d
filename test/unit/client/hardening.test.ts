import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { answerTo, beginEvents, sendError, sendJson, text } from '../../servers/support/exchange.ts';
import { endAll, failureOf, MB } from '../wire/support.ts';
import { bytes, fine, json, pour, status, survives, trickle } from './hardeningInputs.ts';
import { peer } from './hardeningSupport.ts';
import { clientFor, connected, serve, user } from './support.ts';

/*
 * The inputs of facts/hardening.md under HTTP, SSE and JSON-RPC that a client must survive: here and in hardeningSse.test.ts
 * and hardeningRpc.test.ts. Those that are in none of the three:
 * - failures.test.ts: refused · headers never come · reset mid-body · redirect elsewhere · 401 · 403 · 404 with -32601 · 413 · 500 · 503 · HTML with
 *   200 · wrong or missing content-type · 202 · wrong id · NaN · end without an answer
 * - sessions.test.ts: 404 with a session from ten calls at once; retries.test.ts: 429 (seconds, date, 999999, garbage)
 * - sdkDefects.test.ts: 405 on GET · `retry:` out of bounds · oversized event
 * - resumedStreams.test.ts: priming event · events delivered twice on resume; streaming.test.ts: progress without end · an answer after cancel
 *   on another stream
 * - calls.test.ts: an event that is not JSON · `__proto__` · endless `nextCursor`; ending.test.ts: an answer after cancel
 * - wire/failures.test.ts: stale keep-alive; wire/eventsource: every stream of the web-platform-tests at every split
 */

describe('client: hostile HTTP', () => {
  afterEach(endAll);

  survives([
    {
      name: 'nothing at all, and the connection closed',
      bad: ({ response }) => response.destroy(),
      kind: 'connection',
      outcomeUnknown: true,
    },
    {
      name: 'a JSON body that trickles for ever',
      bad(exchange) {
        exchange.response.writeHead(200, { 'content-type': 'application/json' });
        trickle(exchange, ' ');
      },
      kind: 'timeout',
      outcomeUnknown: true,
      timeoutMs: 200,
    },
    {
      name: 'an event stream that trickles comments for ever',
      bad(exchange) {
        beginEvents(exchange);
        trickle(exchange, ': still here\n\n');
      },
      kind: 'timeout',
      outcomeUnknown: true,
      timeoutMs: 200,
    },
    {
      name: 'half a body and then silence (half-open)',
      bad({ response }) {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"jsonrpc":');
      },
      kind: 'timeout',
      outcomeUnknown: true,
      timeoutMs: 200,
    },
    {
      name: 'a body that is shorter than it says',
      bad: (exchange) =>
        bytes(exchange, 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"jsonrpc"'),
      kind: 'connection',
      outcomeUnknown: true,
    },
    { name: '409', bad: status(409), kind: 'protocol', says: /rejected “tools\/call” \(409\): no/ },
    { name: '502', bad: status(502), kind: 'connection', says: /failed while answering.*502/, outcomeUnknown: true },
    { name: '504', bad: status(504), kind: 'connection', says: /failed while answering.*504/, outcomeUnknown: true },
    {
      name: 'a header of 1 MB',
      bad: status(200, { 'x-big': 'x'.repeat(MB) }),
      kind: 'protocol',
      says: /did not answer with valid HTTP/,
      outcomeUnknown: true,
    },
    {
      name: 'ten thousand headers',
      bad: status(200, { 'set-cookie': Array.from({ length: 10_000 }, (_, n) => `c${n}=0123456789`) }),
      kind: 'protocol',
      says: /did not answer with valid HTTP/,
      outcomeUnknown: true,
    },
    {
      name: 'a gzip bomb of 200 MB',
      bad({ response }) {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
        // Pieces that are whole by themselves are one file put together.
        const piece = gzipSync(Buffer.alloc(MB));
        response.end(Buffer.concat(Array.from({ length: 200 }, () => piece)));
      },
      kind: 'protocol',
      says: /Turn compression off/,
      outcomeUnknown: true,
      growth: 100,
    },
    {
      name: '300 MB of JSON',
      bad(exchange) {
        exchange.response.writeHead(200, { 'content-type': 'application/json' });
        exchange.response.write('{"jsonrpc":"2.0","id":1,"result":"');
        pour(exchange, Buffer.alloc(MB, 'x'), 300);
      },
      kind: 'protocol',
      says: /more than 16 MB\. Raise "maxMessageMb"/,
      outcomeUnknown: true,
      growth: 200,
    },
    {
      name: '204 to a request',
      bad: ({ response }) => void response.writeHead(204).end(),
      kind: 'protocol',
      outcomeUnknown: true,
    },
    { name: '304 to a request', bad: ({ response }) => void response.writeHead(304).end(), kind: 'protocol' },
    {
      name: '202 that calls itself an event stream',
      bad: ({ response }) => void response.writeHead(202, { 'content-type': 'text/event-stream' }).end(),
      kind: 'protocol',
      says: /accepted a request \(202\)/,
      outcomeUnknown: true,
    },
    {
      name: '204 that calls itself an event stream',
      bad: ({ response }) => void response.writeHead(204, { 'content-type': 'text/event-stream' }).end(),
      kind: 'connection',
      outcomeUnknown: true,
    },
    {
      name: '500 that calls itself an event stream and never ends',
      bad: ({ response }) =>
        void response.writeHead(500, { 'content-type': 'text/event-stream' }).write('data: {}\n\n'),
      kind: 'timeout',
      outcomeUnknown: true,
      timeoutMs: 200,
    },
    { name: 'a redirect in circles', bad: status(307, { location: '/mcp' }), kind: 'protocol', says: /redirect/ },
    { name: 'a redirect to nowhere', bad: status(307), kind: 'protocol', says: /redirect/ },
    {
      name: 'a redirect to something else',
      bad: status(307, { location: 'file:///etc/passwd' }),
      kind: 'protocol',
      says: /redirect/,
    },
    {
      name: 'an answer as text/event-stream of one body, in capitals',
      bad: (exchange) =>
        void exchange.response
          .writeHead(200, { 'content-type': 'TEXT/EVENT-STREAM;charset=utf-8' })
          .end(`data: ${fine(exchange)}\n\n`),
    },
    {
      name: 'an answer of HTTP/1.0 that ends with its connection',
      bad: (exchange) => bytes(exchange, `HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n${fine(exchange)}`),
    },
    {
      name: 'two HTTP answers to one request',
      bad(exchange) {
        const one = fine(exchange);
        const answer = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${one.length}\r\n\r\n`;
        exchange.response.socket?.write(`${answer}${one}${answer}${one.replace('fine', 'evil')}`);
      },
    },
    {
      name: 'a chunk size that is none',
      bad: (exchange) =>
        bytes(
          exchange,
          'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n',
        ),
      kind: 'protocol',
      outcomeUnknown: true,
    },
    {
      name: 'interim answers before the answer',
      bad(exchange) {
        for (let n = 0; n < 10; n += 1) exchange.response.writeEarlyHints({ link: '</style.css>; rel=preload' });
        json(fine)(exchange);
      },
    },
  ]);

  describe('a session id', () => {
    for (const [name, id] of [
      ['with a control character', 'a\u0001b'],
      ['with NUL', 'a\u0000b'],
      ['with an escape sequence', '\u001b[31mred'],
    ] as const) {
      it(`${name} is refused`, async () => {
        const url = await serve((_request, response) => {
          const body = '{"jsonrpc":"2.0","id":0,"result":{}}';
          response.socket?.end(
            `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nmcp-session-id: ${id}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
            'latin1',
          );
        });
        const error = await failureOf(clientFor(url).client.connect(user), 'protocol');
        assert.match(error.message, /did not answer with valid HTTP/);
      });
    }

    for (const [name, id] of [
      ['of 10 KB', 'x'.repeat(10_000)],
      ['with characters beyond ASCII', 'caf\u00e9'],
      ['with spaces', 'a b  c'],
    ] as const) {
      it(`${name} goes back as it came`, async () => {
        const back = new Set<unknown>();
        const { client } = await connected({
          post(exchange) {
            const { method, id: rpcId } = exchange.message;
            if (method === 'server/discover') return (sendError(exchange, 400, -32601, 'Method not found'), true);
            if (method === 'initialize') exchange.response.setHeader('mcp-session-id', id);
            else back.add(exchange.request.headers['mcp-session-id']);
            if (rpcId === undefined) exchange.response.writeHead(202).end();
            else if (method === 'initialize') {
              const serverInfo = { name: 'x', version: '1' };
              const result = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo };
              sendJson(exchange, answerTo(exchange, result));
            } else sendJson(exchange, answerTo(exchange, text('fine')));
            return true;
          },
        });
        assert.deepEqual((await client.callTool('echo', {}, user)).content, [{ type: 'text', text: 'fine' }]);
        assert.deepEqual([...back], [id]);
      });
    }
  });

  it('a Retry-After that is neither seconds nor a date, whatever a lenient reader makes of it', async () => {
    for (const value of ['-5', '7.5', 'soon 5', '5 minutes', '1e3', '']) {
      const { client } = await peer('handshake', { callTool: status(429, { 'retry-after': value }) });
      const error = await failureOf(client.callTool('busy', {}, user), 'connection');
      assert.equal(error.retryable, true);
      assert.equal(error.retryAfterMs, undefined, value);
    }
  });
});
