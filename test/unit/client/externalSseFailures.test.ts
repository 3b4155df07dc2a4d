import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { ProtocolError, SdkHttpError } from '@modelcontextprotocol/client';
import { seed } from '../../servers/dialects/seed.ts';
import { route } from '../../servers/dialects/speech.ts';
import { v6 } from '../../servers/dialects/v6.ts';
import {
  answerTo,
  beginEvents,
  type Exchange,
  sendError,
  sendJson,
  text,
  writeEvent,
} from '../../servers/support/exchange.ts';
import { endAll, failureOf, MB, refusingUrl } from '../wire/support.ts';
import { asCallError, inContext, listening, type OverDialect, overDialect, withTool } from './externalSseSupport.ts';
import { serve } from './support.ts';

function call({ client }: OverDialect): Promise<unknown> {
  return inContext(() => client.callTool({ name: 'echo', arguments: { message: 'x' } }));
}

async function callOf(callTool: (exchange: Exchange) => void): Promise<unknown> {
  const over = await overDialect(withTool(callTool));
  await over.connect();
  return call(over);
}

function status(code: number, headers: Record<string, string> = {}, body = 'no'): (exchange: Exchange) => void {
  return ({ response }) => void response.writeHead(code, { 'content-type': 'text/plain', ...headers }).end(body);
}

/** How the transport refuses a server whose every request is answered like this. */
async function refusalOf(handler: RequestListener): Promise<{ error: unknown; sent: string[] }> {
  const over = await overDialect(handler, { getWaitMs: 100 });
  const error: unknown = await over.connect().catch((reason: unknown) => reason);
  return { error, sent: over.sent() };
}

describe('client: failures of the External MCP dialect', () => {
  afterEach(endAll);

  describe('fail a call at once', () => {
    it('a stream that ends before the answer', async () => {
      const early = callOf((exchange) => {
        beginEvents(exchange);
        exchange.response.end(': nothing more\n\n');
      });
      const error = await failureOf(early, 'connection');
      assert.match(error.message, /ended the stream before its answer/);
      assert.equal(error.outcomeUnknown, true);
    });

    it('a stream that breaks', async () => {
      const broken = callOf((exchange) => {
        beginEvents(exchange);
        exchange.response.write('data: {', () => exchange.response.socket?.resetAndDestroy());
      });
      assert.equal((await failureOf(broken, 'connection')).outcomeUnknown, true);
    });

    it('202 and no stream that could bring the answer', async () => {
      const error = await failureOf(callOf(status(202)), 'protocol');
      assert.equal(error.httpStatus, 202);
      assert.equal(error.outcomeUnknown, true);
    });

    it('the id of another request, in JSON and in a stream', async () => {
      const foreign = { jsonrpc: '2.0', id: 'nobody', result: text('x') };
      const inJson = callOf((exchange) => sendJson(exchange, foreign));
      assert.match((await failureOf(inJson, 'protocol')).message, /the id of another request/);
      const inStream = callOf((exchange) => {
        beginEvents(exchange);
        writeEvent(exchange, foreign);
        exchange.response.end();
      });
      assert.match((await failureOf(inStream, 'protocol')).message, /the id of another request/);
    });

    it('a message over the limit, in JSON and in a stream, and the next call is answered', async () => {
      const large = text('x'.repeat(MB));
      for (const isStreamed of [false, true]) {
        let calls = 0;
        const over = await overDialect(
          withTool((exchange) => {
            calls += 1;
            if (calls > 1) return sendJson(exchange, answerTo(exchange, text('done')));
            if (!isStreamed) return sendJson(exchange, answerTo(exchange, large));
            beginEvents(exchange);
            writeEvent(exchange, answerTo(exchange, large));
          }),
          { maxMessageBytes: MB },
        );
        await over.connect();
        assert.match((await failureOf(call(over), 'protocol')).message, /more than 1 MB.*maxMessageMb/);
        await call(over);
      }
    });

    it('a page instead of an answer', async () => {
      const page = callOf(status(200, { 'content-type': 'text/html' }, '<h1>hello</h1>'));
      assert.match((await failureOf(page, 'protocol')).message, /text\/html/);
    });

    it('an error without an id, where it stands in the answer to the call itself', async () => {
      const refused = callOf((exchange) =>
        sendJson(exchange, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'busy' } }),
      );
      await assert.rejects(refused, (error) => error instanceof ProtocolError && error.code === -32000);
    });
  });

  it('ends what its sender gives up', async () => {
    const begun = Promise.withResolvers<Exchange>();
    const over = await overDialect(
      withTool((exchange) => {
        beginEvents(exchange);
        begun.resolve(exchange);
      }),
    );
    await over.connect();
    const abort = new AbortController();
    const message = { jsonrpc: '2.0' as const, id: 'mine', method: 'tools/call', params: { name: 'echo' } };
    const sent = assert.rejects(
      inContext(() => over.transport.send(message, { requestSignal: abort.signal })),
      /given up/,
    );
    const { response } = await begun.promise;
    const closed = new Promise((resolve) => response.once('close', resolve));
    abort.abort(new Error('given up'));
    await sent;
    await closed;
  });

  describe('say what a status means on a session that has worked', () => {
    for (const code of [401, 404]) {
      it(`${code}: it is lost`, async () => {
        assert.equal((await failureOf(callOf(status(code)), 'session')).httpStatus, code);
      });
    }

    it('400: nothing for certain, since a tool may say so too', async () => {
      const error = await asCallError(callOf(status(400)));
      assert.deepEqual([error.kind, error.httpStatus], ['protocol', 400]);
    });

    it('400 with a JSON-RPC code about the request: the request was wrong', async () => {
      const refused = callOf((exchange) => sendError(exchange, 400, -32602, 'no such tool'));
      await assert.rejects(refused, (error) => error instanceof ProtocolError && error.code === -32602);
      const invalid = callOf((exchange) => sendError(exchange, 400, -32600, 'invalid'));
      assert.equal((await asCallError(invalid)).rpcCode, -32600);
    });

    it('401 with a challenge and 403: signing in', async () => {
      const challenged = callOf(status(401, { 'www-authenticate': 'Bearer' }));
      assert.equal((await asCallError(challenged)).kind, 'auth');
      assert.equal((await asCallError(callOf(status(403)))).kind, 'auth');
    });

    it('500: the server failed', async () => {
      const error = await asCallError(callOf(status(500)));
      assert.equal(error.kind, 'connection');
      assert.equal(error.outcomeUnknown, true);
    });

    it('a server of the seed that forgets its sessions: the session is lost', async () => {
      let handler = seed();
      const over = await overDialect((request, response) => handler(request, response));
      await over.connect();
      handler = seed();
      await failureOf(call(over), 'session');
    });
  });

  describe('refuse a server that is something else', () => {
    it('with the status and words of the POST when there is no listening stream either', async () => {
      for (const code of [400, 401, 404, 405]) {
        const { error, sent } = await refusalOf((_, response) => void response.writeHead(code).end('go away'));
        assert.ok(error instanceof SdkHttpError);
        assert.equal(error.status, code);
        assert.equal(error.data['text'], 'go away');
        assert.deepEqual(sent, ['initialize', 'GET /sse']);
      }
    });

    it('when its stream does not greet in time', async () => {
      const { error } = await refusalOf((request, response) => {
        if (request.method === 'POST') return void response.writeHead(404).end();
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': ping\n\n');
      });
      assert.ok(error instanceof SdkHttpError);
      assert.equal(error.status, 404);
    });

    it('when it does not answer the GET in time', async () => {
      const { error } = await refusalOf((request, response) => {
        if (request.method === 'POST') response.writeHead(405).end();
      });
      assert.ok(error instanceof SdkHttpError);
      assert.equal(error.status, 405);
    });

    it("when it greets as MCP's own HTTP+SSE, without waiting for more", async () => {
      const over = await overDialect(v6(), { getWaitMs: 100_000 });
      await assert.rejects(over.connect(), (error) => error instanceof SdkHttpError && error.status === 404);
    });

    it('with its own JSON-RPC error', async () => {
      const { error } = await refusalOf(
        route({ 'POST /sse': (exchange) => sendError(exchange, 200, -32000, 'not today') }),
      );
      assert.ok(error instanceof ProtocolError);
      assert.equal(error.code, -32000);
    });

    it('when it knows neither the handshake nor a list of tools', async () => {
      const { error, sent } = await refusalOf(
        route({ 'POST /sse': (exchange) => sendError(exchange, 200, -32601, 'no') }),
      );
      assert.ok(error instanceof ProtocolError);
      assert.equal(error.code, -32601);
      assert.deepEqual(sent, ['initialize', 'tools/list', 'list_tools']);
    });

    it('at once where the refusal is no evidence: 401 with a challenge, 403, 5xx', async () => {
      const refusals: [number, Record<string, string>][] = [
        [401, { 'www-authenticate': 'Bearer' }],
        [403, {}],
        [500, {}],
        [503, {}],
      ];
      for (const [code, headers] of refusals) {
        const { error, sent } = await refusalOf((_, response) => void response.writeHead(code, headers).end());
        assert.ok(error instanceof SdkHttpError);
        assert.equal(error.status, code);
        assert.deepEqual(sent, ['initialize']);
      }
    });

    it('at once where the GET shows that signing in or the server is the matter', async () => {
      for (const code of [403, 500]) {
        const { error } = await refusalOf(
          (request, response) => void response.writeHead(request.method === 'POST' ? 405 : code).end(),
        );
        assert.ok(error instanceof SdkHttpError);
        assert.equal(error.status, code);
      }
    });

    it('at once where nothing listens', async () => {
      const over = await overDialect(await refusingUrl());
      assert.equal((await failureOf(over.connect(), 'connection')).retryable, true);
    });

    it('that wants its messages at another origin, which hears nothing', async () => {
      let heard = 0;
      const elsewhere = await serve((_, response) => {
        heard += 1;
        response.end();
      });
      const { error } = await refusalOf((request, response) => {
        if (request.method === 'POST') return void response.writeHead(405).end();
        const greeting = JSON.stringify({ sessionId: 's', postUrl: elsewhere });
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`event: endpoint\ndata: ${greeting}\n\n`);
      });
      await failureOf(Promise.reject(error), 'protocol');
      assert.equal(heard, 0);
    });
  });

  it('a listening stream that is lost rejects what waits for it and closes the connection', async () => {
    const over = await overDialect(
      listening((exchange, stream) => {
        exchange.response.writeHead(202).end();
        stream.response.destroy();
      }),
    );
    const closed = new Promise<void>((resolve) => (over.client.onclose = resolve));
    await over.connect();
    assert.equal((await failureOf(call(over), 'connection')).outcomeUnknown, true);
    await closed;
    assert.equal(over.transport.failure?.kind, 'connection');
  });

  it('a listening stream that ends while nothing waits closes the connection too', async () => {
    const streams: Exchange[] = [];
    const over = await overDialect(listening(() => {}, streams));
    const closed = new Promise<void>((resolve) => (over.client.onclose = resolve));
    await over.connect();
    for (const { response } of streams) response.end();
    await closed;
    assert.match(over.transport.failure?.message ?? '', /ended the stream on which it answers/);
  });

  it('closing rejects what is in flight and closes its stream', async () => {
    const gone = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const over = await overDialect(
      withTool((exchange) => {
        beginEvents(exchange);
        exchange.response.once('close', gone.resolve);
        begun.resolve();
      }),
    );
    await over.connect();
    const failed = assert.rejects(call(over));
    await begun.promise;
    await over.client.close();
    await failed;
    await gone.promise;
    assert.equal(over.transport.failure, undefined);
  });

  it('closing ends a handshake that is not answered', async () => {
    const arrived = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const over = await overDialect((_, response) => {
      response.once('close', gone.resolve);
      arrived.resolve();
    });
    const failed = assert.rejects(over.connect());
    await arrived.promise;
    await over.client.close();
    await failed;
    await gone.promise;
  });
});
