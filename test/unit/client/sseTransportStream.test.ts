import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { answerEvent, beginStream, type LegacyExchange, legacySse } from '../../servers/legacySseServer.ts';
import { startServer } from '../../servers/start.ts';
import { text } from '../../servers/support/exchange.ts';
import { atEnd, endAll, failureOf, MB } from '../wire/support.ts';
import { connected, gone, legacy, requests } from './sseTransportSupport.ts';
import { serve } from './support.ts';

describe('client: HTTP+SSE transport, its stream', () => {
  afterEach(endAll);

  describe('a stream that ends', () => {
    it('fails a call at once when the server is killed during it', async () => {
      const server = await startServer('legacySseDies');
      atEnd(() => server.stop());
      const { call, connect, transport, closed, closes } = legacy(server.url);
      await connect();
      const error = await failureOf(call(), 'connection');
      assert.equal(error.outcomeUnknown, true);
      await closed;
      assert.equal(closes(), 1);
      assert.equal(transport.failure?.kind, 'connection');
    });

    for (const [how, end] of [
      ['ends', (stream: ServerResponse) => stream.end()],
      ['is cut', (stream: ServerResponse) => stream.destroy()],
    ] as const) {
      it(`fails all calls with one error when it ${how}, closes once and does not reconnect`, async () => {
        const waiting: LegacyExchange[] = [];
        const { call, transport, closed, closes, traffic, url } = await connected({
          callTool: (exchange) => {
            exchange.stream.write('retry: 1\n\n');
            if (waiting.push(exchange) === 2) end(exchange.stream);
          },
        });
        const errors = await Promise.all([failureOf(call(), 'connection'), failureOf(call(), 'connection')]);
        const { failure } = transport;
        assert.ok(failure);
        assert.equal(errors[0].message, errors[1].message);
        assert.ok(errors[0].message.startsWith(failure.message));
        assert.equal(errors[0].outcomeUnknown, true);
        await closed;
        assert.equal(closes(), 1);
        await assert.rejects(transport.send({ jsonrpc: '2.0', method: 'notifications/x' }), failure);
        // The server asked for a reconnection after 1 ms; another handshake takes longer.
        await legacy(url).connect();
        assert.equal(requests(traffic).filter((head) => head.startsWith('GET')).length, 1);
      });
    }

    it('is noticed without a call', async () => {
      const streams: ServerResponse[] = [];
      const { closed, transport, closes } = await connected({
        open: (stream, endpoint) => {
          streams.push(stream);
          beginStream(stream, endpoint);
        },
      });
      streams[0]?.end();
      await closed;
      assert.equal(closes(), 1);
      assert.equal(transport.failure?.kind, 'connection');
    });

    it('brings the error of the wire to the calls when an event is too large', async () => {
      const { call, transport } = await connected(
        { callTool: (exchange) => exchange.stream.write(answerEvent(exchange, text('x'.repeat(3 * MB)))) },
        { maxMessageBytes: MB },
      );
      const error = await failureOf(call(), 'protocol');
      assert.match(error.message, /maxMessageMb/);
      assert.ok(error.message.startsWith(String(transport.failure?.message)));
    });

    it('does not lose the answer that came right before it', async () => {
      const { call } = await connected({
        callTool: (exchange) => exchange.stream.end(answerEvent(exchange, text('last words'))),
      });
      assert.deepEqual(await call(), text('last words'));
    });
  });

  describe('a stream that is none', () => {
    it('fails in time when no endpoint event comes, and leaves nothing open', async () => {
      const left = Promise.withResolvers<unknown>();
      const url = await serve(
        legacySse({
          open: (stream) => {
            left.resolve(gone(stream));
            stream.writeHead(200, { 'content-type': 'text/event-stream' }).write(': welcome\n\n');
          },
        }),
      );
      const { connect, closes } = legacy(url, { getWaitMs: 50 });
      const error = await failureOf(connect(), 'protocol');
      assert.match(error.message, /no endpoint event/);
      assert.equal(closes(), 1);
      await left.promise;
    });

    it('fails in time when not even a head comes', async () => {
      const url = await serve(legacySse({ open: () => {} }));
      assert.match(
        (await failureOf(legacy(url, { getWaitMs: 50 }).connect(), 'protocol')).message,
        /no endpoint event/,
      );
    });

    for (const [when, begin] of [
      ['before its endpoint event', ''],
      ['right behind it', 'event: endpoint\ndata: /message\n\n'],
    ] as const) {
      it(`fails when it ends ${when}`, async () => {
        const url = await serve(
          legacySse({ open: (stream) => stream.writeHead(200, { 'content-type': 'text/event-stream' }).end(begin) }),
        );
        const { connect, transport } = legacy(url);
        await assert.rejects(connect(), /ended (its event stream at once|the stream that brings its answers)/);
        assert.ok(transport.failure);
      });
    }

    it('refuses an endpoint at another origin, or one that is no address', async () => {
      for (const endpoint of ['http://127.0.0.2:1/message', 'http://[']) {
        const left = Promise.withResolvers<unknown>();
        const url = await serve(
          legacySse({
            open: (stream) => {
              left.resolve(gone(stream));
              beginStream(stream, endpoint);
            },
          }),
        );
        const { connect, traffic } = legacy(url);
        const error = await failureOf(connect(), 'protocol');
        assert.match(error.message, /named an endpoint that cannot be used/);
        assert.deepEqual(requests(traffic), ['GET /mcp']);
        await left.promise;
      }
    });

    it('says what the server said when the GET is refused', async () => {
      for (const [status, kind] of [
        [401, 'auth'],
        [405, 'protocol'],
        [500, 'connection'],
      ] as const) {
        const url = await serve(legacySse({ open: (stream) => stream.writeHead(status).end('no') }));
        const { connect, traffic } = legacy(url);
        assert.equal((await failureOf(connect(), kind)).httpStatus, status);
        assert.deepEqual(requests(traffic), ['GET /mcp']);
      }
    });

    it('fails when the GET is answered with a page', async () => {
      const url = await serve(
        legacySse({ open: (stream) => stream.writeHead(200, { 'content-type': 'text/html' }).end('<p>') }),
      );
      assert.match((await failureOf(legacy(url).connect(), 'protocol')).message, /text\/html/);
    });

    it('names the address at which nothing listens', async () => {
      const url = await serve(legacySse());
      await endAll();
      assert.match((await failureOf(legacy(url).connect(), 'connection')).message, /Nothing answers/);
    });

    it('follows a redirect within the origin', async () => {
      const handler = legacySse();
      const url = await serve((request, response) => {
        if (request.url === '/mcp') response.writeHead(307, { location: '/mcp/' }).end();
        else handler(request, response);
      });
      const { connect, call, traffic } = legacy(url);
      await connect();
      assert.deepEqual(await call({ message: 'hi' }), text('hi'));
      assert.deepEqual(requests(traffic).slice(0, 2), ['GET /mcp', 'GET /mcp/']);
    });

    it('does not follow a redirect to another origin', async () => {
      const url = await serve(
        legacySse({ open: (stream) => stream.writeHead(307, { location: 'http://127.0.0.2:1/sse' }).end() }),
      );
      assert.match((await failureOf(legacy(url).connect(), 'protocol')).message, /redirects to another address/);
    });
  });
});
