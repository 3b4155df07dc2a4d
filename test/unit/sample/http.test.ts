import assert from 'node:assert/strict';
import { request } from 'undici';
import type { StartedServer } from '../../servers/start.ts';
import { connectTo, initialize, jsonOf, post, startSample } from './support/sample.ts';

describe('the sample server over HTTP', () => {
  let server: StartedServer;

  before(async () => {
    server = await startSample();
  });
  after(() => server.stop());

  async function begin(): Promise<string> {
    const response = await post(server.url, initialize);
    await response.text();
    return response.headers.get('mcp-session-id') ?? '';
  }

  function ping(session: string): Promise<Response> {
    return post(server.url, { jsonrpc: '2.0', id: 1, method: 'ping' }, { 'mcp-session-id': session });
  }

  it('answers a session it does not know with 404 and -32001', async () => {
    const response = await ping('00000000-0000-4000-8000-000000000000');
    assert.equal(response.status, 404);
    assert.equal((await jsonOf(response)).error?.code, -32001);
  });

  it('forgets a session on DELETE', async () => {
    const session = await begin();
    assert.equal((await ping(session)).status, 200);
    const headers = { 'mcp-session-id': session };
    assert.equal((await fetch(server.url, { method: 'DELETE', headers })).status, 200);
    assert.equal((await ping(session)).status, 404);
    assert.equal((await fetch(server.url, { method: 'DELETE', headers })).status, 404);
  });

  it('refuses a request without session that does not initialize', async () => {
    assert.equal((await post(server.url, { jsonrpc: '2.0', id: 1, method: 'ping' })).status, 400);
    assert.equal((await fetch(server.url)).status, 400);
  });

  it('opens a listening stream on GET', async () => {
    const headers = { 'mcp-session-id': await begin(), accept: 'text/event-stream' };
    const response = await fetch(server.url, { headers });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    await response.body?.cancel();
  });

  it('keeps 64 sessions and closes the one unused for longest, sparing a busy one', async () => {
    const busy = await connectTo(server);
    const call = busy.callTool({ name: 'slow', arguments: { seconds: 0.3, steps: 1 } });
    const first = await begin();
    const second = await begin();
    assert.equal((await ping(first)).status, 200);
    for (let count = 0; count < 62; count++) await begin();
    assert.equal((await ping(second)).status, 404);
    assert.equal((await ping(first)).status, 200);
    assert.equal((await call).isError, undefined);
    assert.ok(await busy.ping());
    await busy.close();
  });

  for (const headers of [
    { host: 'evil.example' },
    { host: '127.0.0.1', origin: 'https://evil.example' },
    { origin: 'null' },
  ]) {
    it(`refuses ${JSON.stringify(headers)} with 403`, async () => {
      for (const path of ['/', '/mcp', '/sse']) {
        const response = await request(`http://127.0.0.1:${server.port}${path}`, { headers });
        assert.equal(response.statusCode, 403, path);
        await response.body.dump();
      }
    });
  }

  it('accepts pages and names of this machine', async () => {
    for (const headers of [{ host: 'localhost:1' }, { host: '[::1]:1' }, { origin: 'http://localhost:5173' }]) {
      const response = await request(`http://127.0.0.1:${server.port}/`, { headers });
      assert.equal(response.statusCode, 200);
      await response.body.dump();
    }
  });

  it('refuses bodies over 4 MiB with 413 in both dialects', async () => {
    for (const path of ['/mcp', '/sse']) {
      const response = await post(`http://127.0.0.1:${server.port}${path}`, ' '.repeat(4 * 1024 * 1024 + 1));
      assert.equal(response.status, 413, path);
      await response.text();
    }
  });

  it('answers 404 elsewhere', async () => {
    assert.equal((await fetch(`http://127.0.0.1:${server.port}/favicon.ico`)).status, 404);
  });
});
