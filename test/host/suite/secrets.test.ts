import assert from 'node:assert/strict';
import type { ApiV1 } from '../../../src/api.ts';
import { define, nodeProgram, program, undefine } from './support/definitions.ts';
import { failure, getApi } from './support/extension.ts';
import { repository } from './support/repository.ts';
import { describeTrusted } from './support/trust.ts';

const token = 'tok-4f8a1c/92+e=';
const bearer = 'bearer-77aa55ee';
const everything = `${repository}/node_modules/@modelcontextprotocol/server-everything/dist/index.js`;

describeTrusted('Secrets and the environment', () => {
  let api: ApiV1;

  before(async () => {
    api = await getApi();
    const env = { API_TOKEN: token };
    const headers = { Authorization: `Bearer ${bearer}` };
    await define(api, {
      careful: {
        command: 'node',
        args: [everything, 'streamableHttp'],
        port: 'auto',
        env,
        inheritEnv: ['EXTERNAL_MCP_TEST_REPOSITORY'],
        headers,
      },
      shouts: nodeProgram(['-e', 'console.error("my token is " + process.env.API_TOKEN); process.exit(1)'], {}, env),
      refuses: program('httpStatus', { env: { ...env, STATUS: '401' }, headers }),
    });
  });

  after(() => undefine(api));

  it('give a child an allow-listed environment, nothing of the host', async () => {
    assert.ok(
      Object.keys(process.env).some((name) => name.startsWith('VSCODE_')),
      'the host has variables of its own',
    );
    await api.startServer('careful');
    const result = await api.callTool('careful', 'get-env');
    const environment = JSON.parse(String(result.content[0]?.['text'])) as Record<string, string>;
    const names = Object.keys(environment);
    assert.deepEqual(
      names.filter((name) => /^(?:VSCODE_|ELECTRON_|NODE_OPTIONS|EXTERNAL_MCP_TEST_COUNTS)/.test(name)),
      [],
    );
    assert.equal(environment['API_TOKEN'], token);
    assert.equal(environment['EXTERNAL_MCP_TEST_REPOSITORY'], repository);
    assert.equal(environment['PATH'], process.env['PATH']);
  });

  it('are in no traffic entry, neither sent nor received, while the server runs', () => {
    assertMasked();
  });

  it('are in no error, even when the server shouts them', async () => {
    const error = await failure(api.startServer('shouts'));
    assert.match(error.message, /my token is \*{16}/);
    const refused = await failure(api.startServer('refuses'));
    assert.equal(refused.kind, 'auth');
    assert.match(refused.message, /Check the "headers"/);
    assert.ok(!refused.message.includes(bearer));
    assert.ok(!JSON.stringify(api.servers).includes(token));
  });

  it('are in no traffic entry after the server was stopped and its definition removed', async () => {
    await api.stopServer('careful');
    assertMasked();
    await undefine(api);
    assertMasked();
  });

  function assertMasked(): void {
    const entries = api.traffic.entries('server:careful');
    const texts = entries.map(({ raw }) => Buffer.from(raw).toString());
    assert.ok(
      texts.some((text) => /authorization: \*{22}/i.test(text)),
      'the header was sent',
    );
    assert.ok(
      texts.some((text) => /API_TOKEN\\": \\"\*+/.test(text)),
      'the tool gave its environment back',
    );
    for (const secret of [token, bearer, Buffer.from(token).toString('base64'), encodeURIComponent(token)])
      assert.deepEqual(
        texts.filter((text) => text.includes(secret)),
        [],
      );
  }
});
