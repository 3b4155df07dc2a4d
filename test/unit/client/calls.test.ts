import assert from 'node:assert/strict';
import { startSample } from '../sample/support/sample.ts';
import { beginEvents, answerTo, sendError, sendJson, text, writeEvent } from '../../servers/support/exchange.ts';
import { atEnd, endAll, failureOf, textOf } from '../wire/support.ts';
import { clientFor, connected, user } from './support.ts';

describe('client: calls', () => {
  afterEach(endAll);

  it('does the whole job with the sample server', async () => {
    const sample = await startSample();
    atEnd(() => sample.stop());
    const { client, traffic, logs } = clientFor(sample.url);
    const connection = await client.connect(user);
    assert.equal(connection.transport, 'streamable-http');
    assert.equal(connection.protocolVersion, '2025-11-25');
    assert.ok(connection.sessionId);
    assert.ok(connection.serverName);

    const tools = await client.listTools(user);
    assert.deepEqual(tools.map(({ name }) => name).toSorted(), ['add', 'chatty', 'crash', 'echo', 'fail', 'slow']);
    const echo = await client.callTool('echo', { message: 'Grüße 👩‍💻' }, user);
    assert.deepEqual(echo.content, [{ type: 'text', text: 'Grüße 👩‍💻' }]);
    assert.ok(
      traffic.records.some((record) => record.channel === 'sse' && Buffer.from(record.raw).includes('Grüße 👩‍💻')),
    );
    assert.ok(traffic.records.some(({ sessionId }) => sessionId === connection.sessionId));

    const failed = await client.callTool('fail', {}, user);
    assert.equal(failed.isError, true);

    const steps: number[] = [];
    await client.callTool(
      'slow',
      { seconds: 0.02, steps: 4 },
      { ...user, onProgress: ({ progress }) => void steps.push(progress) },
    );
    assert.deepEqual(steps, [1, 2, 3, 4]);

    await client.callTool('chatty', { count: 3 }, user);
    assert.equal(logs.filter((line) => line.startsWith('[server ')).length, 3);
    await client.ping(user);

    const error = await failureOf(client.callTool('crash', {}, user), 'connection');
    assert.equal(error.outcomeUnknown, true);
    assert.match(error.message, /See its output/);
    const later = await failureOf(client.callTool('echo', { message: 'x' }, user), 'connection');
    assert.match(later.message, /Nothing answers at/);
    assert.equal(later.retryable, true);
  });

  it('asks for every page of a list', async () => {
    const { client } = await connected({
      listTools({ message }) {
        const page = Number(message.params?.cursor ?? 0);
        const tools = [0, 1, 2].map((n) => ({ name: `tool${page * 3 + n}`, inputSchema: { type: 'object' } }));
        return page < 4 ? { tools, nextCursor: String(page + 1) } : { tools };
      },
    });
    const tools = await client.listTools(user);
    assert.deepEqual(
      tools.map(({ name }) => name),
      Array.from({ length: 15 }, (_, n) => `tool${n}`),
    );
  });

  it('stops asking at a cursor that comes again, and after a hundred pages that never end', async () => {
    const tool = { name: 'tool', inputSchema: { type: 'object' } };
    const same = await connected({ listTools: () => ({ tools: [tool], nextCursor: 'again' }) });
    assert.equal((await same.client.listTools(user)).length, 2);
    let page = 0;
    const endless = await connected({ listTools: () => ({ tools: [tool], nextCursor: String((page += 1)) }) });
    assert.equal((await endless.client.listTools(user)).length, 100);
    assert.ok(endless.logs.some((line) => line.includes('100 pages')));
  });

  it('resolves when the tool answers with isError', async () => {
    const { client } = await connected({
      callTool: (exchange) => sendJson(exchange, answerTo(exchange, { ...text('no such city'), isError: true })),
    });
    assert.deepEqual(await client.callTool('book', {}, user), {
      content: [{ type: 'text', text: 'no such city' }],
      isError: true,
    });
  });

  it('tells a JSON-RPC error with its code and data', async () => {
    const { client } = await connected({
      callTool: (exchange) =>
        sendJson(exchange, {
          jsonrpc: '2.0',
          id: exchange.message.id,
          error: { code: -32042, message: 'the\u202e reason', data: { at: 7 } },
        }),
    });
    const error = await failureOf(client.callTool('book', {}, user), 'protocol');
    assert.equal(error.rpcCode, -32042);
    assert.deepEqual(error.rpcData, { at: 7 });
    assert.equal(error.outcomeUnknown, undefined);
    assert.equal(error.retryable, false);
    assert.match(error.message, /“test” refused “tools\/call”: the reason \(JSON-RPC error -32042\)\./);
  });

  it('reports progress in order and completely, also when all of it comes at once with the answer', async () => {
    const total = 500;
    const { client } = await connected({
      callTool(exchange) {
        const progressToken = exchange.message.params?._meta?.progressToken;
        beginEvents(exchange);
        exchange.response.cork();
        for (let progress = 1; progress <= total; progress += 1) {
          writeEvent(exchange, {
            jsonrpc: '2.0',
            method: 'notifications/progress',
            params: { progressToken, progress, total },
          });
        }
        writeEvent(exchange, answerTo(exchange, text('done')));
        exchange.response.uncork();
        exchange.response.end();
      },
    });
    const seen: unknown[] = [];
    await client.callTool('slow', {}, { ...user, onProgress: (progress) => void seen.push(progress) });
    assert.deepEqual(
      seen,
      Array.from({ length: total }, (_, index) => ({ progress: index + 1, total })),
    );
  });

  it('takes an event that ends in CR and nothing behind it, on a stream that stays open', async () => {
    const { client } = await connected({
      callTool(exchange) {
        beginEvents(exchange);
        exchange.response.write(`data: ${JSON.stringify(answerTo(exchange, text('carried')))}\r\r`);
      },
    });
    const { content } = await client.callTool('x', {}, user);
    assert.deepEqual(content, [{ type: 'text', text: 'carried' }]);
  });

  it('skips an event that is not JSON', async () => {
    const { client } = await connected({
      callTool(exchange) {
        beginEvents(exchange);
        exchange.response.write('event: message\ndata: {"jsonrpc":\n\n');
        writeEvent(exchange, answerTo(exchange, text('ok')));
        exchange.response.end();
      },
    });
    assert.deepEqual((await client.callTool('echo', {}, user)).content, [{ type: 'text', text: 'ok' }]);
  });

  it('takes JSON with __proto__ without touching any prototype', async () => {
    const trap = '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}';
    const { client, traffic } = await connected({
      callTool({ message, response }) {
        response.setHeader('content-type', 'application/json');
        response.end(
          `{"jsonrpc":"2.0","id":${message.id},"result":{"content":[{"type":"text","text":"ok",${trap}}],"structuredContent":{${trap}},${trap}}}`,
        );
      },
    });
    const result = await client.callTool('echo', {}, user);
    assert.equal(Reflect.get({}, 'polluted'), undefined);
    for (const value of [result, result.content[0], result.structuredContent]) {
      assert.ok(typeof value === 'object' && value !== null);
      assert.equal(Object.getPrototypeOf(value), Object.prototype);
      assert.equal(Reflect.get(value, 'polluted'), undefined);
      assert.ok(!Object.hasOwn(value, '__proto__'), 'it is dropped');
    }
    assert.ok(Object.hasOwn(result, 'constructor'), 'an ordinary key that nobody knows stays');
    assert.ok(textOf(traffic.records.at(-1)).includes(trap), 'and the recording has all of it');
  });

  it('sends the headers of the definition, the session and the version, and records who called', async () => {
    const { client, got, traffic, url } = await connected();
    await client.callTool('echo', { message: 'x' }, { origin: 'plugin' });
    const call = got.find(({ message }) => message.method === 'tools/call');
    assert.equal(call?.headers['mcp-protocol-version'], '2025-11-25');
    assert.equal(call.headers['mcp-session-id'], traffic.records.at(-1)?.sessionId);
    assert.equal(traffic.records.at(-1)?.origin, 'plugin');

    const seen: unknown[] = [];
    const own = clientFor({ kind: 'http', url: new URL(url), headers: { 'x-api-key': 'k', accept: 'x/y' } });
    await own.client.connect(user);
    seen.push(...got.slice(-2).map(({ headers }) => headers['x-api-key']));
    assert.deepEqual(seen, ['k', 'k']);
  });

  it('lists nothing where the server offers no tools', async () => {
    const { client, got } = await connected({
      post(exchange) {
        const serverInfo = { name: 'bare', version: '0' };
        const result = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo };
        if (exchange.message.method === 'initialize') sendJson(exchange, answerTo(exchange, result));
        else if (exchange.message.id === undefined) exchange.response.writeHead(202).end();
        else sendError(exchange, 200, -32601, 'Method not found');
        return true;
      },
    });
    assert.deepEqual(await client.listTools(user), []);
    assert.ok(!got.some(({ message }) => message.method === 'tools/list'));
  });

  it('tells that the tools changed', async () => {
    const { client } = await connected({
      callTool(exchange) {
        beginEvents(exchange);
        writeEvent(exchange, { jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
        writeEvent(exchange, answerTo(exchange, text('ok')));
        exchange.response.end();
      },
    });
    const changed = new Promise<void>((resolve) => client.onDidChangeList(() => resolve()));
    await client.callTool('grow', {}, user);
    await changed;
  });
});
