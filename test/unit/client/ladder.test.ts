import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import type { Verdict } from '../../../src/client/dialect.ts';
import { seed } from '../../servers/dialects/seed.ts';
import { v2 } from '../../servers/dialects/v2.ts';
import { v3 } from '../../servers/dialects/v3.ts';
import { v4 } from '../../servers/dialects/v4.ts';
import { v5 } from '../../servers/dialects/v5.ts';
import { v6 } from '../../servers/dialects/v6.ts';
import { v7 } from '../../servers/dialects/v7.ts';
import { v8 } from '../../servers/dialects/v8.ts';
import { v9 } from '../../servers/dialects/v9.ts';
import { PROBE_ANSWERS } from '../../servers/eras/handshake.ts';
import { sdkV2 } from '../../servers/eras/sdkV2.ts';
import { discovered, refuse, refuseVersion, STATELESS, stateless } from '../../servers/eras/stateless.ts';
import { legacySse } from '../../servers/legacySseServer.ts';
import { createEchoServer } from '../../servers/support/echoServer.ts';
import { answerTo, type Exchange, sendJson } from '../../servers/support/exchange.ts';
import { sdk } from '../../servers/support/sdk.ts';
import { endAll, failureOf } from '../wire/support.ts';
import { always, echoes, HANDSHAKE, MOST_REQUESTS, old, only, PROBE, tried, triedAt } from './ladderSupport.ts';
import { serve } from './support.ts';

describe('client: which era and dialect a server speaks', () => {
  afterEach(endAll);

  describe('is found out', () => {
    const servers: Record<string, { handler: () => RequestListener; path?: string; dialect: string; sent?: string[] }> =
      {
        'a stateless server': { handler: stateless, dialect: '2026-07-28 · stateless', sent: [PROBE] },
        'the SDK, stateless alone': {
          handler: () => sdkV2(undefined, { legacy: 'reject' }).handler,
          dialect: '2026-07-28 · stateless',
          sent: [PROBE],
        },
        'the SDK in both eras': { handler: () => sdkV2().handler, dialect: '2026-07-28 · stateless', sent: [PROBE] },
        'the SDK of the older eras': {
          handler: () => sdk(createEchoServer),
          dialect: 'Streamable HTTP (2025-11-25)',
          sent: [PROBE, ...HANDSHAKE],
        },
        ...Object.fromEntries(
          ['2025-03-26', '2025-06-18', '2025-11-25'].map((version) => [
            `Streamable HTTP of ${version}`,
            { handler: () => old({ version }), dialect: `Streamable HTTP (${version})`, sent: [PROBE, ...HANDSHAKE] },
          ]),
        ),
        'a server without sessions': {
          handler: () => old({ hasSessions: false }),
          dialect: 'Streamable HTTP (2025-11-25)',
          sent: [PROBE, ...HANDSHAKE],
        },
        'HTTP+SSE': { handler: () => legacySse(), path: '/sse', dialect: 'HTTP+SSE (2024-11-05)' },
        'the SDK, answering with streams': {
          handler: () => sdkV2(undefined, { responseMode: 'sse' }).handler,
          dialect: '2026-07-28 · stateless',
          sent: [PROBE],
        },
        'HTTP+SSE that calls a POST there a bad request': {
          handler: () => {
            const serve = legacySse();
            return (request, response) => {
              if (request.method === 'POST' && !request.url?.startsWith('/message'))
                always(400, 'no')(request, response);
              else serve(request, response);
            };
          },
          path: '/sse',
          dialect: 'HTTP+SSE (2024-11-05)',
        },
        'HTTP+SSE behind a framework that has no POST there': {
          handler: () => {
            const serve = legacySse();
            return (request, response) => {
              if (request.method === 'POST' && request.url === '/sse') say405(response);
              else serve(request, response);
            };
          },
          path: '/sse',
          dialect: 'HTTP+SSE (2024-11-05)',
        },
        "the seed's dialect": { handler: seed, path: '/sse', dialect: 'External MCP dialect' },
        V2: { handler: v2, path: '/sse', dialect: 'Streamable HTTP (2024-11-05)' },
        V3: { handler: v3, path: '/sse', dialect: 'Streamable HTTP (2024-11-05)' },
        V4: { handler: v4, path: '/sse', dialect: 'Streamable HTTP (2024-11-05)' },
        V5: { handler: v5, path: '/sse', dialect: 'External MCP dialect, with a connection id' },
        V6: { handler: v6, path: '/sse', dialect: 'HTTP+SSE (2024-11-05)' },
        V7: { handler: v7, path: '/sse', dialect: 'External MCP dialect, with an address for messages' },
        'V7 with another parameter': {
          handler: () => v7('session'),
          path: '/sse',
          dialect: 'External MCP dialect, with an address for messages',
        },
        'V8 without a handshake': {
          handler: () => v8({ hasHandshake: false }),
          path: '/',
          dialect: 'External MCP dialect, without a handshake',
        },
        'V9, to the longer path': { handler: v9, dialect: 'Streamable HTTP (2025-11-25)' },
        'V9, to the shorter path': {
          handler: () => v9('/mcp'),
          path: '/mcp/',
          dialect: 'Streamable HTTP (2025-11-25)',
        },
      };
    for (const [name, { handler, path = '/mcp', dialect, sent }] of Object.entries(servers)) {
      it(`${name}, at its URL`, async () => {
        const test = await tried(handler(), path);
        const info = await test.connecting;
        const detection = test.sent();
        assert.equal(info.dialect, dialect);
        assert.equal(info.url, `${test.origin}${path}`);
        assert.deepEqual(info.verdict, {
          transport: info.transport,
          era: info.protocolVersion === STATELESS ? 'stateless' : 'handshake',
          url: info.url,
        });
        assert.ok(detection.length <= MOST_REQUESTS, detection.join());
        if (sent !== undefined) assert.deepEqual(detection.slice(0, sent.length), sent);
        await echoes(test);
      });

      it(`${name}, without a path`, async () => {
        const test = await tried(handler(), '');
        const info = await test.connecting;
        assert.ok(test.sent().length <= MOST_REQUESTS, test.sent().join());
        assert.equal(info.dialect, dialect);
        await echoes(test);
      });
    }

    it('V8, whose handshake looks like any other, with its first list of tools', async () => {
      for (const parameters of ['name', 'tool'] as const) {
        const test = await tried(v8({ parameters }), '');
        await test.connecting;
        await echoes(test);
        assert.equal(test.client.info?.transport, 'external-sse');
        assert.ok(test.sent().length <= 2 * MOST_REQUESTS);
      }
    });

    for (const [name, probe] of Object.entries(PROBE_ANSWERS)) {
      it(`a handshake server that meets an unknown question with ${name}`, async () => {
        const test = await tried(old({ probe }));
        assert.equal((await test.connecting).dialect, 'Streamable HTTP (2025-11-25)');
        assert.deepEqual(test.sent().slice(0, 3), [PROBE, ...HANDSHAKE]);
        await echoes(test);
      });
    }

    it('a server at a path of its own, and not at the usual ones', async () => {
      const test = await tried(only('/v1/tools?key=1', stateless()), '/v1/tools?key=1');
      assert.equal((await test.connecting).url, `${test.origin}/v1/tools?key=1`);
      const elsewhere = await tried(only('/mcp', stateless()), '/v1/tools');
      const error = await failureOf(elsewhere.connecting, 'protocol');
      assert.equal(error.httpStatus, 404);
      assert.ok(elsewhere.sent().every((sent) => sent.includes('/v1/tools')));
    });

    it('behind pages: the path where there is something else than HTML', async () => {
      const page = always(200, '<!doctype html><title>App</title>', { 'content-type': 'text/html' });
      const handler = seed();
      const test = await tried((request, response) => {
        if (request.url === '/sse' && request.method === 'POST') handler(request, response);
        else page(request, response);
      }, '');
      assert.equal((await test.connecting).url, `${test.origin}/sse`);
      await echoes(test);
    });

    it('behind a door: 401 that names no way in is passed by', async () => {
      const handler = only('/sse', seed());
      const test = await tried((request, response) => {
        if (request.url === '/mcp') always(401)(request, response);
        else handler(request, response);
      }, '');
      assert.equal((await test.connecting).dialect, 'External MCP dialect');
    });

    it('a server with odd capabilities is connected to and called', async () => {
      const odd: unknown[] = [
        { tools: {}, somethingNew: true, experimental: { a: { b: [1] } } },
        { tools: { listChanged: 'sometimes' } },
        { tools: true },
        { tools: {}, logging: null, prompts: [], resources: 'yes', completions: 1 },
        { tools: {}, experimental: ['a'] },
      ];
      for (const capabilities of odd) {
        for (const handler of [old({ capabilities }), stateless({ capabilities: capabilities as object })]) {
          const test = await tried(handler);
          await test.connecting;
          await echoes(test);
        }
      }
    });
  });

  describe('in the words of the stateless era', () => {
    it('a version that is asked for is given once more', async () => {
      let refusals = 0;
      const test = await tried(
        stateless({
          post(exchange) {
            if (refusals > 0) return false;
            refusals += 1;
            refuseVersion(exchange, ['2027-01-01', STATELESS]);
            return true;
          },
        }),
      );
      assert.equal((await test.connecting).protocolVersion, STATELESS);
      assert.deepEqual(test.sent(), [PROBE, PROBE]);
    });

    for (const status of [200, 400]) {
      it(`only older versions mean a handshake (${status})`, async () => {
        const probe = (exchange: Exchange): void => refuseVersion(exchange, ['2025-11-25', '2025-06-18'], status);
        const test = await tried(old({ version: '2025-06-18', probe }));
        assert.equal((await test.connecting).dialect, 'Streamable HTTP (2025-06-18)');
        assert.deepEqual(test.sent().slice(0, 3), [PROBE, ...HANDSHAKE]);
      });

      it(`only newer versions mean that there is no common one (${status})`, async () => {
        const test = await tried(
          stateless({ post: (exchange) => (refuseVersion(exchange, ['2027-01-01'], status), true) }),
        );
        const error = await failureOf(test.connecting, 'protocol');
        assert.equal(error.rpcCode, -32022);
        assert.deepEqual(test.sent(), [PROBE]);
      });
    }

    it('a server that goes on asking for what it gets is given up', async () => {
      const test = await tried(stateless({ post: (exchange) => (refuseVersion(exchange, [STATELESS]), true) }));
      assert.equal((await failureOf(test.connecting, 'protocol')).rpcCode, -32022);
      assert.deepEqual(test.sent(), [PROBE, PROBE, PROBE]);
    });

    for (const code of [-32020, -32021]) {
      it(`${code} is a word of a stateless server, not of one that wants a handshake`, async () => {
        const test = await tried(stateless({ post: (exchange) => (refuse(exchange, 400, code, 'no'), true) }));
        assert.equal((await failureOf(test.connecting, 'protocol')).rpcCode, code);
        assert.deepEqual(test.sent(), [PROBE]);
      });
    }

    it('an answer without our version means a handshake', async () => {
      const probe = (exchange: Exchange): void =>
        sendJson(exchange, answerTo(exchange, discovered({}, ['2025-11-25'])));
      const test = await tried(old({ probe }));
      assert.equal((await test.connecting).dialect, 'Streamable HTTP (2025-11-25)');
    });
  });

  describe('is remembered', () => {
    const known: Record<string, { handler: () => RequestListener; path?: string; sent: string[] }> = {
      'a stateless server': { handler: stateless, sent: [PROBE] },
      'a handshake': {
        handler: () => old({ get: (request, response) => always(405)(request, response) }),
        sent: HANDSHAKE,
      },
      'HTTP+SSE': {
        handler: legacySse,
        path: '/sse',
        sent: ['GET /sse', 'POST /message initialize', 'POST /message notifications/initialized'],
      },
      "the seed's dialect": { handler: seed, path: '/sse', sent: ['POST /sse initialize', 'POST /sse list_tools'] },
    };
    for (const [name, { handler, path = '/mcp', sent }] of Object.entries(known)) {
      it(`${name}: no request more than it takes`, async () => {
        const first = await tried(handler(), path);
        const { verdict } = await first.connecting;
        // From the URL without a path too: the verdict says where.
        for (const url of [path, '']) {
          const second = triedAt(first.origin, url, { known: verdict });
          assert.deepEqual((await second.connecting).verdict, verdict);
          const without = second.sent().map((one) => one.replace(/\?\S+/, ''));
          assert.deepEqual(without.slice(0, sent.length), sent);
          // A stream that listens for what the server says unasked may follow.
          assert.ok(
            without.slice(sent.length).every((one) => one === `GET ${path}`),
            without.join(),
          );
          await echoes(second);
        }
      });
    }

    it('and found out anew when it is no longer true', async () => {
      const servers: [RequestListener, string][] = [
        [stateless(), '2026-07-28 · stateless'],
        [old(), 'Streamable HTTP (2025-11-25)'],
        [only('/sse', v6()), 'HTTP+SSE (2024-11-05)'],
        [only('/sse', seed()), 'External MCP dialect'],
      ];
      const verdicts: Verdict[] = [
        { transport: 'streamable-http', era: 'stateless' },
        { transport: 'streamable-http', era: 'handshake' },
        { transport: 'sse', era: 'handshake' },
        { transport: 'external-sse', era: 'handshake' },
      ];
      for (const [handler, dialect] of servers) {
        for (const verdict of verdicts) {
          for (const path of ['/mcp', '/sse']) {
            const { origin } = new URL(await serve(handler));
            const test = triedAt(origin, '', { known: { ...verdict, url: `${origin}${path}` } });
            const info = await test.connecting;
            assert.equal(info.dialect, dialect, `${dialect} was ${JSON.stringify(verdict)}`);
            await echoes(test);
            assert.ok(test.sent().length <= MOST_REQUESTS, test.sent().join());
          }
        }
      }
    });

    it('not against an outage, which says nothing about it', async () => {
      const verdict: Verdict = { transport: 'streamable-http', era: 'handshake' };
      const test = await tried(always(503), '', { known: verdict });
      await failureOf(test.connecting, 'connection');
      assert.deepEqual(test.sent(), ['POST / initialize']);
    });

    it('not against the definition', async () => {
      const handler = legacySse();
      const verdict: Verdict = { transport: 'streamable-http', era: 'handshake' };
      const test = await tried(handler, '/sse', { known: verdict, transport: 'sse' });
      assert.equal((await test.connecting).transport, 'sse');
      assert.equal(test.sent()[0], 'GET /sse');
    });
  });

  describe('is what the definition says', () => {
    it('Streamable HTTP: no other is tried', async () => {
      const test = await tried(only('/sse', v6()), '/sse', { transport: 'streamable-http' });
      assert.equal((await failureOf(test.connecting, 'protocol')).httpStatus, 404);
      assert.deepEqual(test.sent(), ['POST /sse server/discover', 'POST /sse initialize']);
      const right = await tried(old(), '/mcp', { transport: 'streamable-http' });
      assert.equal((await right.connecting).transport, 'streamable-http');
    });

    it('HTTP+SSE: begins with its stream', async () => {
      const test = await tried(legacySse(), '/sse', { transport: 'sse' });
      assert.equal((await test.connecting).dialect, 'HTTP+SSE (2024-11-05)');
      assert.equal(test.sent()[0], 'GET /sse');
      const bare = await tried(only('/sse', v6()), '', { transport: 'sse' });
      assert.equal((await bare.connecting).url, `${bare.origin}/sse`);
      const wrong = await tried(old(), '/mcp', { transport: 'sse' });
      await failureOf(wrong.connecting, 'protocol');
      assert.deepEqual(wrong.sent(), ['GET /mcp']);
    });

    it('the External MCP dialect: begins with its handshake, also where MCP would be understood', async () => {
      const test = await tried(v2(), '', { transport: 'external-sse' });
      assert.equal((await test.connecting).dialect, 'External MCP dialect, standard method names');
      assert.equal(test.sent()[0], 'POST /sse initialize');
      await echoes(test);
      const right = await tried(v8(), '', { transport: 'external-sse' });
      assert.equal((await right.connecting).url, `${right.origin}/`);
      await echoes(right);
    });
  });
});

function say405(response: Parameters<RequestListener>[1]): void {
  response.writeHead(405, { allow: 'GET' }).end();
}
