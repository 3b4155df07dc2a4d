import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { ErrorKind } from '../../../src/base/errors.ts';
import {
  answerTo,
  beginEvents,
  type Exchange,
  sendError,
  sendJson,
  text,
  writeEvent,
} from '../../servers/support/exchange.ts';
import { endAll, failureOf, MB } from '../wire/support.ts';
import { eras, growthDuring, peer } from './hardeningSupport.ts';
import { clientFor, connected, serve, user } from './support.ts';

/*
 * The inputs of facts/hardening.md under HTTP, SSE and JSON-RPC that a client must survive. Those that are not here:
 * - failures.test.ts: refused · headers never come · reset mid-body · redirect elsewhere · 401 · 403 · 404 with -32601 · 413 · 500 · 503 · HTML with
 *   200 · wrong or missing content-type · 202 · wrong id · NaN · end without an answer
 * - sessions.test.ts: 404 with a session from ten calls at once; retries.test.ts: 429 (seconds, date, 999999, garbage)
 * - sdkDefects.test.ts: 405 on GET · `retry:` out of bounds · oversized event
 * - streaming.test.ts: priming event · events delivered twice on resume · progress without end · an answer after cancel on another stream
 * - calls.test.ts: an event that is not JSON · `__proto__` · endless `nextCursor`; ending.test.ts: an answer after cancel
 * - wire/failures.test.ts: stale keep-alive; wire/eventsource: every stream of the web-platform-tests at every split
 */

interface Input {
  readonly name: string;
  /** What the server does about a call. */
  readonly bad: (exchange: Exchange) => void;
  /** How the call fails; absent: it succeeds, with the text `fine`. */
  readonly kind?: ErrorKind;
  readonly says?: RegExp;
  readonly outcomeUnknown?: boolean;
  readonly timeoutMs?: number;
  /** MB of memory that this process, the server's half included, may grow by. */
  readonly growth?: number;
}

/** One test for each input: its outcome, its bounds, and the same client still at work behind it. */
function survives(inputs: readonly Input[]): void {
  for (const { name, bad, kind, says = /./, outcomeUnknown, timeoutMs, growth } of inputs) {
    it(`${name}: ${kind ?? 'the answer'}`, async () => {
      const { client } = await peer('handshake', {
        callTool(exchange) {
          if (exchange.message.params?.name === 'bad') bad(exchange);
          else sendJson(exchange, answerTo(exchange, text('next')));
        },
      });
      const run = async (): Promise<void> => {
        const call = client.callTool('bad', {}, { ...user, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
        if (kind === undefined) {
          assert.deepEqual((await call).content, [{ type: 'text', text: 'fine' }]);
          return;
        }
        const error = await failureOf(call, kind);
        assert.match(error.message, says);
        assert.equal(error.outcomeUnknown, outcomeUnknown);
      };
      const grown = await growthDuring(run);
      assert.ok(growth === undefined || grown < growth, `it took ${grown} MB`);
      assert.deepEqual((await client.callTool('good', {}, user)).content, [{ type: 'text', text: 'next' }]);
    });
  }
}

function fine(exchange: Exchange): string {
  return JSON.stringify(answerTo(exchange, text('fine')));
}

function status(code: number, headers: Record<string, string | string[]> = {}): (exchange: Exchange) => void {
  return ({ response }) => void response.writeHead(code, { 'content-type': 'text/plain', ...headers }).end('no');
}

function json(body: (exchange: Exchange) => string): (exchange: Exchange) => void {
  return (exchange) =>
    void exchange.response.writeHead(200, { 'content-type': 'application/json' }).end(body(exchange));
}

function events(body: (exchange: Exchange) => string | Buffer): (exchange: Exchange) => void {
  return (exchange) => {
    beginEvents(exchange);
    exchange.response.end(body(exchange));
  };
}

function step({ message }: Exchange): object {
  return { progressToken: message.params?._meta?.progressToken };
}

/** Writes a piece again and again, as fast as it is taken. */
function pour({ response }: Exchange, piece: Buffer, times: number): void {
  let left = times;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(piece)) return void response.once('drain', more);
    }
    response.end();
  };
  more();
}

/** Writes a few bytes now and then until the client leaves. */
function trickle({ response }: Exchange, piece: string): void {
  const timer = setInterval(() => response.write(piece), 5);
  response.once('close', () => clearInterval(timer));
}

/** Answers past HTTP, byte for byte. */
function bytes({ response }: Exchange, answer: string): void {
  response.socket?.end(answer, 'latin1');
}

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

describe('client: hostile event streams', () => {
  afterEach(endAll);

  for (const [name, end] of [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ] as const) {
    it(`lines that end in ${name}, cut at every place, in a stream that stays open or ends`, async () => {
      let cut = 0;
      let length = 1;
      const { client } = await peer('handshake', {
        callTool(exchange) {
          const progress = {
            jsonrpc: '2.0',
            method: 'notifications/progress',
            params: { ...step(exchange), progress: 1 },
          };
          const lines = [
            ': é',
            '',
            `data: ${JSON.stringify(progress)}`,
            '',
            'id: 1',
            'event: message',
            `data: ${fine(exchange)}`,
          ];
          const body = Buffer.from(`${lines.join(end)}${end}${end}`);
          length = body.length;
          beginEvents(exchange);
          exchange.response.write(body.subarray(0, cut));
          setImmediate(() => {
            exchange.response.write(body.subarray(cut));
            if (cut % 5 !== 0) exchange.response.end();
          });
        },
      });
      for (; cut <= length; cut += 1) {
        let steps = 0;
        const result = await client.callTool('x', {}, { ...user, onProgress: () => void (steps += 1) });
        assert.deepEqual(result.content, [{ type: 'text', text: 'fine' }], `at ${cut}`);
        assert.equal(steps, 1, `at ${cut}`);
      }
    });
  }

  it('an emoji that the chunks tear apart arrives whole', async () => {
    let cut = 0;
    const { client } = await peer('handshake', {
      callTool(exchange) {
        const body = Buffer.from(`data: ${JSON.stringify(answerTo(exchange, text('👩‍🚀')))}\n\n`);
        const at = body.indexOf(0xf0) + cut;
        beginEvents(exchange);
        exchange.response.write(body.subarray(0, at));
        setImmediate(() => exchange.response.end(body.subarray(at)));
      },
    });
    for (; cut < Buffer.byteLength('👩‍🚀'); cut += 1) {
      assert.deepEqual((await client.callTool('x', {}, user)).content, [{ type: 'text', text: '👩‍🚀' }]);
    }
  });

  survives([
    { name: 'a byte order mark', bad: events((exchange) => `\ufeffdata: ${fine(exchange)}\n\n`) },
    {
      name: 'two byte order marks before something else',
      bad: events((exchange) => `\ufeff\ufeffdata: {}\n\ndata: ${fine(exchange)}\n\n`),
    },
    {
      name: 'invalid UTF-8 before the answer and in a comment',
      bad: events((exchange) =>
        Buffer.concat([
          Buffer.from([0x3a, 0xff, 0xfe, 0x0a, 0x0a, 0x64, 0x61, 0x74, 0x61, 0x3a, 0xc0, 0x80, 0x0a, 0x0a]),
          Buffer.from(`data: ${fine(exchange)}\n\n`),
        ]),
      ),
    },
    {
      name: 'a flood of comments, each an event of its own',
      bad: events((exchange) => `${': x\n\n'.repeat(100_000)}data: ${fine(exchange)}\n\n`),
    },
    {
      name: 'a flood of comments in one event',
      bad: events((exchange) => `${': x\n'.repeat(100_000)}data: ${fine(exchange)}\n\n`),
    },
    {
      name: 'comments for ever in one event',
      bad(exchange) {
        beginEvents(exchange);
        pour(exchange, Buffer.from(': x\n'.repeat(100_000)), 1000);
      },
      kind: 'protocol',
      says: /more than 16 MB/,
      outcomeUnknown: true,
      growth: 200,
    },
    {
      name: 'five million empty data lines',
      bad(exchange) {
        beginEvents(exchange);
        pour(exchange, Buffer.from('data:\n'.repeat(100_000)), 50);
      },
      kind: 'protocol',
      says: /more than 16 MB/,
      outcomeUnknown: true,
      growth: 200,
    },
    {
      name: 'a million blank lines',
      bad: events((exchange) => `${'\n'.repeat(1_000_000)}data: ${fine(exchange)}\n\n`),
    },
    {
      name: 'an answer whose line is not terminated',
      bad: events((exchange) => `data: ${fine(exchange)}`),
      kind: 'connection',
      says: /ended the stream before its answer/,
      outcomeUnknown: true,
    },
    {
      name: 'an answer behind a hundred events that are not JSON',
      bad: events((exchange) => `${'data: <nope>\n\n'.repeat(100)}data: ${fine(exchange)}\n\n`),
    },
    {
      name: 'an answer in many data lines',
      bad: events((exchange) => `data: ${fine(exchange).replaceAll(',', ',\ndata: ')}\n\n`),
    },
    {
      name: 'fields that nobody knows',
      bad: events((exchange) => `color: red\nlink\n: \ndata: ${fine(exchange)}\n\n`),
    },
    {
      name: 'an event of another name before the answer',
      bad: events((exchange) => `event: ping\ndata: {}\n\ndata: ${fine(exchange)}\n\n`),
    },
    { name: 'an id with NUL', bad: events((exchange) => `id: a\0b\ndata: ${fine(exchange)}\n\n`) },
    { name: 'an empty id', bad: events((exchange) => `id: 1\ndata:\n\nid\ndata: ${fine(exchange)}\n\n`) },
    {
      name: 'an id with NUL and then the end: nothing to go on from',
      bad: events(() => 'retry: 1\nid: a\0b\ndata:\n\n'),
      kind: 'connection',
      says: /ended the stream before its answer/,
      outcomeUnknown: true,
    },
    {
      name: 'an id that no header can hold, and then the end',
      bad: events(() => 'retry: 1\nid: ✓\ndata:\n\n'),
      kind: 'connection',
      outcomeUnknown: true,
    },
    {
      name: 'an id with a control character, and then the end',
      bad: events(() => 'retry: 1\nid: a\u0001b\ndata:\n\n'),
      kind: 'connection',
      outcomeUnknown: true,
    },
    {
      name: 'an id of 2 KB',
      bad: events((exchange) => `id: ${'x'.repeat(2000)}\ndata: ${fine(exchange)}\n\n`),
      kind: 'protocol',
      says: /id or name of more than 1024 bytes/,
      outcomeUnknown: true,
    },
    {
      name: 'a retry that is no number',
      bad: events((exchange) => `retry: soon\n\nretry: -1\n\nretry: 1e99\n\ndata: ${fine(exchange)}\n\n`),
    },
  ]);
});

describe('client: hostile JSON-RPC', () => {
  afterEach(endAll);

  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const nested = ({ message }: Exchange): string =>
    `{"jsonrpc":"2.0","id":${message.id},"result":{"content":[],"structuredContent":{"a":${deep}}}}`;
  const both = ({ message }: Exchange): string =>
    `{"jsonrpc":"2.0","id":${message.id},"result":{"content":[]},"error":{"code":-32000,"message":"no"}}`;

  survives([
    { name: 'the answer twice, as events', bad: events((exchange) => `data: ${fine(exchange)}\n\n`.repeat(2)) },
    { name: 'the answer twice, as a batch', bad: json((exchange) => `[${fine(exchange)},${fine(exchange)}]`) },
    {
      name: 'a batch of a notification and the answer',
      bad: json((exchange) => `[{"jsonrpc":"2.0","method":"notifications/tools/list_changed"},${fine(exchange)}]`),
    },
    {
      name: 'a batch as an event',
      bad: events(
        (exchange) =>
          `event: message\nid: 1\ndata: [{"jsonrpc":"2.0","method":"notifications/tools/list_changed"},${fine(exchange)}]\n\n`,
      ),
    },
    {
      name: 'a batch of 1 MB as an event',
      bad: events(
        (exchange) => `data: [{"jsonrpc":"2.0","id":"x","result":{"a":"${'x'.repeat(MB)}"}},${fine(exchange)}]\n\n`,
      ),
    },
    {
      name: 'a batch in a batch, an empty one, and one of nonsense',
      bad: events(
        (exchange) => `data: [[${fine(exchange)}]]\n\ndata: []\n\ndata: [null,7,"x",{}\n\ndata: ${fine(exchange)}\n\n`,
      ),
    },
    {
      name: 'a batch without the answer',
      bad: json(() => '[{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}]'),
      kind: 'protocol',
      outcomeUnknown: true,
    },
    { name: 'result and error together', bad: json(both), kind: 'protocol', outcomeUnknown: true },
    {
      name: 'result and error together, as an event',
      bad: events((exchange) => `data: ${both(exchange)}\n\n`),
      kind: 'connection',
      outcomeUnknown: true,
    },
    {
      name: 'the id 2^53+1',
      bad: json(() => '{"jsonrpc":"2.0","id":9007199254740993,"result":{"content":[]}}'),
      kind: 'protocol',
      outcomeUnknown: true,
    },
    {
      name: 'a stranger’s answer before the right one',
      bad: events((exchange) => `data: {"jsonrpc":"2.0","id":"nobody","result":{}}\n\ndata: ${fine(exchange)}\n\n`),
    },
    {
      name: 'an error without an id',
      bad: json(() => '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}'),
      kind: 'protocol',
      outcomeUnknown: true,
    },
    {
      name: 'an error whose code is text',
      bad: json(({ message }) => `{"jsonrpc":"2.0","id":${message.id},"error":{"code":"x","message":"no"}}`),
      kind: 'protocol',
      outcomeUnknown: true,
    },
    {
      name: 'an error with a message of 1 MB',
      bad: json(({ message }) =>
        JSON.stringify({ jsonrpc: '2.0', id: message.id, error: { code: -32000, message: 'x'.repeat(MB) } }),
      ),
      kind: 'protocol',
      says: /JSON-RPC error -32000/,
    },
    {
      name: 'NaN in an answer',
      bad: json((exchange) => fine(exchange).replace('"fine"', 'NaN')),
      kind: 'protocol',
      outcomeUnknown: true,
    },
    { name: '100,000 levels', bad: json(nested), kind: 'protocol', says: /128 levels/, outcomeUnknown: true },
    {
      name: '100,000 levels, as an event',
      bad: events((exchange) => `data: ${nested(exchange)}\n\n`),
      kind: 'protocol',
      says: /128 levels/,
      outcomeUnknown: true,
    },
    {
      name: 'a million members',
      bad: json(
        ({ message }) =>
          `{"jsonrpc":"2.0","id":${message.id},"result":{${Array.from({ length: 1_000_000 }, (_, n) => `"k${n}":0`).join()}}}`,
      ),
      kind: 'protocol',
      says: /members/,
      outcomeUnknown: true,
    },
    {
      name: 'a request of the server that nobody can answer, before the answer',
      bad: events(
        (exchange) =>
          `data: {"jsonrpc":"2.0","id":9007199254740993,"method":"constructor"}\n\ndata: ${fine(exchange)}\n\n`,
      ),
    },
    {
      name: 'notifications of no use before the answer',
      bad: events(
        (exchange) =>
          ['progress', 'message', 'cancelled', 'resources/updated', '__proto__']
            .flatMap((name) =>
              ['', ',"params":null', ',"params":[]', ',"params":{"progressToken":{},"requestId":{},"uri":1}'].map(
                (params) => `data: {"jsonrpc":"2.0","method":"notifications/${name}"${params}}\n\n`,
              ),
            )
            .join('') + `data: ${fine(exchange)}\n\n`,
      ),
    },
  ]);

  for (const era of eras) {
    describe(`tools, in the era of ${era === 'handshake' ? 'the handshake' : 'no state'}`, () => {
      it('ten thousand of them are listed, in order', async () => {
        const tools = Array.from({ length: 10_000 }, (_, n) => ({
          name: `tool${n}`,
          inputSchema: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'number' } } },
        }));
        const { client } = await peer(era, { tools });
        const listed = await client.listTools(user);
        assert.deepEqual(
          listed.map(({ name }) => name),
          tools.map(({ name }) => name),
        );
        assert.ok(listed.every(({ problem }) => problem === undefined));
      });

      it('names from hell are listed and called as they are', async () => {
        const names = [
          'constructor',
          '__proto__',
          'hasOwnProperty',
          '../x',
          '/etc/passwd',
          'a b',
          '',
          'x'.repeat(10_000),
          'rm\u202e txt.exe',
          '\u2066hidden\u2069',
          'naïve ✓ 工具',
          '\u001b[31mred',
        ];
        const tools = names.map((name) => ({ name, inputSchema: { type: 'object' } }));
        const called: unknown[] = [];
        const { client } = await peer(era, {
          tools,
          callTool(exchange) {
            called.push(exchange.message.params?.name);
            sendJson(exchange, answerTo(exchange, text('fine')));
          },
        });
        const listed = (await client.listTools(user)).map(({ name }) => name);
        assert.deepEqual(listed, names);
        for (const name of listed) await client.callTool(name, {}, user);
        assert.deepEqual(called, names);
      });

      it('references that go in circles or elsewhere are neither followed nor fetched', async () => {
        let fetched = 0;
        const elsewhere = await serve((_request, response) => {
          fetched += 1;
          response.end('{}');
        });
        const self = { type: 'object', properties: { child: { $ref: '#' } } };
        const remote = { type: 'object', properties: { a: { $ref: elsewhere } } };
        const each = { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' };
        const tools = [
          { name: 'self', inputSchema: self, outputSchema: self },
          { name: 'remote', inputSchema: { ...remote, $schema: elsewhere, $id: elsewhere }, outputSchema: remote },
          { name: 'each', inputSchema: { type: 'object', ...each }, outputSchema: { type: 'object', ...each } },
        ];
        const { client } = await peer(era, {
          tools,
          callTool: (exchange) =>
            sendJson(exchange, answerTo(exchange, { ...text('fine'), structuredContent: { a: 1 } })),
        });
        for (const { name } of await client.listTools(user)) {
          const { structuredContent } = await client.callTool(name, {}, user);
          assert.deepEqual(structuredContent, { a: 1 });
        }
        assert.equal(fetched, 0);
      });

      it('broken ones are listed with what is wrong, and spoil no other', async () => {
        const inputSchema = { type: 'object' };
        const tools = [{}, [], { name: 'no schema' }, { name: 7, inputSchema }, { name: 'good', inputSchema }];
        const { client } = await peer(era, { tools });
        const listed = await client.listTools(user);
        assert.equal(listed.length, tools.length);
        assert.deepEqual(
          listed.map(({ problem }) => problem === undefined),
          [false, false, false, false, true],
        );
        const error = await failureOf(client.callTool('no schema', {}, user), 'validation');
        assert.match(error.message, /definition is broken/);
        await client.callTool('good', { message: 'x' }, user);
      });
    });
  }

  it('three hundred answers, an event each, out of order, find their calls', async () => {
    const held: Exchange[] = [];
    const { client } = await peer('handshake', {
      callTool(exchange) {
        held.push(exchange);
        if (held.length < 300) return;
        for (const late of held.toReversed()) {
          beginEvents(late);
          writeEvent(late, answerTo(late, text(String(late.message.params?.arguments?.['n']))));
          late.response.end();
        }
      },
    });
    const results = await Promise.all(Array.from({ length: 300 }, (_, n) => client.callTool('x', { n }, user)));
    assert.deepEqual(
      results.map(({ content }) => content),
      results.map((_, n) => [{ type: 'text', text: String(n) }]),
    );
  });
});
