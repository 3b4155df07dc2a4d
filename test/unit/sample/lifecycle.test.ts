import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import getPort from 'get-port';
import type { StartedServer } from '../../servers/start.ts';
import { connectTo, post, startSample } from './support/sample.ts';

describe('the process of the sample server', () => {
  it('says in one line on stderr where it listens', async () => {
    const server = await startSample();
    await endProperly(server);
    const line = `External MCP sample server listening on http://127.0.0.1:${server.port}/mcp\n`;
    assert.equal(server.stderr(), line);
    assert.equal(server.stdout(), '');
  });

  it('takes --port before PORT', async () => {
    const port = await getPort({ host: '127.0.0.1' });
    const server = await startSample({ port, args: ['--port', String(port)], env: { PORT: '1' } });
    await endProperly(server);
    assert.match(server.stderr(), new RegExp(`:${port}/mcp\n$`));
  });

  it('exits with code 1 and one line when the port is taken', async () => {
    const owner = await startSample();
    try {
      const late = await startSample({ port: owner.port, until: 'spawned' });
      assert.deepEqual(await late.exit, { code: 1, signal: null });
      assert.equal(late.stderr(), `External MCP sample server: port ${owner.port} on 127.0.0.1 is already in use\n`);
    } finally {
      await owner.stop();
    }
  });

  for (const args of [['--port', 'eighty'], ['--port', '65536'], ['--port='], ['--prot', '1']]) {
    it(`exits with code 1 and one line on ${args.join(' ')}`, async () => {
      const server = await startSample({ args, until: 'spawned' });
      assert.deepEqual(await server.exit, { code: 1, signal: null });
      assert.match(server.stderr(), /^External MCP sample server: .+\n$/);
    });
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`exits with code 0 on ${signal}, with a call, a listening stream and both dialects open`, async () => {
      const server = await startSample();
      const client = await connectTo(server);
      const reported = Promise.withResolvers<void>();
      const slow = { name: 'slow', arguments: { seconds: 10, steps: 100 } };
      const call = client
        .callTool(slow, undefined, { onprogress: () => reported.resolve() })
        .catch((error: unknown) => error);
      const sse = `http://127.0.0.1:${server.port}/sse`;
      const headers = { 'x-session-id': randomUUID() };
      await (await post(sse, { jsonrpc: '2.0', id: 1, method: 'initialize' }, headers)).text();
      const stream = await post(sse, { jsonrpc: '2.0', id: 2, method: 'call_tool', params: slow }, headers);
      await reported.promise;
      process.kill(server.pid, signal);
      assert.deepEqual(await server.exit, { code: 0, signal: null });
      assert.doesNotMatch(server.stderr(), /Error/);
      assert.equal(await stream.text(), '');
      await client.close();
      assert.ok((await call) instanceof Error);
    });
  }
});

/** A server that is killed as soon as it listens may not have said so yet. */
async function endProperly(server: StartedServer): Promise<void> {
  process.kill(server.pid, 'SIGTERM');
  await server.exit;
}
