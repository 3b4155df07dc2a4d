import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { seed } from '../../servers/dialects/seed.ts';
import { echoTool } from '../../servers/dialects/speech.ts';
import { v2 } from '../../servers/dialects/v2.ts';
import { v3 } from '../../servers/dialects/v3.ts';
import { v4 } from '../../servers/dialects/v4.ts';
import { v5 } from '../../servers/dialects/v5.ts';
import { v7 } from '../../servers/dialects/v7.ts';
import { v8 } from '../../servers/dialects/v8.ts';
import { startSample } from '../sample/support/sample.ts';
import { atEnd, endAll } from '../wire/support.ts';
import { inContext, overDialect } from './externalSseSupport.ts';

interface Spoken {
  readonly handler: RequestListener;
  readonly path?: string;
  readonly dialect: string;
  /** All that is sent for a handshake, a list and a call. */
  readonly sent: readonly string[];
  readonly hasSession: boolean;
}

const standardCalls = ['notifications/initialized', 'tools/list', 'tools/call'];

const variants: Readonly<Record<string, Spoken>> = {
  "the seed's dialect as documented": {
    handler: seed(),
    dialect: 'External MCP dialect',
    sent: ['initialize', 'list_tools', 'call_tool'],
    hasSession: true,
  },
  'V2, standard names and events without a name': {
    handler: v2(),
    dialect: 'External MCP dialect, standard method names',
    sent: ['initialize', 'list_tools', ...standardCalls],
    hasSession: false,
  },
  'V2 at the root': {
    handler: v2(),
    path: '/',
    dialect: 'External MCP dialect, standard method names',
    sent: ['initialize', 'list_tools', ...standardCalls],
    hasSession: false,
  },
  'V3, a greeting before the answer and a stream that stays open': {
    handler: v3(),
    dialect: 'External MCP dialect, standard method names',
    sent: ['initialize', 'list_tools', ...standardCalls],
    hasSession: false,
  },
  'V4, plain JSON': {
    handler: v4(),
    dialect: 'External MCP dialect, standard method names and JSON answers',
    sent: ['initialize', 'list_tools', ...standardCalls],
    hasSession: false,
  },
  'V5, a connection id and answers on both channels': {
    handler: v5(),
    dialect: 'External MCP dialect, with a connection id',
    sent: ['initialize', 'GET /sse', 'initialize', 'list_tools', ...standardCalls],
    hasSession: true,
  },
  'V7, a JSON endpoint event and the session as "sessionId"': {
    handler: v7(),
    dialect: 'External MCP dialect, with an address for messages',
    sent: ['initialize', 'GET /sse', 'initialize', 'list_tools', ...standardCalls],
    hasSession: true,
  },
  'V7, a JSON endpoint event and the session as "session"': {
    handler: v7('session'),
    dialect: 'External MCP dialect, with an address for messages',
    sent: ['initialize', 'GET /sse', 'initialize', 'list_tools', ...standardCalls],
    hasSession: true,
  },
  'V8, a bare array of tools and bare blocks': {
    handler: v8(),
    path: '/',
    dialect: 'External MCP dialect, JSON answers',
    sent: ['initialize', 'list_tools', 'call_tool'],
    hasSession: true,
  },
  'V8 without a handshake': {
    handler: v8({ hasHandshake: false }),
    path: '/',
    dialect: 'External MCP dialect, without a handshake',
    sent: ['initialize', 'tools/list', 'list_tools', 'GET /', 'call_tool'],
    hasSession: false,
  },
};

describe('client: the External MCP dialect and its relatives', () => {
  afterEach(endAll);

  for (const [name, { handler, path = '/sse', dialect, sent, hasSession }] of Object.entries(variants)) {
    it(`speaks ${name}`, async () => {
      const over = await overDialect(handler, { path });
      await over.connect();
      assert.equal(over.transport.dialect, dialect);
      assert.equal(over.transport.sessionId !== undefined, hasSession);
      const { tools } = await inContext(() => over.client.listTools());
      assert.deepEqual(tools, [echoTool]);
      const result = await inContext(() => over.client.callTool({ name: 'echo', arguments: { message: 'hé 😀' } }));
      assert.deepEqual(result.content, [{ type: 'text', text: 'hé 😀' }]);
      assert.deepEqual(over.sent(), sent);
      await inContext(() => over.client.ping());
    });
  }

  it('speaks with the sample server that ships with the extension', async () => {
    const sample = await startSample();
    atEnd(() => sample.stop());
    const over = await overDialect(`http://127.0.0.1:${sample.port}`);
    await over.connect();
    assert.equal(over.transport.dialect, 'External MCP dialect');
    assert.equal(over.client.getServerVersion()?.name, 'external-mcp-sample');
    const { tools } = await inContext(() => over.client.listTools());
    assert.ok(tools.some(({ name }) => name === 'echo'));
    const result = await inContext(() => over.client.callTool({ name: 'echo', arguments: { message: 'x' } }));
    assert.deepEqual(result.content, [{ type: 'text', text: 'x' }]);
    assert.deepEqual(over.sent(), ['initialize', 'list_tools', 'call_tool']);
  });

  it('names a server without a handshake by its health, or by its address', async () => {
    const healthy = await overDialect(v8({ hasHandshake: false }), { path: '/' });
    await healthy.connect();
    assert.deepEqual(healthy.client.getServerVersion(), { name: 'eight', version: '8.0.0' });
    assert.equal(healthy.client.getNegotiatedProtocolVersion(), '2024-11-05');
    const silent = v8({ hasHandshake: false });
    const nameless = await overDialect(
      (request, response) => {
        if (request.method === 'GET') response.writeHead(404).end();
        else silent(request, response);
      },
      { path: '/' },
    );
    await nameless.connect();
    assert.match(nameless.client.getServerVersion()?.name ?? '', /^127\.0\.0\.1:\d+$/);
  });

  it('gives a tool its parameters as "tool" and "params" where the server wants that, and remembers it', async () => {
    const over = await overDialect(v8({ parameters: 'tool' }), { path: '/' });
    await over.connect();
    for (const message of ['a', 'b']) {
      const result = await inContext(() => over.client.callTool({ name: 'echo', arguments: { message } }));
      assert.deepEqual(result.content, [{ type: 'text', text: message }]);
    }
    assert.deepEqual(over.sent(), ['initialize', 'list_tools', 'call_tool', 'call_tool', 'call_tool']);
  });

  it('asks again for the tools the second time', async () => {
    const over = await overDialect(seed());
    await over.connect();
    await inContext(() => over.client.request({ method: 'tools/list' }));
    await inContext(() => over.client.request({ method: 'tools/list' }));
    assert.deepEqual(over.sent(), ['initialize', 'list_tools', 'list_tools']);
  });

  it('sends the headers of the definition and a session id of its own with every request', async () => {
    const seen: NodeJS.Dict<string | string[]>[] = [];
    const inner = seed();
    const over = await overDialect(
      (request, response) => {
        seen.push(request.headers);
        inner(request, response);
      },
      { headers: { 'x-api-key': 'k' } },
    );
    await over.connect();
    await inContext(() => over.client.callTool({ name: 'echo', arguments: { message: 'x' } }));
    assert.equal(seen.length, 3);
    for (const headers of seen) {
      assert.equal(headers['x-api-key'], 'k');
      assert.equal(headers['x-session-id'], over.transport.sessionId);
      assert.equal(headers['accept'], 'text/event-stream');
    }
    assert.match(over.transport.sessionId ?? '', /^[\da-f-]{36}$/);
  });

  it('answers a hundred calls at once, each with its own', async () => {
    for (const handler of [seed(), v5()]) {
      const over = await overDialect(handler);
      await over.connect();
      const messages = Array.from({ length: 100 }, (_, index) => `message ${index}`);
      const results = await inContext(() =>
        Promise.all(messages.map((message) => over.client.callTool({ name: 'echo', arguments: { message } }))),
      );
      assert.deepEqual(
        results.map(({ content }) => content),
        messages.map((text) => [{ type: 'text', text }]),
      );
    }
  });
});
