import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ExternalMcpClient } from '../../../../src/client/externalMcpClient.ts';
import { createFeatureServer } from '../../../servers/eras/featureServer.ts';
import { sdkV2 } from '../../../servers/eras/sdkV2.ts';
import { legacySse } from '../../../servers/legacySseServer.ts';
import { serverScript, startServer } from '../../../servers/start.ts';
import { serve, user } from '../../client/support.ts';
import { atEnd, endAll } from '../../wire/support.ts';
import { recordedCall } from './recordedCall.ts';
import { copied, httpRequest, run } from './support.ts';

/** Runs the snippet of one call and compares its result with the one that was recorded. */
async function repeats(url: string, call: (client: ExternalMcpClient) => Promise<unknown>): Promise<string> {
  const { request, result } = await recordedCall(url, call);
  const snippet = copied('sdk', request);
  const repeated: unknown = JSON.parse((await run('sdk', snippet)).toString());
  // Fields of the protocol about the answer itself, which the library takes for itself.
  const { _meta: _, resultType: _type, ttlMs: _ttl, cacheScope: _scope, ...expected } = Object(result);
  const { _meta: _2, resultType: _type2, ttlMs: _ttl2, cacheScope: _scope2, ...actual } = Object(repeated);
  assert.deepEqual(actual, expected);
  return snippet;
}

describe('What is copied as an SDK snippet', () => {
  afterEach(endAll);

  for (const server of ['echo', 'v2Modern']) {
    it(`has the same result as the call, in the era of ${server}`, async () => {
      const { url, ...started } = await startServer(server);
      atEnd(() => started.stop());
      const message = `it's "\${1}" \\ \u2028\n漢`;
      const snippet = await repeats(url, (client) => client.callTool('echo', { message }, user));
      assert.match(snippet, /await client\.callTool\(\{\n {4}name: 'echo',\n {4}arguments: \{/);
      assert.doesNotMatch(snippet, /mcp-session-id|_meta|protocolVersion/i);
    });
  }

  it('lists, reads and gets what the call did', async () => {
    const url = await serve(sdkV2(() => createFeatureServer()).handler);
    await repeats(url, (client) => client.listTools(user));
    await repeats(url, (client) => client.readResource('test://users/7', user));
    await repeats(url, (client) => client.getPrompt('greet', { language: 'Ewe' }, user));
  });

  it('asks for secrets in headers and arguments', async () => {
    const server = await startServer('echo');
    atEnd(() => server.stop());
    const { request, result, redactor } = await recordedCall(
      server.url,
      (client) => client.callTool('echo', { message: 'say "my-password" aloud' }, user),
      { headers: { authorization: 'Bearer top-secret' }, values: ['"my-password"'] },
    );
    const snippet = copied('sdk', request);
    assert.doesNotMatch(snippet, /top-secret|my-password|\*\*\*\*/);
    assert.match(snippet, /^\/\/ EXTERNAL_MCP_AUTHORIZATION\n\/\/ EXTERNAL_MCP_MESSAGE\n/m);
    const output = await run('sdk', snippet, {
      EXTERNAL_MCP_AUTHORIZATION: 'Bearer top-secret',
      EXTERNAL_MCP_MESSAGE: '"my-password"',
    });
    assert.match(output.toString(), /my-password/);
    assert.deepEqual(JSON.parse(redactor.text(output.toString())), result);
  });

  it('opens the stream of a server over HTTP+SSE again', async () => {
    const url = await serve(legacySse());
    const params = { name: 'echo', arguments: { message: 'hello' } };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params });
    const http = { origin: new URL(url).origin, target: '/message?sessionId=gone', body };
    const snippet = copied('sdk', httpRequest(http, { dialect: { transport: 'sse', url } }));
    const result = JSON.parse((await run('sdk', snippet)).toString()) as unknown;
    assert.deepEqual(result, { content: [{ type: 'text', text: 'hello' }] });
  });

  it('starts a server that is spoken to over pipes', async () => {
    const json = JSON.stringify({
      jsonrpc: '2.0',
      id: 7,
      method: 'tools/call',
      params: { name: 'echo', arguments: { message: 'hello' } },
    });
    const stdio = { command: process.execPath, args: [serverScript('stdioEcho')] };
    const snippet = copied('sdk', { server: 'pipes', raw: json, json, isMasked: false, stdio });
    const result = JSON.parse((await run('sdk', snippet)).toString()) as unknown;
    assert.deepEqual(result, { content: [{ type: 'text', text: 'hello' }] });
  });

  it('passes values on that mean something to JavaScript, and large ones', async () => {
    const args = JSON.parse('{"__proto__":{"a":[1,{"b":null}]},"a-b":true,"message":"x"}') as object;
    const deep = JSON.parse(`{"message":"x","deep":${'['.repeat(500)}${']'.repeat(500)}}`) as object;
    const url = await serve(sdkV2().handler);
    for (const [given, isWrittenOut] of [
      [args, true],
      [deep, false],
    ] as const) {
      const body = JSON.stringify({ id: 1, method: 'tools/call', params: { name: 'echo', arguments: given } });
      const snippet = copied('sdk', httpRequest({ origin: new URL(url).origin, body }));
      assert.equal(snippet.includes('JSON.parse('), !isWrittenOut);
      const literal = /callTool\((.*)\);\n {2}console/s.exec(snippet)?.[1] ?? '';
      const written = await run('fetch', `console.log(JSON.stringify((${literal}).arguments))`);
      assert.equal(written.toString().trim(), JSON.stringify(given));
    }
  });

  it('is TypeScript that the compiler takes, for every kind of call', async () => {
    const calls: readonly [method: string, params?: object][] = [
      ['tools/call', { name: 'echo', arguments: { list: [1, 'a', null], secret: '****' } }],
      ['tools/list', { cursor: 'c' }],
      ['resources/read', { uri: 'test://a' }],
      ['prompts/get', { name: 'p', arguments: { a: 'b' } }],
      ['completion/complete', { ref: { type: 'ref/prompt', name: 'p' }, argument: { name: 'a', value: '' } }],
      ['resources/subscribe', { uri: 'test://a' }],
      ['custom/method', { any: 1 }],
      ['initialize', { protocolVersion: '2025-11-25' }],
      ['ping'],
    ];
    const headers = [{ name: 'authorization', value: '****' }];
    const snippets = calls.map(([method, params]) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
      return copied('sdk', httpRequest({ headers, body }, { isMasked: true }));
    });
    const repository = fileURLToPath(new URL('../../../../', import.meta.url));
    await mkdir(join(repository, 'out'), { recursive: true });
    const folder = await mkdtemp(join(repository, 'out/snippets-'));
    atEnd(() => rm(folder, { recursive: true }));
    const files = snippets.map((_, index) => join(folder, `${index}.mts`));
    await Promise.all(snippets.map((snippet, index) => writeFile(files[index] ?? '', snippet)));
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--types',
      'node',
    ];
    const compiler = join(repository, 'node_modules/typescript/bin/tsc');
    const args = [compiler, '--ignoreConfig', ...options, ...files];
    const { stdout } = await promisify(execFile)(process.execPath, args).catch((error: unknown) => Object(error));
    assert.equal(stdout, '');
  });
});
