import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { inspect } from 'node:util';
import { maskError } from '../../../src/base/errors.ts';
import { Redactor } from '../../../src/base/redact.ts';
import type { HttpTransportKind } from '../../../src/client/dialect.ts';
import type { Endpoint } from '../../../src/client/options.ts';
import { answer, route } from '../../servers/dialects/speech.ts';
import { beginStream, legacySse } from '../../servers/legacySseServer.ts';
import { answerTo, beginEvents, sendError, sendJson, text, writeEvent } from '../../servers/support/exchange.ts';
import { endAll, failureOf } from '../wire/support.ts';
import { callerOf, protectedServer } from './authorizationSupport.ts';
import { listening, withTool } from './externalSseSupport.ts';
import { clientFor, connected, serve, type TestClient, turns, user } from './support.ts';

const secret = 'sk-live-4f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c';
/** So many characters of it in a row are too many. */
const TELLING = 8;

const redactor = new Redactor();
redactor.add(secret);
const mask = (said: string): string => redactor.text(said);

describe('client: a secret that lies across a cut', () => {
  afterEach(endAll);

  it('does not get out in what a server says of an error', async () => {
    await overCut(300, async (echo) => {
      const { client } = await connected({ callTool: (exchange) => sendError(exchange, 200, -32000, echo) }, { mask });
      await assertHidden(client.callTool('x', {}, user), 'protocol');
    });
  });

  it('takes the cause of the error with it, which is there otherwise', async () => {
    for (const [said, isKept] of [
      ['no such thing', true],
      [`${secret} is no good`, false],
      [`${'e'.repeat(1000)}${secret}`, false],
      ['e'.repeat(100_000), false],
    ] as const) {
      const { client } = await connected({ callTool: (exchange) => sendError(exchange, 200, -32000, said) }, { mask });
      const error = await failureOf(client.callTool('x', {}, user), 'protocol');
      assert.equal(error.cause !== undefined, isKept, said.slice(0, 50));
    }
  });

  it('does not get out in the text of an HTTP error, nor in what is repeatable', async () => {
    await overCut(300, async (echo) => {
      const { client } = await connected(
        { callTool: ({ response }) => response.writeHead(500, { 'content-type': 'text/plain' }).end(echo) },
        { mask },
      );
      await assertHidden(client.callTool('x', {}, user), 'connection');
      await assertHidden(client.callTool('x', {}, { ...user, isRepeatable: true }), 'connection');
    });
  });

  it('does not get out in the address of a redirect', async () => {
    await overCut(300, async (echo) => {
      const location = `http://127.0.0.1:1/${echo}`;
      const { client } = await connected(
        { callTool: ({ response }) => response.writeHead(307, { location }).end() },
        { mask },
      );
      await assertHidden(client.callTool('x', {}, user), 'protocol');
    });
  });

  it('does not get out in a content type', async () => {
    await overCut(80, async (echo) => {
      const type = { 'content-type': echo };
      const { client } = await connected(
        { callTool: ({ response }) => response.writeHead(200, type).end('x') },
        { mask },
      );
      await assertHidden(client.callTool('x', {}, user), 'protocol');
      const dialect = withTool(({ response }) => response.writeHead(200, type).end('x'));
      const over = await clientOver('external-sse', await serve(dialect));
      await over.client.connect(user);
      await assertHidden(over.client.callTool('x', {}, user), 'protocol');
    });
  });

  it('does not get out in the name of a broken tool', async () => {
    await overCut(200, async (echo) => {
      const broken = { name: echo, inputSchema: 'none' };
      const { client } = await connected({ listTools: () => ({ tools: [broken] }) }, { mask });
      const [tool] = await client.listTools(user);
      assert.ok(tool?.problem !== undefined);
      assertNoPiece(tool);
    });
  });

  it('does not get out in what a server logs, be it a text or a value', async () => {
    for (const data of [(echo: string) => echo, (echo: string) => ({ token: echo }), (echo: string) => [[echo]]]) {
      await overCut(10_000, async (echo) => {
        const { client, logs } = await connected(
          {
            callTool(exchange) {
              const params = { level: 'error', data: data(echo) };
              beginEvents(exchange);
              writeEvent(exchange, { jsonrpc: '2.0', method: 'notifications/message', params });
              writeEvent(exchange, answerTo(exchange, text('done')));
              exchange.response.end();
            },
          },
          { mask },
        );
        await client.callTool('x', {}, user);
        assertLogged(logs, '[server error]');
      });
    }
  });

  it('does not get out in the endpoint of an old event stream', async () => {
    await overCut(200, async (echo) => {
      const url = await serve(
        legacySse({ open: (stream) => beginStream(stream, `http://${echo.replaceAll(' ', '.')}.example/message`) }),
      );
      await assertHidden((await clientOver('sse', url)).client.connect(user), 'protocol');
    });
  });

  it('does not get out in a stray line on stdout', async () => {
    await overCut(200, async (echo) => {
      const stdout = new PassThrough();
      const { client, logs } = clientFor({ kind: 'stdio', streams: { stdin: new PassThrough(), stdout } }, { mask });
      const connecting = assert.rejects(client.connect(user));
      stdout.write(`${echo}\n`);
      await turns();
      assertLogged(logs, 'Not a message on stdout');
      stdout.end();
      await connecting;
    });
  });

  it('does not get out in what is no message, or answers nobody, in the External MCP dialect', async () => {
    await overCut(200, async (echo) => {
      const url = await serve(
        listening((exchange, stream) => {
          stream.response.write(`data: ${echo}\n\n`);
          writeEvent(stream, { jsonrpc: '2.0', id: echo, result: {} });
          writeEvent(stream, answerTo(exchange, text('done')));
          exchange.response.writeHead(202).end();
        }),
      );
      const { client, logs } = await clientOver('external-sse', url);
      await client.connect(user);
      await client.callTool('x', {}, user);
      assertLogged(logs, 'Not a message');
      assertLogged(logs, 'An answer to no request');
    });
  });

  it('does not get out in another address that wants the messages', async () => {
    await overCut(300, async (echo) => {
      const url = await serve(
        route({
          'GET /sse': (exchange) => {
            beginEvents(exchange);
            exchange.response.write(
              `data: ${JSON.stringify({ sessionId: 's', postUrl: `http://127.0.0.1:1/${echo}` })}\n\n`,
            );
          },
          'POST /sse': (exchange) => {
            if (exchange.message.method === 'initialize') sendError(exchange, 400, -32000, 'Listen first');
            else sendJson(exchange, answer(exchange, 'standard'));
          },
        }),
      );
      await assertHidden((await clientOver('external-sse', url)).client.connect(user), 'protocol');
    });
  });

  it('does not get out in why a sign-in failed', async () => {
    const server = await protectedServer();
    await overCut(300, async (echo) => {
      server.protection.answer = { code: undefined, error: 'access_denied', error_description: echo };
      await assertHidden(callerOf(server, { mask }).call(), 'auth');
    });
  });

  it('does not get out of a text of many megabytes, of which no more is masked than can be shown', async () => {
    const asked: number[] = [];
    const counting = (said: string): string => {
      asked.push(said.length);
      return mask(said);
    };
    const echo = `${'e'.repeat(280)}${secret}${'e'.repeat(4_000_000)}`;
    const { client } = await connected(
      { callTool: (exchange) => sendError(exchange, 200, -32000, echo) },
      { mask: counting },
    );
    await assertHidden(client.callTool('x', {}, user), 'protocol');
    assert.ok(asked.length > 0 && Math.max(...asked) < 100_000);
  });
});

/** With the secret at many places about the cut, behind words that make sense wherever they come. */
async function overCut(length: number, check: (echo: string) => Promise<void>): Promise<void> {
  for (let before = Math.max(length - 100, 5); before <= length; before += 5) {
    await check(`${'e'.repeat(before)}${secret} was refused`);
  }
}

async function clientOver(transport: HttpTransportKind, url: string): Promise<TestClient> {
  const endpoint: Endpoint = { kind: 'http', url: new URL('/sse', url), headers: {}, transport };
  return clientFor(endpoint, { mask });
}

/** A failure as a person and another extension get it. */
async function assertHidden(failing: Promise<unknown>, kind: Parameters<typeof failureOf>[1]): Promise<void> {
  const error = maskError(await failureOf(failing, kind), mask);
  assert.ok(error.message.includes('eeee'), `${error.message} repeats nothing of what was said`);
  assertNoPiece(error);
}

function assertLogged(logs: readonly string[], start: string): void {
  const lines = logs.filter((line) => line.startsWith(start));
  assert.ok(lines.length > 0, `nothing that starts with ${start}`);
  // What is whole the log itself masks.
  assertNoPiece(lines.map(mask));
}

/** Its cause is looked at too. */
function assertNoPiece(said: unknown): void {
  const shown = inspect(said, { depth: 20, maxStringLength: null });
  for (let start = 0; start + TELLING <= secret.length; start += 1) {
    const piece = secret.slice(start, start + TELLING);
    assert.ok(!shown.includes(piece), `${piece} got out`);
  }
}
