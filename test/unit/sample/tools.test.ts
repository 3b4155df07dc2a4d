import assert from 'node:assert/strict';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { LoggingMessageNotificationSchema, type Progress } from '@modelcontextprotocol/sdk/types.js';
import type { StartedServer } from '../../servers/start.ts';
import { connectTo, startSample } from './support/sample.ts';

describe('the tools of the sample server over Streamable HTTP', () => {
  let server: StartedServer;
  let client: Client;

  before(async () => {
    server = await startSample();
  });
  beforeEach(async () => {
    client = await connectTo(server);
  });
  afterEach(() => client.close());
  after(() => server.stop());

  it('are listed with title, description, schema and annotations', async () => {
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['echo', 'add', 'slow', 'chatty', 'fail', 'crash'],
    );
    for (const tool of tools) {
      assert.ok(tool.title && tool.description, tool.name);
      assert.equal(tool.inputSchema.type, 'object');
      assert.equal(tool.annotations?.readOnlyHint, tool.name !== 'crash', tool.name);
    }
  });

  it('echo gives the message back, whatever is in it', async () => {
    const message = 'Zeile 1\r\n\u2028 data: {"x":1} 🦊 \u0000';
    const result = await client.callTool({ name: 'echo', arguments: { message } });
    assert.deepEqual(result.content, [{ type: 'text', text: message }]);
  });

  it('add answers with structured content that follows its output schema', async () => {
    const { tools } = await client.listTools();
    assert.ok(tools.find(({ name }) => name === 'add')?.outputSchema?.properties?.['sum']);
    const result = await client.callTool({ name: 'add', arguments: { a: 1.5, b: 2 } });
    assert.deepEqual(result.structuredContent, { sum: 3.5 });
    assert.deepEqual(result.content, [{ type: 'text', text: '1.5 + 2 = 3.5' }]);
  });

  it('add refuses arguments that break its schema, naming them', async () => {
    const result = await client.callTool({ name: 'add', arguments: { a: 'one', b: 2 } });
    assert.equal(result.isError, true);
    assert.match(JSON.stringify(result.content), /expected number, received string at a\b/);
  });

  it('slow reports each step to a caller who asked for progress', async () => {
    const reports: Progress[] = [];
    const call = { name: 'slow', arguments: { seconds: 0.2, steps: 4 } };
    const result = await client.callTool(call, undefined, { onprogress: (progress) => reports.push(progress) });
    assert.equal(result.isError, undefined);
    // The SDK may hand the answer over before the last report (facts/protocol.md, §4).
    assert.deepEqual(reports.slice(0, 3), [
      { progress: 1, total: 4, message: 'Step 1 of 4' },
      { progress: 2, total: 4, message: 'Step 2 of 4' },
      { progress: 3, total: 4, message: 'Step 3 of 4' },
    ]);
  });

  it('slow sends no progress to a caller who did not ask', async () => {
    const unexpected: Error[] = [];
    client.onerror = (error) => unexpected.push(error);
    await client.callTool({ name: 'slow', arguments: { seconds: 0.02, steps: 2 } });
    assert.deepEqual(unexpected, []);
  });

  it('slow stops when it is cancelled, and the session goes on', async () => {
    const cancel = new AbortController();
    const call = client.callTool({ name: 'slow', arguments: { seconds: 10, steps: 100 } }, undefined, {
      signal: cancel.signal,
      onprogress: () => cancel.abort('enough'),
    });
    await assert.rejects(call, /enough/);
    // A cancelled call gets no answer; the line on stderr comes on another channel than the pings' answers.
    while (!/^slow: stopped in step \d+ of 100, as asked$/m.test(server.stderr())) await client.ping();
  });

  it('chatty sends log notifications, every severity in turn', async () => {
    const levels: string[] = [];
    const all = Promise.withResolvers<void>();
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
      if (levels.push(params.level) === 9) all.resolve();
    });
    const result = await client.callTool({ name: 'chatty', arguments: { count: 9 } });
    assert.deepEqual(result.content, [{ type: 'text', text: 'Sent 9 of 9 log messages.' }]);
    await all.promise;
    assert.deepEqual(levels, 'debug info notice warning error critical alert emergency debug'.split(' '));
  });

  it('chatty keeps to the level that the client has set', async () => {
    await client.setLoggingLevel('alert');
    const result = await client.callTool({ name: 'chatty', arguments: { count: 8 } });
    assert.deepEqual(result.content, [{ type: 'text', text: 'Sent 2 of 8 log messages.' }]);
  });

  it('fail answers with isError and the message', async () => {
    const result = await client.callTool({ name: 'fail', arguments: { message: 'no luck' } });
    assert.deepEqual(result, { content: [{ type: 'text', text: 'no luck' }], isError: true });
  });

  it('an unknown tool is an error, not a crash', async () => {
    const result = await client.callTool({ name: 'constructor' });
    assert.equal(result.isError, true);
    assert.ok(await client.ping());
  });

  it('crash ends the process with code 1 and a line on stderr, and no answer comes', async () => {
    const doomed = await startSample();
    const witness = await connectTo(doomed);
    const call = witness.callTool({ name: 'crash' });
    const answered = call.then(
      () => true,
      () => false,
    );
    assert.deepEqual(await doomed.exit, { code: 1, signal: null });
    assert.match(doomed.stderr(), /^crash: .*\n/m);
    await witness.close();
    assert.equal(await answered, false);
  });
});
