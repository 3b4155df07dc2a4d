import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { answer, route } from '../../servers/dialects/speech.ts';
import {
  answerTo,
  beginEvents,
  type Exchange,
  type Message,
  sendJson,
  text,
  writeEvent,
} from '../../servers/support/exchange.ts';
import { endAll } from '../wire/support.ts';
import { inContext, listening, type OverDialect, overDialect, withTool } from './externalSseSupport.ts';

function call({ client }: OverDialect, options: Parameters<OverDialect['client']['callTool']>[1] = {}) {
  return inContext(() => client.callTool({ name: 'echo', arguments: { message: 'x' } }, options));
}

const done = [{ type: 'text', text: 'done' }];

function log(data: string): object {
  return { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } };
}

describe('client: streams of the External MCP dialect', () => {
  afterEach(endAll);

  it('skips and notes an event that is not JSON, and one that is no message', async () => {
    const over = await overDialect(
      withTool((exchange) => {
        beginEvents(exchange);
        exchange.response.write('data: hello there\n\ndata: [1, "two"]\n\ndata: {"type":"connection"}\n\n');
        writeEvent(exchange, answerTo(exchange, text('done')));
      }),
    );
    await over.connect();
    assert.deepEqual((await call(over)).content, done);
    for (const skipped of ['hello there', '[1, "two"]', '{"type":"connection"}']) {
      assert.ok(over.logs.includes(`Not a message, skipped: ${skipped}`));
    }
  });

  it('takes an id that comes back as a number, and a result without "jsonrpc" and beside "error": null', async () => {
    const over = await overDialect(
      withTool((exchange) =>
        sendJson(exchange, { id: Number(exchange.message.id), result: text('done'), error: null }),
      ),
    );
    await over.connect();
    assert.deepEqual((await call(over)).content, done);
  });

  it('delivers all progress before the answer, though it came in one chunk', async () => {
    const over = await overDialect(
      withTool((exchange) => {
        const progressToken = exchange.message.params?._meta?.progressToken;
        const events = [1, 2, 3].map((progress) => ({
          jsonrpc: '2.0',
          method: 'notifications/progress',
          params: { progressToken, progress },
        }));
        beginEvents(exchange);
        exchange.response.write(
          [...events, answerTo(exchange, text('done'))].map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''),
        );
      }),
    );
    await over.connect();
    const progress: number[] = [];
    const result = await call(over, { onprogress: (event) => progress.push(event.progress) });
    assert.deepEqual(result.content, done);
    assert.deepEqual(progress, [1, 2, 3]);
  });

  it('offers notifications to the sink first, and to the library what that leaves', async () => {
    const over = await overDialect(
      withTool((exchange) => {
        beginEvents(exchange);
        writeEvent(exchange, log('taken'));
        writeEvent(exchange, log('left'));
        writeEvent(exchange, answerTo(exchange, text('done')));
      }),
      { takes: (message) => JSON.stringify(message).includes('taken') },
    );
    const left = new Promise<unknown>((resolve) =>
      over.client.setNotificationHandler('notifications/message', ({ params }) => resolve(params.data)),
    );
    await over.connect();
    await call(over);
    assert.deepEqual(over.diverted, [log('taken')]);
    assert.equal(await left, 'left');
  });

  it('carries a request of the server and the answer to it', async () => {
    const waiting: Exchange[] = [];
    const over = await overDialect(
      route({
        'POST /sse': (exchange) => {
          const { message } = exchange;
          if (message.id === 'from the server') {
            exchange.response.writeHead(202).end();
            for (const one of waiting) writeEvent(one, answerTo(one, text('done')));
          } else if (message.method === 'tools/call') {
            waiting.push(exchange);
            beginEvents(exchange);
            writeEvent(exchange, { jsonrpc: '2.0', id: 'from the server', method: 'ping' });
          } else sendJson(exchange, answer(exchange, 'standard'));
        },
      }),
    );
    await over.connect();
    assert.deepEqual((await call(over)).content, done);
    assert.ok(over.sent().includes('answer'));
  });

  describe('ends a call that is cancelled', () => {
    for (const names of ['standard', 'seed'] as const) {
      it(`closing its stream, and ${names === 'seed' ? 'saying nothing in the seed’s words' : 'saying so in standard words'}`, async () => {
        const begun = Promise.withResolvers<Exchange>();
        const over = await overDialect(
          route({
            'POST /sse': (exchange) => {
              if (!/call/.test(exchange.message.method ?? '')) return sendJson(exchange, answer(exchange, names));
              beginEvents(exchange);
              begun.resolve(exchange);
            },
          }),
        );
        await over.connect();
        const abort = new AbortController();
        const failed = assert.rejects(call(over, { signal: abort.signal }));
        const { message, response } = await begun.promise;
        const closed = new Promise((resolve) => response.once('close', resolve));
        abort.abort();
        await failed;
        await closed;
        await inContext(() => over.client.ping());
        const told = over.traffic.records.map(({ raw }) => Buffer.from(raw).toString());
        const words = told.filter((record) => record.includes('notifications/cancelled'));
        assert.equal(words.length, names === 'seed' ? 0 : 1);
        for (const word of words) assert.ok(word.includes(`"requestId":"${message.id}"`));
      });
    }

    it('also where the answer would come on the listening stream', async () => {
      const begun = Promise.withResolvers<void>();
      const over = await overDialect(
        listening((exchange) => {
          exchange.response.writeHead(202).end();
          begun.resolve();
        }),
      );
      await over.connect();
      const abort = new AbortController();
      const failed = assert.rejects(call(over, { signal: abort.signal }));
      await begun.promise;
      abort.abort();
      await failed;
      await inContext(() => over.client.ping());
    });
  });

  it('takes the first of two answers, by whichever channel, and skips the other', async () => {
    const over = await overDialect(
      listening((exchange, stream) => {
        writeEvent(stream, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'about nothing' } });
        writeEvent(stream, answerTo(exchange, text('done')));
        writeEvent(stream, answerTo(exchange, text('again')));
        exchange.response.writeHead(202).end();
      }),
    );
    await over.connect();
    assert.deepEqual((await call(over)).content, done);
    assert.deepEqual((await call(over)).content, done);
    const skipped = over.logs.filter((line) => line.startsWith('An answer to no request in flight'));
    assert.equal(skipped.filter((line) => line.endsWith('id null')).length, 2);
    assert.ok(skipped.length > 2);
  });

  it('calls by the other name where a server mixes them, and remembers it', async () => {
    const over = await overDialect(
      route({
        'POST /sse': (exchange) =>
          sendJson(exchange, answer(exchange, exchange.message.method === 'list_tools' ? 'seed' : 'standard')),
      }),
    );
    await over.connect();
    const result = await call(over);
    assert.deepEqual(result.content, [{ type: 'text', text: 'x' }]);
    await call(over);
    assert.deepEqual(over.sent(), ['initialize', 'list_tools', 'call_tool', 'tools/call', 'tools/call']);
  });

  it('takes silence about list_tools for a server of standard names', async () => {
    const over = await overDialect(
      route({
        'POST /sse': (exchange) => {
          if (exchange.message.method !== 'list_tools') sendJson(exchange, answer(exchange, 'standard'));
        },
      }),
      { getWaitMs: 50 },
    );
    await over.connect();
    assert.match(over.transport.dialect, /standard method names/);
    assert.equal((await inContext(() => over.client.listTools())).tools.length, 1);
  });

  it('connects although the server fails at notifications', async () => {
    let failed = 0;
    const post = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      // What our own side sends is JSON-RPC.
      const message = JSON.parse(await readText(request)) as Message;
      if (message.id !== undefined)
        return sendJson({ message, request, response }, answer({ message, request, response }, 'standard'));
      failed += 1;
      response.writeHead(500).end();
    };
    const over = await overDialect((request, response) => void post(request, response));
    await over.connect();
    assert.equal(failed, 1);
    assert.equal((await inContext(() => over.client.listTools())).tools.length, 1);
  });
});
