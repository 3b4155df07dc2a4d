import assert from 'node:assert/strict';
import fc from 'fast-check';
import { startServer } from '../../../servers/start.ts';
import { atEnd, endAll } from '../../wire/support.ts';
import { user } from '../../client/support.ts';
import { hostileTexts } from './hostileTexts.ts';
import { recordedCall } from './recordedCall.ts';
import { copied, headerOf, httpRequest, keeper, resultIn, run } from './support.ts';

describe('What is copied as cURL', () => {
  afterEach(endAll);

  for (const [name, body] of Object.entries(hostileTexts)) {
    it(`sends ${name} byte for byte`, async () => {
      const { origin, got } = await keeper();
      const command = copied('curl', httpRequest({ origin, body }));
      for (const shell of ['bash', 'sh']) {
        const answer = await run('curl', command, {}, shell);
        assert.ok(answer.equals(Buffer.from(body)), shell);
      }
      assert.deepEqual(
        got.map(({ method, target }) => `${method} ${target}`),
        ['POST /mcp', 'POST /mcp'],
      );
    });
  }

  it('sends any text byte for byte', async () => {
    const { origin } = await keeper();
    const bodies = fc.sample(fc.string({ unit: 'binary', maxLength: 200 }), 60);
    const script = bodies.map((body) => copied('curl', httpRequest({ origin, body }))).join('');
    assert.equal((await run('curl', script)).toString('hex'), Buffer.from(bodies.join('')).toString('hex'));
  });

  it('sends the headers in their order, without those that curl computes', async () => {
    const { origin, got } = await keeper();
    const headers = [
      { name: 'Host', value: 'elsewhere' },
      { name: 'content-type', value: 'application/json' },
      { name: 'content-length', value: '99' },
      { name: 'accept-encoding', value: 'gzip' },
      { name: 'x-first', value: `it's "quoted" $HOME \`id\` \\ !` },
      { name: 'x-empty', value: '' },
      { name: 'x-first', value: 'ä' },
    ];
    await run('curl', copied('curl', httpRequest({ origin, headers })));
    const [request] = got;
    assert.ok(request);
    const own = ['host', 'user-agent', 'accept', 'content-length'];
    const pairs = request.headers.flatMap((text, index) =>
      index % 2 === 0 ? [[text, request.headers[index + 1]]] : [],
    );
    assert.deepEqual(
      pairs.filter(([name]) => !own.includes(name?.toLowerCase() ?? '')),
      [
        ['content-type', 'application/json'],
        ['x-first', `it's "quoted" $HOME \`id\` \\ !`],
        ['x-empty', ''],
        ['x-first', Buffer.from('ä').toString('latin1')],
      ],
    );
    assert.equal(headerOf(request, 'host'), new URL(origin).host);
    assert.equal(headerOf(request, 'content-length'), '2');
  });

  it('invents no content type where the request had none', async () => {
    const { origin, got } = await keeper();
    await run('curl', copied('curl', httpRequest({ origin })));
    assert.ok(got[0]);
    assert.equal(headerOf(got[0], 'content-type'), undefined);
  });

  it('keeps method and target, whatever curl would make of them', async () => {
    const { origin, got } = await keeper();
    const { body: _body, ...bodiless } = httpRequest({ origin, target: '/a[1-3]{b,c}?q=$HOME&r=a b#x', method: 'GET' })
      .http ?? {
      target: '/',
      headers: [],
      method: '',
    };
    await run('curl', copied('curl', httpRequest({}, { http: bodiless })));
    await run('curl', copied('curl', httpRequest({}, { http: { ...bodiless, method: 'DELETE' } })));
    await run('curl', copied('curl', httpRequest({ origin, method: 'PUT', body: 'x' })));
    assert.deepEqual(
      got.map(({ method, target }) => `${method} ${target}`),
      ['GET /a[1-3]{b,c}?q=$HOME&r=a%20b', 'DELETE /a[1-3]{b,c}?q=$HOME&r=a%20b', 'PUT /mcp'],
    );
  });

  it('takes no file and no other host out of a forged recording', async () => {
    const { origin, got } = await keeper();
    const headers = [
      { name: '@/etc/hostname', value: '' },
      { name: 'x-split', value: 'a\r\nx-injected: 1' },
      { name: 'x: y', value: '1' },
    ];
    const command = copied(
      'curl',
      httpRequest({ origin, headers, target: '@127.0.0.1:9/', method: "-K'\n/etc/passwd" }),
    );
    await run('curl', command);
    assert.deepEqual(
      got.map(({ method, target }) => `${method} ${target}`),
      ['POST /@127.0.0.1:9/'],
    );
    assert.ok(got[0]?.headers.every((text) => !/^(?:x|x-.*|@.*)$/.test(text)));
  });

  it('asks for the origin where nobody knows it', async () => {
    const { origin } = await keeper();
    const command = copied('curl', httpRequest({ body: 'x' }));
    assert.match(command, /^# [^\n]*\n# export EXTERNAL_MCP_ORIGIN=''\n/);
    assert.equal((await run('curl', command, { EXTERNAL_MCP_ORIGIN: origin })).toString(), 'x');
    assert.match(copied('curl', httpRequest({ origin: 'file:///etc/passwd' })), /EXTERNAL_MCP_ORIGIN/);
  });

  it('has the same answer as the call that was recorded, once the secrets are filled in', async () => {
    const server = await startServer('v2Dual');
    atEnd(() => server.stop());
    const secrets = { headers: { authorization: 'Bearer top-secret' }, values: ['my "password" \\'] };
    const { request, result, redactor } = await recordedCall(
      server.url,
      (client) => client.callTool('echo', { message: 'say my "password" \\ aloud' }, user),
      secrets,
    );
    const command = copied('curl', request);
    assert.doesNotMatch(command, /top-secret|password/);
    assert.match(command, /--header 'authorization: '"\$EXTERNAL_MCP_AUTHORIZATION"/);
    const answer = await run('curl', command, {
      EXTERNAL_MCP_AUTHORIZATION: 'Bearer top-secret',
      EXTERNAL_MCP_MESSAGE: String.raw`my \"password\" \\`,
    });
    assert.match(answer.toString(), /say my/);
    assert.deepEqual(resultIn(redactor.text(answer.toString())), result);
  });
});
