import assert from 'node:assert/strict';
import { startServer } from '../../servers/start.ts';
import {
  answerTo,
  beginEvents,
  type Exchange,
  sendError,
  sendJson,
  text,
  writeEvent,
} from '../../servers/support/exchange.ts';
import { mcp } from '../../servers/support/mcp.ts';
import { atEnd, endAll, failureOf, MB, refusingUrl, serveBytes } from '../wire/support.ts';
import { clientFor, connected, serve, user } from './support.ts';

/** Calls a tool of a server that behaves like this, with far more time than it needs. */
async function call(callTool: (exchange: Exchange) => void): Promise<unknown> {
  const { client } = await connected({ callTool });
  return client.callTool('echo', { message: 'x' }, user);
}

function status(code: number, headers: Record<string, string> = {}, body = 'no'): (exchange: Exchange) => void {
  return ({ response }) => void response.writeHead(code, { 'content-type': 'text/plain', ...headers }).end(body);
}

describe('client: failures', () => {
  afterEach(endAll);

  describe('at once, not at the timeout', () => {
    it('a stream that ends before its answer', async () => {
      const error = await failureOf(
        call((exchange) => {
          beginEvents(exchange);
          exchange.response.end(': nothing more\n\n');
        }),
        'connection',
      );
      assert.match(error.message, /ended the stream before its answer\. Its traffic/);
      assert.equal(error.outcomeUnknown, true);
    });

    it('a stream with an event id that ends early, where the server offers no stream to go on with', async () => {
      const error = await failureOf(
        call((exchange) => {
          beginEvents(exchange);
          exchange.response.end('retry: 1\nid: 7\ndata: \n\n');
        }),
        'connection',
      );
      assert.equal(error.outcomeUnknown, true);
    });

    it('a reset in the middle of a JSON body, and of a stream', async () => {
      for (const type of ['application/json', 'text/event-stream']) {
        const error = await failureOf(
          call(({ response }) => {
            response.writeHead(200, { 'content-type': type });
            response.write('{"jsonrpc"', () => response.socket?.resetAndDestroy());
          }),
          'connection',
        );
        assert.match(error.message, /broke/);
        assert.equal(error.outcomeUnknown, true);
      }
    });

    it('202 to a request', async () => {
      const error = await failureOf(call(status(202)), 'protocol');
      assert.match(error.message, /accepted a request \(202\)/);
      assert.equal(error.httpStatus, 202);
      assert.equal(error.outcomeUnknown, true);
    });

    it('the id of another request, in JSON or as an event', async () => {
      const wrong = (exchange: Exchange): object => ({ ...answerTo(exchange, text('x')), id: 'nobody' });
      const json = await failureOf(
        call((exchange) => sendJson(exchange, wrong(exchange))),
        'protocol',
      );
      const sse = await failureOf(
        call((exchange) => {
          beginEvents(exchange);
          writeEvent(exchange, wrong(exchange));
          exchange.response.end();
        }),
        'protocol',
      );
      for (const error of [json, sse]) {
        assert.match(error.message, /id of another request/);
        assert.equal(error.outcomeUnknown, true);
      }
    });

    it('a server that is killed during the call', async () => {
      const server = await startServer('diesDuringCall', { env: { SIGNAL: 'SIGKILL' } });
      atEnd(() => server.stop());
      const { client } = clientFor(server.url);
      await client.connect(user);
      const error = await failureOf(client.callTool('echo', {}, user), 'connection');
      assert.equal(error.outcomeUnknown, true);
      assert.match(error.message, /See its output/);
      assert.equal((await server.exit).signal, 'SIGKILL');
    });
  });

  it('500: the server failed, and what it did is unknown', async () => {
    const error = await failureOf(call(status(500, {}, '<h1>\u001b[31mTrace</h1>\n'.repeat(10_000))), 'connection');
    assert.match(error.message, /failed while answering “tools\/call” \(500\).*See its output/);
    assert.ok(!error.message.includes('\u001b'));
    assert.equal(error.httpStatus, 500);
    assert.equal(error.outcomeUnknown, true);
  });

  it('500 to a request that only reads may be repeated', async () => {
    const { client } = await connected({
      post: (exchange) => exchange.message.method === 'tools/list' && (status(500)(exchange), true),
    });
    const error = await failureOf(client.listTools(user), 'connection');
    assert.equal(error.retryable, true);
    assert.equal(error.outcomeUnknown, undefined);
    assert.equal(error.httpStatus, 500);
  });

  it('503 and 429 with Retry-After: busy, and when to come again', async () => {
    for (const code of [503, 429]) {
      const error = await failureOf(call(status(code, { 'retry-after': '7' })), 'connection');
      assert.match(error.message, /busy/);
      assert.equal(error.retryAfterMs, 7000);
      assert.equal(error.retryable, true);
      assert.equal(error.outcomeUnknown, undefined);
    }
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    const { retryAfterMs = 0 } = await failureOf(call(status(429, { 'retry-after': inAnHour })), 'connection');
    assert.ok(retryAfterMs > 3_500_000 && retryAfterMs <= 3_600_000);
    assert.equal((await failureOf(call(status(429, { 'retry-after': 'soon' })), 'connection')).retryAfterMs, undefined);
  });

  it('503 that does not say when: what it did is unknown', async () => {
    const error = await failureOf(call(status(503)), 'connection');
    assert.equal(error.outcomeUnknown, true);
  });

  it('401 and 403: access refused, and where to look', async () => {
    for (const code of [401, 403]) {
      const error = await failureOf(call(status(code, { 'www-authenticate': 'Bearer' })), 'auth');
      assert.match(error.message, /refused access \(40[13]\)\. Check the "headers"/);
      assert.equal(error.httpStatus, code);
      assert.equal(error.retryable, false);
    }
  });

  it('404 on every session: it is gone, and so is the next one', async () => {
    const error = await failureOf(
      call((exchange) => sendError(exchange, 404, -32001, 'Session not found')),
      'session',
    );
    assert.match(error.message, /no longer knows its session\. Restart it/);
    assert.equal(error.rpcCode, -32001);
    assert.equal(error.outcomeUnknown, undefined);
  });

  it('400 to a call alone: the call is refused, in the words of the server, and carried out once', async () => {
    let calls = 0;
    const error = await failureOf(
      call((exchange) => {
        calls += 1;
        sendError(exchange, 400, -32001, 'The card was charged, its session receipt failed');
      }),
      'protocol',
    );
    assert.match(error.message, /The card was charged/);
    assert.equal(calls, 1);
  });

  it('404 with -32601 speaks of the method, not of the session', async () => {
    const error = await failureOf(
      call((exchange) => sendError(exchange, 404, -32601, 'Method not found')),
      'protocol',
    );
    assert.equal(error.rpcCode, -32601);
    assert.match(error.message, /refused “tools\/call”: Method not found/);
  });

  it('404 without a session: the URL is wrong', async () => {
    const url = await serve((_request, response) => void response.writeHead(404).end());
    const error = await failureOf(clientFor(url).client.connect(user), 'protocol');
    assert.match(error.message, /no MCP endpoint at its URL \(404\)\. Check the path/);
  });

  it('413 and other refusals keep the words of the server', async () => {
    const error = await failureOf(call(status(413, {}, 'too\n\nlarge')), 'protocol');
    assert.match(error.message, /rejected “tools\/call” \(413\): too large\./);
    assert.equal(error.httpStatus, 413);
  });

  it('a page instead of an answer', async () => {
    const error = await failureOf(
      call(status(200, { 'content-type': 'Text/HTML; charset=utf-8' }, '<h1>')),
      'protocol',
    );
    assert.match(error.message, /with text\/html instead of JSON or an event stream\. Check that its URL/);
  });

  it('an answer of the wrong type, or of none', async () => {
    const error = await failureOf(call(status(200)), 'protocol');
    assert.match(error.message, /with text\/plain instead/);
    const none = await failureOf(
      call((exchange) => void exchange.response.end('{}')),
      'protocol',
    );
    assert.match(none.message, /with no content type instead/);
  });

  it('JSON that is none, or no JSON-RPC, or no result of a tool', async () => {
    for (const body of ['<html>', '{"a":1}', '[]', 'NaN', '{"jsonrpc":"2.0","id":1,"result":{"content":"x"}}', '']) {
      const error = await failureOf(
        call(({ message, response }) => {
          response.setHeader('content-type', 'application/json');
          response.end(body.replace('"id":1', `"id":${message.id}`));
        }),
        'protocol',
      );
      assert.equal(error.outcomeUnknown, true);
      assert.match(error.message, /Its traffic shows/, body);
    }
  });

  it('a message over the limit, in JSON and as an event', async () => {
    for (const asEvent of [false, true]) {
      const { client } = await connected(
        {
          callTool(exchange) {
            const answer = answerTo(exchange, text('x'.repeat(2 * MB)));
            if (!asEvent) return sendJson(exchange, answer);
            beginEvents(exchange);
            writeEvent(exchange, answer);
          },
        },
        { maxMessageBytes: MB },
      );
      const error = await failureOf(client.callTool('big', {}, user), 'protocol');
      assert.match(error.message, /more than 1 MB\. Raise "maxMessageMb"/);
      assert.equal(error.outcomeUnknown, true);
    }
  });

  it('a compressed answer', async () => {
    const error = await failureOf(call(status(200, { 'content-encoding': 'gzip' })), 'protocol');
    assert.match(error.message, /Turn compression off/);
  });

  it('a redirect to another address is refused by name, and one within the address is followed', async () => {
    let reached = 0;
    const other = await serve(() => void (reached += 1));
    const error = await failureOf(call(status(307, { location: other })), 'protocol');
    assert.ok(
      error.message.includes(`redirects to another address (307: ${other}), which was not followed.`),
      error.message,
    );
    assert.equal(reached, 0);

    const inner = mcp();
    const url = await serve((request, response) => {
      if (request.url === '/mcp') return void response.writeHead(307, { location: '/mcp/' }).end();
      inner(request, response);
    });
    const { client } = clientFor(url);
    await client.connect(user);
    assert.equal((await client.listTools(user)).length, 1);
  });

  it('nothing listens', async () => {
    const error = await failureOf(clientFor(await refusingUrl()).client.connect(user), 'connection');
    assert.match(error.message, /Nothing answers at .*Check that the server is running/);
    assert.equal(error.retryable, true);
  });

  it('no answer within the timeout, to the handshake and to a call', async () => {
    const silent = await serveBytes(() => {});
    const handshake = await failureOf(clientFor(silent).client.connect({ ...user, timeoutMs: 50 }), 'timeout');
    assert.match(handshake.message, /within 0\.05 s\. Raise "timeout"/);
    assert.equal(handshake.retryable, true);
    for (const asEvent of [false, true]) {
      const { client } = await connected({ callTool: (exchange) => void (asEvent && beginEvents(exchange)) });
      const error = await failureOf(client.callTool('wait', {}, { ...user, timeoutMs: 50 }), 'timeout');
      assert.equal(error.outcomeUnknown, true);
      assert.equal(error.retryable, false);
    }
  });

  it('a timeout longer than timers can be is no timeout at all', async () => {
    const { client } = await connected({}, { timeoutMs: 1e15 });
    assert.deepEqual((await client.callTool('echo', { message: 'hi' }, user)).content, [{ type: 'text', text: 'hi' }]);
  });

  it('a failed call leaves the others and the connection alone', async () => {
    const held: (() => void)[] = [];
    const { client } = await connected({
      callTool(exchange) {
        if (exchange.message.params?.name === 'bad') return status(500)(exchange);
        held.push(() => sendJson(exchange, answerTo(exchange, text('good'))));
        if (held.length === 2) for (const release of held) release();
      },
    });
    const first = client.callTool('good', {}, user);
    await failureOf(client.callTool('bad', {}, user), 'connection');
    const second = client.callTool('good', {}, user);
    assert.equal((await Promise.all([first, second])).length, 2);
  });
});
