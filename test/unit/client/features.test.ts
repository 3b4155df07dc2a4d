import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { ExternalMcpClient } from '../../../src/client/externalMcpClient.ts';
import { createFeatureServer } from '../../servers/eras/featureServer.ts';
import { sdkV2 } from '../../servers/eras/sdkV2.ts';
import { stateless } from '../../servers/eras/stateless.ts';
import { type StartedServer, startScript } from '../../servers/start.ts';
import { answerTo, beginEvents, text, writeEvent } from '../../servers/support/exchange.ts';
import { endAll, failureOf, type Tap, textOf } from '../wire/support.ts';
import { nextChange, nextUpdate } from './changesSupport.ts';
import { clientFor, serve, user, watched } from './support.ts';

describe('client: features, with server-everything', () => {
  let server: StartedServer;
  let client: ExternalMcpClient;
  let traffic: Tap;
  before(async () => {
    const script = import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js');
    server = await startScript(fileURLToPath(script), { args: ['streamableHttp'] });
  });
  beforeEach(async () => {
    ({ client, traffic } = clientFor(server.url));
    await client.connect(user);
  });
  afterEach(endAll);
  after(() => server.stop());

  it('lists and reads resources, as text and as bytes', async () => {
    const resources = await client.listResources(user);
    const readme = resources.find(({ name }) => name === 'architecture.md');
    assert.equal(readme?.mimeType, 'text/markdown');
    const { contents } = await client.readResource(readme.uri, user);
    const [text] = contents;
    assert.ok(text !== undefined && 'text' in text && text.text.includes('# Everything Server'));
    const blob = (await client.readResource('demo://resource/dynamic/blob/1', user)).contents[0];
    assert.ok(blob !== undefined && 'blob' in blob);
    assert.match(Buffer.from(blob.blob, 'base64').toString(), /^Resource 1/);
  });

  it('tells why a resource cannot be read', async () => {
    const error = await failureOf(client.readResource('demo://nowhere', user), 'protocol');
    assert.equal(typeof error.rpcCode, 'number');
    assert.match(error.message, /demo:\/\/nowhere/);
  });

  it('lists templates, and completes what stands in them', async () => {
    const templates = await client.listResourceTemplates(user);
    assert.deepEqual(
      templates.map(({ uriTemplate }) => uriTemplate),
      ['demo://resource/dynamic/text/{resourceId}', 'demo://resource/dynamic/blob/{resourceId}'],
    );
    const { completion } = await client.complete(
      {
        ref: { type: 'ref/resource', uri: 'demo://resource/dynamic/text/{resourceId}' },
        argument: { name: 'resourceId', value: '5' },
      },
      user,
    );
    assert.deepEqual(completion.values, ['5']);
  });

  it('lists prompts, fills them in, and completes their arguments one by the other', async () => {
    const prompts = await client.listPrompts(user);
    assert.ok(prompts.some(({ name }) => name === 'args-prompt'));
    const { messages } = await client.getPrompt('args-prompt', { city: 'Köln' }, user);
    assert.deepEqual(messages[0]?.content, { type: 'text', text: "What's weather in Köln?" });
    const ref = { type: 'ref/prompt', name: 'completable-prompt' } as const;
    const first = await client.complete({ ref, argument: { name: 'department', value: 'Eng' } }, user);
    assert.deepEqual(first.completion.values, ['Engineering']);
    const second = await client.complete(
      { ref, argument: { name: 'name', value: '' }, context: { arguments: { department: 'Engineering' } } },
      user,
    );
    assert.ok(second.completion.values.includes('Alice'));
  });

  it('tells which argument of a prompt is missing', async () => {
    const error = await failureOf(client.getPrompt('args-prompt', {}, user), 'protocol');
    assert.match(error.message, /city/);
  });

  it('sends any request, and gives its answer as it came; one that the server does not know is its error', async () => {
    const answer = await client.request(
      'prompts/get',
      { name: 'simple-prompt', _meta: { progressToken: 'old' } },
      user,
    );
    assert.ok(Array.isArray(answer['messages']));
    const failure = await failureOf(client.request('no/such', {}, user), 'protocol');
    assert.equal(failure.rpcCode, -32601);
  });

  it('says from which level on it wants to hear the log', async () => {
    await client.setLogLevel('debug', user);
    const sent = traffic.records
      .filter((record) => record.direction === 'sent' && record.part === 'content')
      .map((record) => JSON.parse(textOf(record)) as { method: string; params: unknown })
      .find(({ method }) => method === 'logging/setLevel');
    assert.deepEqual(sent?.params, { level: 'debug' });
  });
});

for (const legacy of ['reject', 'stateless'] as const) {
  const era = legacy === 'reject' ? 'stateless alone' : 'in both eras';
  describe(`client: features, with the SDK's second version, ${era}`, () => {
    afterEach(endAll);

    it('lists, reads, fills in and completes', async () => {
      const { client } = clientFor(await serve(sdkV2(() => createFeatureServer(), { legacy }).handler));
      await client.connect(user);
      assert.deepEqual(
        (await client.listResources(user)).map(({ uri }) => uri),
        ['test://readme', 'test://picture'],
      );
      assert.deepEqual((await client.readResource('test://readme', user)).contents, [
        { uri: 'test://readme', mimeType: 'text/plain', text: 'Read me.' },
      ]);
      assert.deepEqual((await client.readResource('test://picture', user)).contents, [
        { uri: 'test://picture', mimeType: 'image/png', blob: 'AAEC' },
      ]);
      assert.deepEqual(
        (await client.listResourceTemplates(user)).map(({ uriTemplate }) => uriTemplate),
        ['test://users/{id}'],
      );
      assert.deepEqual((await client.readResource('test://users/7', user)).contents, [
        { uri: 'test://users/7', text: 'User 7' },
      ]);
      await failureOf(client.readResource('test://nowhere', user), 'protocol');
      assert.deepEqual(
        (await client.listPrompts(user)).map(({ name }) => name),
        ['greet'],
      );
      assert.deepEqual((await client.getPrompt('greet', { language: 'Ewe' }, user)).messages, [
        { role: 'user', content: { type: 'text', text: 'Greet in Ewe.' } },
      ]);
      const ref = { type: 'ref/prompt', name: 'greet' } as const;
      const { completion } = await client.complete({ ref, argument: { name: 'language', value: 'E' } }, user);
      assert.deepEqual(completion.values, ['English', 'Ewe']);
      await client.ping(user);
    });

    it('tells of changed lists and resources, and of nothing after the end', async () => {
      const features = { tools: ['first'] };
      const { handler, mcp } = sdkV2(() => createFeatureServer(features), { legacy });
      const { traffic, came } = watched();
      const { client } = clientFor(await serve(handler), { traffic });
      await client.connect(user);
      await came('notifications/subscriptions/acknowledged');
      assert.deepEqual(
        (await client.listTools(user)).map(({ name }) => name),
        ['first'],
      );

      const { notify } = mcp;
      const tools = nextChange(client);
      features.tools.push('second');
      notify.toolsChanged();
      assert.equal(await tools, 'tools');
      assert.deepEqual(
        (await client.listTools(user)).map(({ name }) => name),
        ['first', 'second'],
      );
      const prompts = nextChange(client);
      notify.promptsChanged();
      assert.equal(await prompts, 'prompts');
      const resources = nextChange(client);
      notify.resourcesChanged();
      assert.equal(await resources, 'resources');

      const updates: string[] = [];
      client.onDidUpdateResource((uri) => updates.push(uri));
      await client.subscribe('test://readme', user);
      await client.subscribe('test://picture', user);
      const picture = nextUpdate(client);
      notify.resourceUpdated('test://other');
      notify.resourceUpdated('test://picture');
      assert.equal(await picture, 'test://picture');
      await client.unsubscribe('test://picture', user);
      const readme = nextUpdate(client);
      notify.resourceUpdated('test://picture');
      notify.resourceUpdated('test://readme');
      assert.equal(await readme, 'test://readme');
      assert.deepEqual(updates, ['test://picture', 'test://readme']);
      // Lists are still told of: it is one stream for all.
      const again = nextChange(client);
      notify.toolsChanged();
      assert.equal(await again, 'tools');
      await client.close();
      notify.toolsChanged();
      assert.equal(updates.length, 2);
    });
  });
}

describe('client: the log of a server, in the stateless era', () => {
  afterEach(endAll);

  it('comes with the answers, from the level on that each request names', async () => {
    const levels: unknown[] = [];
    const handler = stateless({
      callTool(exchange) {
        const meta = Object(exchange.message.params?._meta) as object;
        levels.push(Reflect.get(meta, 'io.modelcontextprotocol/logLevel'));
        beginEvents(exchange);
        const params = { level: 'warning', logger: 'disk', data: { left: 3 } };
        writeEvent(exchange, { jsonrpc: '2.0', method: 'notifications/message', params });
        writeEvent(exchange, answerTo(exchange, text('done')));
        exchange.response.end();
      },
    });
    const { client, traffic } = clientFor(await serve(handler));
    const messages: unknown[] = [];
    client.onDidLog((message) => messages.push(message));
    await client.connect(user);
    await client.callTool('echo', {}, user);
    const before = traffic.records.length;
    await client.setLogLevel('warning', user);
    assert.equal(traffic.records.length, before, 'it is no request of its own');
    await client.callTool('echo', {}, user);
    assert.deepEqual(levels, [undefined, 'warning']);
    assert.deepEqual(messages.at(-1), { level: 'warning', logger: 'disk', data: { left: 3 } });
  });
});
