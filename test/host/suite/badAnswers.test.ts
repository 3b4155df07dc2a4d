import assert from 'node:assert/strict';
import type { ApiV1, CallToolResult, ServerInfo } from '../../../src/api.ts';
import { define, program, undefine } from './support/definitions.ts';
import { failure, getApi } from './support/extension.ts';
import { noProcessIsLeft } from './support/leftovers.ts';
import { describeTrusted } from './support/trust.ts';
import { untilServer } from './support/waiting.ts';

const onCalls = { METHOD: 'tools/call' };
const mebibyte = 1024 * 1024;

describeTrusted('A call that goes wrong', () => {
  let api: ApiV1;

  before(async () => {
    api = await getApi();
    await define(api, {
      book: program('needsSchema'),
      broken: program('httpStatus', { env: onCalls }),
      page: program('html', { env: onCalls }),
      huge: program('big', { env: { MB: '17' } }),
      hugeEvent: program('big', { env: { MB: '17', AS: 'sse' } }),
      large: program('big', { env: { MB: '10' } }),
      largeEvent: program('big', { env: { MB: '10', AS: 'sse' } }),
      proto: program('proto'),
      protoOutside: program('proto', { env: { AT: 'envelope' } }),
      dies: program('diesDuringCall'),
      killed: program('diesDuringCall', { env: { SIGNAL: 'SIGKILL' } }),
      waits: program('waits', { timeout: 0.3 }),
    });
  });

  after(async () => {
    await undefine(api);
    await noProcessIsLeft();
  });

  it('breaks the schema: says where, and sends nothing', async () => {
    await api.startServer('book');
    const args = { from: 'Berlin', seats: 12, class: 'economy', contact: { email: 'a@b.de' } };
    const error = await failure(api.callTool('book', 'book', args));
    assert.equal(error.kind, 'validation');
    assert.match(error.message, /do not fit “book” of “book”/);
    assert.match(error.message, /from: .*pattern/);
    assert.match(error.message, /seats: .*9/);
    assert.match(error.message, /Change them and call again/);
    assert.deepEqual(api.traffic.entries('server:book method:tools/call'), []);
  });

  it('is answered with 500', async () => {
    const error = await failedCall('broken');
    assert.equal(error.kind, 'connection');
    assert.equal(error.httpStatus, 500);
    assert.equal(error.outcomeUnknown, true);
    assert.equal(error.retryable, false);
    assert.match(error.message, /“broken” failed while answering “tools\/call” \(500\): .*status 500, as asked/);
    assert.match(error.message, /See its output/);
    assert.equal(find('broken').state, 'ready');
  });

  it('is answered with a web page', async () => {
    const error = await failedCall('page');
    assert.equal(error.kind, 'protocol');
    assert.match(error.message, /text\/html instead of JSON/);
    assert.match(error.message, /Check that its URL is an MCP endpoint/);
    assert.equal(find('page').state, 'ready');
  });

  for (const name of ['huge', 'hugeEvent']) {
    it(`is answered with 17 MB (${name}): the error names the setting, and the server goes on`, async () => {
      const error = await failedCall(name);
      assert.match(error.message, new RegExp(`“${name}” sent a message of more than 16 MB`));
      assert.match(error.message, /Raise "maxMessageMb"/);
      assert.equal(find(name).state, 'ready');
      assert.equal((await api.listTools(name)).length, 1);
    });
  }

  for (const name of ['large', 'largeEvent']) {
    it(`is answered with 10 MB (${name}), which arrive whole`, async () => {
      await api.startServer(name);
      const result = await api.callTool(name, 'echo');
      const [block] = result.content;
      assert.equal(String(block?.['text']).length, 10 * mebibyte);
      const [answer] = api.traffic
        .entries(`server:${name} method:tools/call`)
        .filter(({ kind }) => kind === 'response');
      assert.ok(answer && answer.size > 10 * mebibyte);
    });
  }

  it('is answered with __proto__ in the JSON, which changes no other object', async () => {
    await api.startServer('proto');
    const result: CallToolResult = await api.callTool('proto', 'echo');
    assert.equal(result.content[0]?.['text'], 'ok');
    assert.equal(Reflect.get({}, 'polluted'), undefined);
    assert.equal(Reflect.get(result, 'polluted'), undefined);
    assert.equal(Reflect.get(Object(result.structuredContent), 'polluted'), undefined);
  });

  it('is answered with __proto__ around the result, which is no JSON-RPC', async () => {
    const error = await failedCall('protoOutside');
    assert.equal(error.kind, 'protocol');
    assert.match(error.message, /“protoOutside” .*__proto__/);
    assert.equal(Reflect.get({}, 'polluted'), undefined);
    assert.equal(find('protoOutside').state, 'ready');
  });

  for (const [name, how] of [
    ['dies', /code 7/],
    ['killed', /SIGKILL/],
  ] as const) {
    it(`loses its server on the way (${name}): says how it ended and what it said last`, async () => {
      const error = await failedCall(name);
      assert.equal(error.kind, 'process');
      assert.equal(error.outcomeUnknown, true);
      assert.match(error.message, how);
      assert.match(error.message, /something terrible has happened/);
      const server = await untilServer(api, name, (found) => found?.state === 'restarting');
      assert.equal(server?.lastError?.message, error.message);
      assert.equal((await api.startServer(name)).state, 'ready');
    });
  }

  it('is not answered in time: names the setting, and tells the server', async () => {
    const error = await failedCall('waits');
    assert.equal(error.kind, 'timeout');
    assert.equal(error.outcomeUnknown, true);
    assert.match(error.message, /“waits” did not answer within 0\.3 s. Raise "timeout"/);
    const told = api.traffic.entries('server:waits method:notifications/cancelled');
    assert.equal(told.filter(({ kind }) => kind === 'notification').length, 1);
  });

  it('names a server that is not there, or not running', async () => {
    const unknown = await failure(api.callTool('nobody', 'echo'));
    assert.equal(unknown.kind, 'config');
    assert.match(unknown.message, /There is no server named “nobody”. Add it/);
    const stopped = await failure(api.callTool('everything', 'echo'));
    assert.equal(stopped.kind, 'connection');
    assert.match(stopped.message, /“everything” is not running. Start it first/);
  });

  async function failedCall(name: string): Promise<Awaited<ReturnType<typeof failure>>> {
    await api.startServer(name);
    const error = await failure(api.callTool(name, 'echo', { message: 'hello' }));
    assert.equal(error.server, name);
    return error;
  }

  function find(name: string): ServerInfo {
    const server = api.servers.find((candidate) => candidate.name === name);
    assert.ok(server);
    return server;
  }
});
