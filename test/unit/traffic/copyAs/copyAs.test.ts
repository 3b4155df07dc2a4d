import assert from 'node:assert/strict';
import fc from 'fast-check';
import { copyAs } from '../../../../src/traffic/copyAs/copyAs.ts';
import type { CopiedRequest, CopyFormat } from '../../../../src/traffic/copyAs/copiedRequest.ts';
import { copied, httpRequest } from './support.ts';

const formats: readonly CopyFormat[] = ['curl', 'powershell', 'fetch', 'json-rpc', 'sdk', 'raw'];
const json = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
const overPipes: CopiedRequest = { server: 'pipes', raw: json, json, isMasked: false };

describe('Copying a request', () => {
  it('gives a message over pipes as it is, and says why it cannot be an HTTP request', () => {
    assert.equal(copied('json-rpc', overPipes), json);
    assert.equal(copied('raw', overPipes), json);
    for (const format of ['curl', 'powershell', 'fetch'] as const) {
      const result = copyAs(format, overPipes);
      assert.ok(!result.ok);
      assert.match(result.message, /no HTTP request to copy/);
    }
  });

  it('says why there is no SDK snippet', () => {
    const sentences = [
      copyAs('sdk', overPipes),
      copyAs('sdk', httpRequest({ body: json }, { dialect: { transport: 'external-sse' } })),
      copyAs('sdk', httpRequest({ body: '{"jsonrpc":"2.0","id":1,"result":{}}' })),
      copyAs(
        'sdk',
        httpRequest({ body: `{"method":"a","params":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}` }),
      ),
      copyAs('json-rpc', { server: 's', raw: ': ping', isMasked: false }),
    ].map((result) => (result.ok ? result.text : result.message));
    assert.equal(new Set(sentences).size, 4);
    assert.match(sentences[0] ?? '', /not known here/);
    assert.match(sentences[1] ?? '', /dialect/);
    assert.match(sentences[2] ?? '', /no request or notification/);
    assert.match(sentences[4] ?? '', /no JSON-RPC message/);
  });

  it('says which number the SDK would send with other digits', () => {
    const body =
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"id":12345678901234567890}}}';
    assert.match(
      copied('sdk', httpRequest({ body })),
      /^\/\/ .*\n\/\/ JavaScript sends 12345678901234567890 with other digits\.\n/,
    );
    assert.doesNotMatch(copied('sdk', httpRequest({ body: body.replace('12345678901234567890', '12') })), /digits/);
  });

  it('connects over HTTP+SSE where the stream was opened, not where the message was posted', () => {
    const dialect = { transport: 'sse' as const, url: 'http://127.0.0.1:1/sse' };
    const snippet = copied('sdk', httpRequest({ body: json, target: '/message?sessionId=1' }, { dialect }));
    assert.match(snippet, /new SSEClientTransport\(new URL\('http:\/\/127\.0\.0\.1:1\/sse'\)\)/);
  });

  it('names each placeholder after the header, parameter or key of its secret', () => {
    const request = httpRequest(
      {
        origin: 'http://localhost:1',
        target: '/mcp/*******?apiKey=******&b=1',
        headers: [
          { name: 'Authorization', value: '***' },
          { name: 'x-auth', value: 'Bearer ********; a' },
          { name: 'accept', value: '*/*' },
        ],
        body: '{"a":{"dbPassword":"****"},"list":["*****","****"],"***":1,"text":"**bold**","\\"; rm -rf / #":"******"}',
      },
      { isMasked: true },
    );
    const variables = [...copied('curl', request).matchAll(/^# export (\w+)=''$/gm)].map(([, name]) => name);
    assert.deepEqual(variables, [
      'EXTERNAL_MCP_AUTHORIZATION',
      'EXTERNAL_MCP_X_AUTH',
      'EXTERNAL_MCP_URL',
      'EXTERNAL_MCP_API_KEY',
      'EXTERNAL_MCP_DB_PASSWORD',
      'EXTERNAL_MCP_LIST',
      'EXTERNAL_MCP_LIST_2',
      'EXTERNAL_MCP_RM_RF',
    ]);
    assert.match(
      copied('curl', request),
      /'http:\/\/localhost:1\/mcp\/'"\$EXTERNAL_MCP_URL"'\?apiKey='"\$EXTERNAL_MCP_API_KEY"'&b=1'/,
    );
    assert.match(copied('json-rpc', request), /"dbPassword":"\$\{EXTERNAL_MCP_DB_PASSWORD\}"/);
    assert.match(copied('raw', request), /"dbPassword":"\*\*\*\*"/);
  });

  it('takes a row of asterisks for what it is where nothing was masked', () => {
    const body = '{"text":"*****"}';
    for (const format of ['curl', 'fetch', 'json-rpc'] as const) {
      assert.ok(copied(format, httpRequest({ origin: 'http://localhost:1', body })).includes(body), format);
    }
    const headers = [{ name: 'x-stars', value: '*****' }];
    const call = '{"id":1,"method":"tools/call","params":{"name":"*****"}}';
    const request = httpRequest({ origin: 'http://localhost:1', target: '/a?b=*****', body: call, headers });
    for (const format of ['curl', 'powershell', 'fetch', 'sdk'] as const) {
      assert.doesNotMatch(copied(format, request), /EXTERNAL_MCP/);
    }
  });

  it('has a bound for placeholders, and leaves the other masks', () => {
    const body = JSON.stringify(Array.from({ length: 1000 }, () => '****'));
    const command = copied('curl', httpRequest({ origin: 'http://localhost:1', body }, { isMasked: true }));
    assert.equal(command.match(/^# export/gm)?.length, 50);
    assert.equal(command.match(/"\*\*\*\*"/g)?.length, 950);
  });

  it('lets no comment run on, whatever a server is called', () => {
    const request = httpRequest(
      { body: '{"id":1,"method":"a\\nimport(1)\\u2028b"}' },
      { server: 'x\nprocess.exit()\u2028' },
    );
    const [first, second, third] = copied('sdk', request).split(/[\n\u2028]/);
    assert.match(first ?? '', /^\/\/ a import\(1\) b of the server "x process\.exit\(\)"/);
    assert.match(second ?? '', /^\/\//);
    assert.match(third ?? '', /^\/\/ EXTERNAL_MCP_ORIGIN/);
  });

  it('takes no longer than its text is long, whatever that is', () => {
    const long = 'a'.repeat(1_000_000);
    for (const text of [long, `${'"\\"'.repeat(300_000)}`, '*'.repeat(1_000_000), '***a'.repeat(250_000)]) {
      const http = { target: `/${text}`, headers: [{ name: 'x-long', value: text }], body: text };
      for (const format of formats) assert.ok(copyAs(format, httpRequest(http, { isMasked: true })));
    }
  });

  it('never throws, whatever a recording holds', () => {
    const text = fc.string({ unit: 'binary', maxLength: 50 });
    const header = fc.record({ name: text, value: text });
    const http = fc.record({ method: text, target: text, origin: text, headers: fc.array(header), body: text });
    fc.assert(
      fc.property(http, text, fc.json(), fc.constantFrom(...formats), (sent, server, message, format) => {
        const result = copyAs(format, { server, raw: message, json: message, isMasked: true, http: sent });
        assert.equal(typeof (result.ok ? result.text : result.message), 'string');
      }),
    );
  });
});
