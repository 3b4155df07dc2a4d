import assert from 'node:assert/strict';
import { sentIn } from '../../servers/eras/sent.ts';
import { type Exchange, sendError } from '../../servers/support/exchange.ts';
import { endAll, failureOf, refusingUrl } from '../wire/support.ts';
import { always, MOST_REQUESTS, old, PROBE, tried, triedAt } from './ladderSupport.ts';
import { clientFor, serve, user } from './support.ts';

describe('client: finding out what a server speaks comes to an end', () => {
  afterEach(endAll);

  describe('an outage is no evidence', () => {
    for (const status of [429, 500, 502, 503, 504]) {
      it(`${status} ends it at once`, async () => {
        const test = await tried(always(status), '');
        assert.equal((await failureOf(test.connecting, 'connection')).httpStatus, status);
        assert.deepEqual(test.sent(), [PROBE]);
      });
    }

    for (const status of [429, 500, 502, 503]) {
      it(`${status} in JSON-RPC ends it at once, though the handshake would be answered`, async () => {
        const test = await tried(old({ probe: (exchange) => sendError(exchange, status, -32000, 'Try again later') }));
        assert.equal((await failureOf(test.connecting, 'connection')).httpStatus, status);
        assert.deepEqual(test.sent(), [PROBE]);
      });
    }

    it('nothing listens: nothing else is tried', async () => {
      const test = triedAt(new URL(await refusingUrl()).origin, '');
      assert.equal((await failureOf(test.connecting, 'connection')).retryable, true);
      assert.deepEqual(new Set(test.sent()), new Set([PROBE]));
    });

    it('a connection that breaks ends it at once', async () => {
      const test = await tried((request) => void request.socket.destroy(), '');
      await failureOf(test.connecting, 'connection');
      assert.deepEqual(test.sent(), [PROBE]);
    });

    it('also on a later rung and on a later path', async () => {
      const onGet = await tried((request, response) => always(request.method === 'GET' ? 503 : 405)(request, response));
      assert.equal((await failureOf(onGet.connecting, 'connection')).httpStatus, 503);
      const onPath = await tried(
        (request, response) => always(request.url === '/sse' ? 502 : 404)(request, response),
        '',
      );
      assert.equal((await failureOf(onPath.connecting, 'connection')).httpStatus, 502);
      assert.equal(onPath.sent().at(-1), 'POST /sse server/discover');
    });
  });

  describe('silence is no evidence either', () => {
    it('ends it at the time limit, and nothing else is tried', async () => {
      const { client, traffic } = clientFor(new URL('/', await serve(() => {})).href, { timeoutMs: 100 });
      await failureOf(client.connect(user), 'timeout');
      assert.deepEqual(sentIn(traffic.records), [PROBE]);
    });

    it('ends it when the caller leaves', async () => {
      const asked = Promise.withResolvers<void>();
      const { client, traffic } = clientFor(new URL('/', await serve(() => asked.resolve())).href);
      const leaving = new AbortController();
      const connecting = failureOf(client.connect({ ...user, signal: leaving.signal }), 'cancelled');
      await asked.promise;
      leaving.abort();
      await connecting;
      assert.deepEqual(sentIn(traffic.records), [PROBE]);
    });
  });

  describe('a locked door ends it', () => {
    it('401 with a challenge, at once', async () => {
      const test = await tried(always(401, '', { 'www-authenticate': 'Bearer realm="mcp"' }), '');
      assert.equal((await failureOf(test.connecting, 'auth')).httpStatus, 401);
      assert.deepEqual(test.sent(), [PROBE]);
    });

    it('401 with a challenge, on a later rung', async () => {
      const test = await tried((request, response) => {
        if (request.method === 'GET') always(401, '', { 'www-authenticate': 'Bearer' })(request, response);
        else always(405)(request, response);
      });
      assert.equal((await failureOf(test.connecting, 'auth')).httpStatus, 401);
      assert.equal(test.sent().at(-1), 'GET /mcp');
    });

    it('401 with a challenge and 403 in JSON-RPC, at once, though the handshake would be answered', async () => {
      for (const status of [401, 403]) {
        const probe = (exchange: Exchange): void => {
          if (status === 401) exchange.response.setHeader('www-authenticate', 'Bearer');
          sendError(exchange, status, -32000, 'Who are you?');
        };
        const test = await tried(old({ probe }));
        assert.equal((await failureOf(test.connecting, 'auth')).httpStatus, status);
        assert.deepEqual(test.sent(), [PROBE]);
      }
    });

    it('403, at once', async () => {
      const test = await tried(always(403), '');
      assert.equal((await failureOf(test.connecting, 'auth')).httpStatus, 403);
      assert.deepEqual(test.sent(), [PROBE]);
    });
  });

  describe('a server that is none is given up', () => {
    const html = { 'content-type': 'text/html' };
    const refusals: Record<string, [number, string, Record<string, string>]> = {
      '400': [400, 'no', {}],
      '401 without a challenge': [401, 'no', {}],
      '404': [404, 'no', {}],
      '404 in JSON-RPC': [404, '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no"}}', {}],
      '405': [405, 'no', {}],
      '406': [406, 'no', {}],
      '415': [415, 'no', {}],
      '422': [422, 'no', {}],
      '200 and a page': [200, '<!doctype html>', html],
      '404 and a page': [404, '<!doctype html>', html],
      '202': [202, '', {}],
      '200 and -32601': [
        200,
        '{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"no"}}',
        { 'content-type': 'application/json' },
      ],
    };
    for (const [name, [status, body, headers]] of Object.entries(refusals)) {
      it(`${name} to everything: at most ${MOST_REQUESTS} requests`, async () => {
        for (const path of ['', '/mcp']) {
          const test = await tried(always(status, body, headers), path);
          const error = await failureOf(test.connecting, status === 401 ? 'auth' : 'protocol');
          const sent = test.sent();
          assert.ok(sent.length <= MOST_REQUESTS, sent.join());
          const tried3 = ['/mcp', '/sse', '/'].every((each) => sent.some((one) => one.split(' ')[1] === each));
          assert.equal(tried3, path === '', sent.join());
          if (path === '') assert.match(error.message, /tried \/mcp, \/sse, \/\)/);
        }
      });
    }

    it('streams that say nothing', async () => {
      const test = await tried((request, response) => {
        if (request.method !== 'GET') return always(405)(request, response);
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      }, '');
      assert.equal((await failureOf(test.connecting, 'protocol')).httpStatus, 405);
      assert.ok(test.sent().length <= MOST_REQUESTS, test.sent().join());
    });
  });
});
