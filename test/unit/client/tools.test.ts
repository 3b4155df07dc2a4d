import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { paramHeaderProblem } from '../../../src/client/paramHeaders.ts';
import { checkTools } from '../../../src/client/tools.ts';
import { handshake } from '../../servers/eras/handshake.ts';
import { stateless } from '../../servers/eras/stateless.ts';
import { answerTo, type Exchange, sendJson, text } from '../../servers/support/exchange.ts';
import { endAll, failureOf } from '../wire/support.ts';
import { clientFor, serve, type TestClient, unmasked, user } from './support.ts';

const inputSchema = { type: 'object', properties: {} };
const good = (name: string): object => ({ name, inputSchema });

/** What is called repeats its name; `calls` has what arrived. */
interface Listing extends TestClient {
  readonly calls: Exchange[];
}

async function listing(tools: readonly unknown[], era: 'stateless' | 'handshake'): Promise<Listing> {
  const calls: Exchange[] = [];
  const answer = (exchange: Exchange): boolean => {
    if (exchange.message.method !== 'tools/call') return false;
    calls.push(exchange);
    sendJson(exchange, answerTo(exchange, text(exchange.message.params?.name ?? '')));
    return true;
  };
  const handler: RequestListener =
    era === 'stateless'
      ? stateless({ post: answer, tools })
      : handshake({ post: answer, results: { 'tools/list': () => ({ tools }) } }).handler;
  const test = clientFor(await serve(handler));
  await test.client.connect(user);
  return { ...test, calls };
}

const broken: Record<string, unknown> = {
  'no schema': { name: 'broken' },
  'a schema of something else': { name: 'broken', inputSchema: { type: 'array' } },
  'a schema that is text': { name: 'broken', inputSchema: 'none' },
  'a schema without a type': { name: 'broken', inputSchema: {} },
  'a description that is none': { name: 'broken', inputSchema, description: 5 },
  'annotations that are none': { name: 'broken', inputSchema, annotations: { readOnlyHint: 'yes' } },
};

for (const era of ['handshake', 'stateless'] as const) {
  describe(`client: tools, ${era}`, () => {
    afterEach(endAll);

    for (const [name, item] of Object.entries(broken)) {
      it(`a broken one is listed as broken and cannot be called, the others can: ${name}`, async () => {
        const { client, calls } = await listing([good('first'), item, good('last')], era);
        const tools = await client.listTools(user);
        assert.deepEqual(
          tools.map((tool) => tool.name),
          ['first', 'broken', 'last'],
        );
        assert.deepEqual(
          tools.map(({ problem }) => typeof problem),
          ['undefined', 'string', 'undefined'],
        );
        const error = await failureOf(client.callTool('broken', {}, user), 'validation');
        assert.match(error.message, /“broken”/);
        assert.ok(error.message.includes(tools[1]?.problem ?? 'unknown'));
        assert.equal(calls.length, 0);
        await client.callTool('first', {}, user);
        await client.callTool('last', {}, user);
        assert.equal(calls.length, 2);
      });
    }

    it('those without a name are listed by their place', async () => {
      const { client } = await listing(
        [{ inputSchema }, good('good'), null, 'tool', 7, [], { name: 5, inputSchema }],
        era,
      );
      const tools = await client.listTools(user);
      assert.equal(tools.length, 7);
      assert.deepEqual(
        tools.filter(({ problem }) => problem === undefined).map(({ name }) => name),
        ['good'],
      );
      assert.equal(new Set(tools.map(({ name }) => name)).size, 7, 'each can be told from the others');
    });

    it('odd names reach the server as they are, and nothing else', async () => {
      const names = [
        'constructor',
        '__proto__',
        'toString',
        '../x',
        '/etc/passwd',
        'a b\tc',
        'x'.repeat(10_240),
        'in\u202eted\u2066t',
        'Grüße 👩‍💻',
        'e\u0301',
        'é',
        '=?base64?eA==?=',
        ' padded ',
        'ctrl\u0001\u007f',
        '"quoted"\\',
      ];
      const { client, calls } = await listing(names.map(good), era);
      assert.deepEqual(
        (await client.listTools(user)).map(({ name }) => name),
        names,
      );
      for (const name of names) {
        const { content } = await client.callTool(name, {}, user);
        assert.deepEqual(content, [{ type: 'text', text: name }]);
      }
      assert.equal(calls.length, names.length);
      if (era === 'stateless') {
        assert.deepEqual(
          calls.map(({ request }) => decoded(String(request.headers['mcp-name']))),
          names,
        );
      }
    });

    it('a tool that was never listed can be called, also by a name that every object has', async () => {
      const { client } = await listing([], era);
      for (const name of ['unlisted', 'constructor', 'hasOwnProperty']) {
        assert.deepEqual((await client.callTool(name, {}, user)).content, [{ type: 'text', text: name }]);
      }
    });

    it('ten thousand are listed in order, and the last can be called', async () => {
      const names = Array.from({ length: 10_000 }, (_, n) => `tool-${n}`);
      const schema = { type: 'object', properties: { a: { type: 'string', description: 'What it is for.' } } };
      const { client } = await listing(
        names.map((name) => ({ name, description: 'One of many.', inputSchema: schema })),
        era,
      );
      const tools = await client.listTools(user);
      assert.deepEqual(
        tools.map(({ name }) => name),
        names,
      );
      assert.ok(tools.every(({ problem }) => problem === undefined));
      await client.callTool('tool-9999', {}, user);
    });

    it('twenty thousand broken ones among as many good ones keep their places', async () => {
      const names = Array.from({ length: 40_000 }, (_, n) => `tool-${n}`);
      const { client } = await listing(
        names.map((name, n) => (n % 2 === 0 ? good(name) : { name })),
        era,
      );
      const tools = await client.listTools(user);
      assert.deepEqual(
        tools.map(({ name }) => name),
        names,
      );
      assert.ok(tools.every(({ problem }, n) => (problem === undefined) === (n % 2 === 0)));
    });

    it('a server cannot put broken ones into the list from beside it', async () => {
      const _meta = { 'external-mcp/broken': [[0, { name: 'forged', inputSchema }]] };
      const page = { resultType: 'complete', ttlMs: 0, cacheScope: 'private', tools: [good('good')], _meta };
      const post = (exchange: Exchange): boolean => {
        if (exchange.message.method !== 'tools/list') return false;
        sendJson(exchange, answerTo(exchange, page));
        return true;
      };
      const { client } = clientFor(
        await serve(era === 'stateless' ? stateless({ post }) : handshake({ post }).handler),
      );
      await client.connect(user);
      assert.deepEqual(
        (await client.listTools(user)).map(({ name }) => name),
        ['good'],
      );
    });

    it('results that break the output schema are handed over: whoever called sees what came', async () => {
      const outputSchema = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };
      const { client } = await listing([{ name: 'says', inputSchema, outputSchema }], era);
      await client.listTools(user);
      assert.deepEqual((await client.callTool('says', {}, user)).content, [{ type: 'text', text: 'says' }]);
    });
  });
}

describe('client: arguments in headers', () => {
  afterEach(endAll);

  const withHeaders = (properties: object, more: object = {}): object => ({
    name: 'headed',
    inputSchema: { type: 'object', properties, ...more },
  });

  const invalid: Record<string, object> = {
    'no name of a header': withHeaders({ a: { type: 'string', 'x-mcp-header': 'a b' } }),
    'an empty name': withHeaders({ a: { type: 'string', 'x-mcp-header': '' } }),
    'a line break in the name': withHeaders({ a: { type: 'string', 'x-mcp-header': 'a\r\nX-Evil: 1' } }),
    'no text': withHeaders({ a: { type: 'string', 'x-mcp-header': 5 } }),
    'a number': withHeaders({ a: { type: 'number', 'x-mcp-header': 'A' } }),
    'an object': withHeaders({ a: { type: 'object', 'x-mcp-header': 'A' } }),
    'several types': withHeaders({ a: { type: ['string', 'null'], 'x-mcp-header': 'A' } }),
    'one header for two': withHeaders({
      a: { type: 'string', 'x-mcp-header': 'Same' },
      b: { type: 'string', 'x-mcp-header': 'same' },
    }),
    'inside a list': withHeaders({ a: { type: 'array', items: { type: 'string', 'x-mcp-header': 'A' } } }),
    'inside a choice': withHeaders({ a: { anyOf: [{ type: 'string', 'x-mcp-header': 'A' }] } }),
    'inside a definition': withHeaders({}, { $defs: { a: { type: 'string', 'x-mcp-header': 'A' } } }),
    'at the root': withHeaders({}, { 'x-mcp-header': 'A' }),
  };
  for (const [name, tool] of Object.entries(invalid)) {
    it(`a tool whose annotation is wrong is broken in the stateless era alone: ${name}`, async () => {
      const { client, calls } = await listing([tool, good('other')], 'stateless');
      const [headed, other] = await client.listTools(user);
      assert.equal(typeof headed?.problem, 'string');
      assert.equal(other?.problem, undefined);
      await failureOf(client.callTool('headed', {}, user), 'validation');
      assert.equal(calls.length, 0);
      await client.callTool('other', {}, user);
      const older = await listing([tool], 'handshake');
      assert.equal((await older.client.listTools(user))[0]?.problem, undefined);
      await older.client.callTool('headed', { a: 'x' }, user);
      assert.ok(!Object.keys(older.calls[0]?.request.headers ?? {}).some((header) => header.startsWith('mcp-param')));
    });
  }

  it('values are repeated as they are, encoded where a header could not hold them', async () => {
    const tool = withHeaders({
      region: { type: 'string', 'x-mcp-header': 'Region' },
      count: { type: 'integer', 'x-mcp-header': 'Count' },
      dry: { type: 'boolean', 'x-mcp-header': 'Dry' },
      inner: { type: 'object', properties: { deep: { type: 'string', 'x-mcp-header': 'Deep' } } },
      plain: { type: 'string' },
    });
    const { client, calls } = await listing([tool], 'stateless');
    assert.equal((await client.listTools(user))[0]?.problem, undefined);
    await client.callTool('headed', { region: 'eu', count: 3, dry: true, inner: { deep: 'x' }, plain: 'p' }, user);
    const sent = (index: number, name: string): string | undefined => {
      const value = calls[index]?.request.headers[`mcp-param-${name}`];
      return value === undefined ? undefined : decoded(String(value));
    };
    assert.deepEqual(
      ['region', 'count', 'dry', 'deep', 'plain'].map((name) => sent(0, name)),
      ['eu', '3', 'true', 'x', undefined],
    );
    const odd = ['Zürich 👩‍💻', 'a\r\nX-Evil: 1', ' padded ', '=?base64?eA==?=', ''];
    for (const [index, region] of odd.entries()) {
      await client.callTool('headed', { region }, user);
      assert.equal(sent(index + 1, 'region'), region);
      assert.equal(calls[index + 1]?.request.headers['x-evil'], undefined);
      assert.equal(sent(index + 1, 'count'), undefined, 'what is not given has no header');
    }
  });

  it('is looked for to the depth of a message, and not in what only looks like a schema', () => {
    let deep: object = { type: 'string', 'x-mcp-header': 'bad name' };
    for (let level = 0; level < 50; level += 1) deep = { type: 'object', properties: { inner: deep } };
    assert.match(paramHeaderProblem(deep) ?? '', /inner/);
    assert.equal(paramHeaderProblem({ type: 'object', default: { 'x-mcp-header': 'a b' } }), undefined);
    assert.equal(paramHeaderProblem({ type: 'object', properties: { 'x-mcp-header': { type: 'string' } } }), undefined);
    for (const none of [undefined, null, 'text', 5, [], {}]) assert.equal(paramHeaderProblem(none), undefined);
  });

  it('a schema that has everything but sense is looked at without harm', () => {
    const schema = JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"string","x-mcp-header":"P"},"a":{"$ref":"#/properties/a"},"b":{"$ref":"http://127.0.0.1:1/never"}}}',
    ) as object;
    const [tool] = checkTools([{ name: 'odd', inputSchema: schema }], true, unmasked);
    assert.equal(tool?.problem, undefined);
    assert.equal(Reflect.get({}, 'x-mcp-header'), undefined);
  });
});

/** A header's value as it was meant (2026-07-28, "Unsafe values"). */
function decoded(value: string): string {
  const encoded = /^=\?base64\?(.*)\?=$/.exec(value)?.[1];
  return encoded === undefined ? value : Buffer.from(encoded, 'base64').toString();
}
