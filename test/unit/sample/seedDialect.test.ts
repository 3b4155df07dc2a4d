import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { StartedServer } from '../../servers/start.ts';
import { jsonOf, post, startSample, type Answer } from './support/sample.ts';

describe("the sample server in the seed's dialect", () => {
  let server: StartedServer;
  let root: string;

  before(async () => {
    server = await startSample();
    root = `http://127.0.0.1:${server.port}`;
  });
  after(() => server.stop());

  function send(session: string | undefined, method: string, params?: object, id: string | null = randomUUID()) {
    const message = { jsonrpc: '2.0', method, ...(params && { params }), ...(id !== null && { id }) };
    const headers = { accept: 'text/event-stream', ...(session !== undefined && { 'x-session-id': session }) };
    return post(`${root}/sse`, message, headers);
  }

  /** The messages of an event stream, each of which has to be an `event: message`. */
  async function events(response: Response): Promise<Answer[]> {
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    const blocks = (await response.text()).split('\n\n');
    assert.equal(blocks.pop(), '');
    return blocks.map((block) => {
      assert.match(block, /^event: message\ndata: .*$/);
      return JSON.parse(block.slice(block.indexOf('{'))) as Answer;
    });
  }

  async function begin(): Promise<string> {
    const session = randomUUID();
    await events(await send(session, 'initialize', {}));
    return session;
  }

  it('answers the health check at GET /', async () => {
    const response = await fetch(root);
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), {
      status: 'ok',
      name: 'external-mcp-sample',
      title: 'External MCP Sample Server',
      version: '1.0.0',
    });
  });

  it('initializes under a session id of the client, with or without parameters', async () => {
    const session = randomUUID();
    const response = await send(session, 'initialize', undefined, 'unique-id');
    assert.equal(response.headers.get('x-session-id'), session);
    const [answer, ...more] = await events(response);
    assert.deepEqual(more, []);
    assert.equal(answer?.id, 'unique-id');
    assert.ok(answer.result?.['serverInfo']);
    assert.equal((await begin()).length, 36);
  });

  it('lists the same tools as Streamable HTTP', async () => {
    const [answer] = await events(await send(await begin(), 'list_tools'));
    const tools = answer?.result?.['tools'] as { name: string }[];
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['echo', 'add', 'slow', 'chatty', 'fail', 'crash'],
    );
  });

  it('calls tools', async () => {
    const session = await begin();
    const [echo] = await events(await send(session, 'call_tool', { name: 'echo', arguments: { message: 'a\nb' } }));
    assert.deepEqual(echo?.result, { content: [{ type: 'text', text: 'a\nb' }] });
    const [fail] = await events(await send(session, 'call_tool', { name: 'fail', arguments: { message: 'no' } }));
    assert.equal(fail?.result?.['isError'], true);
  });

  it("sends a call's notifications on its stream, before the answer", async () => {
    const params = { name: 'slow', arguments: { seconds: 0.02, steps: 2 }, _meta: { progressToken: 'p' } };
    const messages = await events(await send(await begin(), 'call_tool', params));
    assert.deepEqual(
      messages.map(({ method, params: { progress } = {} }) => [method, progress]),
      [
        ['notifications/progress', 1],
        ['notifications/progress', 2],
        [undefined, undefined],
      ],
    );
  });

  it('keeps calls of one session apart', async () => {
    const session = await begin();
    const calls = ['a', 'b', 'c'].map(async (message) => {
      const [answer] = await events(
        await send(session, 'call_tool', { name: 'echo', arguments: { message } }, message),
      );
      return [answer?.id, answer?.result];
    });
    assert.deepEqual(
      await Promise.all(calls),
      ['a', 'b', 'c'].map((text) => [text, { content: [{ type: 'text', text }] }]),
    );
  });

  it('accepts notifications with 202', async () => {
    const response = await send(await begin(), 'notifications/initialized', undefined, null);
    assert.equal(response.status, 202);
    assert.equal(await response.text(), '');
  });

  for (const [what, session] of [
    ['missing', undefined],
    ['unknown', randomUUID()],
  ] as const) {
    it(`answers 401 to a request whose session id is ${what}, and asks for no sign-in`, async () => {
      const response = await send(session, 'list_tools', undefined, 'x');
      assert.equal(response.status, 401);
      assert.equal(response.headers.get('www-authenticate'), null);
      const answer = await jsonOf(response);
      assert.deepEqual([answer.id, answer.error?.code], ['x', -32001]);
    });
  }

  it('answers 401 to an initialize without a UUID of the client', async () => {
    assert.equal((await send(undefined, 'initialize')).status, 401);
    assert.equal((await send('1', 'initialize')).status, 401);
  });

  it("does not know MCP's own method names", async () => {
    const [answer] = await events(await send(await begin(), 'tools/list'));
    assert.equal(answer?.error?.code, -32601);
  });

  it('refuses what is no JSON-RPC message, no JSON, or not to be answered by events', async () => {
    assert.equal((await post(`${root}/sse`, '[]')).status, 400);
    assert.equal((await post(`${root}/sse`, '{')).status, 400);
    assert.equal((await post(`${root}/sse`, '{}', { 'content-type': 'text/plain' })).status, 415);
    assert.equal((await post(`${root}/sse`, '{}', { accept: 'application/json' })).status, 406);
    assert.equal((await fetch(`${root}/sse`)).status, 405);
  });
});
