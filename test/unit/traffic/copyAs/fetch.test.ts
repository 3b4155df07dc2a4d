import assert from 'node:assert/strict';
import fc from 'fast-check';
import { startServer } from '../../../servers/start.ts';
import { user } from '../../client/support.ts';
import { atEnd, endAll } from '../../wire/support.ts';
import { hostileTexts } from './hostileTexts.ts';
import { recordedCall } from './recordedCall.ts';
import { copied, headerOf, httpRequest, keeper, resultIn, run } from './support.ts';

describe('What is copied as fetch', () => {
  afterEach(endAll);

  it('sends every hostile body byte for byte', async () => {
    const { origin, got } = await keeper();
    const bodies = Object.values(hostileTexts);
    await run('fetch', inOneModule(bodies.map((body) => copied('fetch', httpRequest({ origin, body })))));
    for (const [index, [name, body]] of Object.entries(hostileTexts).entries()) {
      assert.ok(got[index]?.body.equals(Buffer.from(body)), name);
    }
  });

  it('sends any text byte for byte', async () => {
    const { origin } = await keeper();
    const bodies = fc.sample(fc.string({ unit: 'binary', maxLength: 200 }), 200);
    const module = inOneModule(bodies.map((body) => copied('fetch', httpRequest({ origin, body }))));
    assert.equal((await run('fetch', module)).toString('hex'), Buffer.from(bodies.join('')).toString('hex'));
  });

  it('sends headers with any value, also those named like a part of every object', async () => {
    const { origin, got } = await keeper();
    const headers = [
      { name: 'constructor', value: 'a' },
      { name: 'x-value', value: `it's \\ "\${1}" ä 漢` },
      { name: 'x-value', value: 'twice' },
      { name: 'connection', value: 'close' },
      { name: 'x-split', value: 'a\r\nb: c' },
    ];
    await run('fetch', copied('fetch', httpRequest({ origin, headers, method: 'PUT', target: "/it's?a=`b`" })));
    const [request] = got;
    assert.ok(request);
    assert.equal(`${request.method} ${request.target}`, "PUT /it's?a=`b`");
    assert.equal(headerOf(request, 'constructor'), 'a');
    assert.equal(headerOf(request, 'x-value'), `${Buffer.from(`it's \\ "\${1}" ä 漢`).toString('latin1')}, twice`);
    assert.equal(headerOf(request, 'connection'), 'keep-alive');
    assert.equal(headerOf(request, 'x-split'), undefined);
  });

  it('sends no body where there may be none', async () => {
    const { origin, got } = await keeper();
    await run('fetch', copied('fetch', httpRequest({ origin, method: 'GET', body: 'x' })));
    assert.equal(got[0]?.method, 'GET');
  });

  it('has the same answer as the call that was recorded, once the secrets are filled in', async () => {
    const server = await startServer('v2Modern');
    atEnd(() => server.stop());
    const { request, result, redactor } = await recordedCall(
      server.url,
      (client) => client.callTool('echo', { message: 'say my "password" aloud' }, user),
      { headers: { 'x-api-key': 'top-secret' }, values: ['my "password"'] },
    );
    const snippet = copied('fetch', request);
    assert.doesNotMatch(snippet, /top-secret|password|\*\*\*\*/);
    const answer = await run('fetch', snippet, {
      EXTERNAL_MCP_X_API_KEY: 'top-secret',
      EXTERNAL_MCP_MESSAGE: 'my "password"',
    });
    assert.match(answer.toString(), /say my/);
    assert.deepEqual(resultIn(redactor.text(answer.toString())), result);
  });
});

/** Several snippets, each in a scope of its own, to be run by one process. */
function inOneModule(snippets: readonly string[]): string {
  return snippets.map((snippet) => `{\n${snippet}}\n`).join('');
}
