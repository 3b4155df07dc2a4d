import assert from 'node:assert/strict';
import { answerTo, beginEvents, type Exchange, sendJson, text, writeEvent } from '../../servers/support/exchange.ts';
import { endAll, failureOf, MB } from '../wire/support.ts';
import { events, fine, json, survives } from './hardeningInputs.ts';
import { eras, peer } from './hardeningSupport.ts';
import { serve, user } from './support.ts';

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
