import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { repositoryRoot } from '../../../host/paths.ts';
import { createTestLinkedIn, type TestLinkedIn } from './support/linkedin.ts';

const token = 'the-token-that-is-valid';
const profile = { '@type': 'LinkedinUser', name: 'Ada Lovelace', alias: 'ada', headline: 'Analyst' };

/** The service behind the real server as far as it is needed: it knows one token and one person. */
function service(): Server {
  return createServer((request, response) => {
    const isKnown = request.headers['access-token'] === token;
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isKnown ? [profile] : { message: 'Invalid access token' }));
  });
}

// The server itself, from npm; nothing but the address of its service is not its own.
describe('The real @horizondatawave/mcp 0.3.0', function () {
  this.timeout(60_000);
  // A home of its own: the server would read a token from ~/.hdw-mcp.env.
  const home = mkdtempSync(join(tmpdir(), 'external-mcp-hdw-'));
  const api = service();
  let test: TestLinkedIn;
  let environment: Record<string, string>;

  before(async () => {
    api.listen(0, '127.0.0.1');
    await once(api, 'listening');
    // cast: it listens on a port
    const { port } = api.address() as AddressInfo;
    const redirect = `const real = fetch; globalThis.fetch = (url, options) =>
      real(String(url).replace('https://api.horizondatawave.ai', 'http://127.0.0.1:${port}'), options);`;
    environment = { HOME: home, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(redirect)}` };
  });
  afterEach(() => test?.close());
  after(() => {
    api.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  });

  const installed = (): object => ({
    flavour: 'token',
    server_path: join(repositoryRoot, 'node_modules/@horizondatawave/mcp/build/index.js'),
    environment,
  });

  it('is started and lists its 26 tools, whose capabilities are not the specification’s', async () => {
    test = createTestLinkedIn(installed());
    test.secrets.set('linkedin/accessToken', token);
    const { response } = await test.person('ada');
    assert.equal(response.status, 'success', response.error?.message);
    assert.deepEqual(response.data, [profile]);
    assert.equal(response.metadata.tool, 'get_linkedin_profile');
    assert.equal(test.registry.get('linkedin').snapshot().toolCount, 26);
    assert.match(test.documents[0]?.content ?? '', /# Ada Lovelace[^]*\*\*Headline:\*\* Analyst/);
    const company = await test.response('company', { company: 'acme' });
    assert.deepEqual([company.status, company.metadata.tool], ['success', 'get_linkedin_company']);
  });

  it('exits without a token, which is then asked for', async () => {
    test = createTestLinkedIn(installed());
    const { response, offers } = await test.person('ada');
    assert.deepEqual(
      [response.status, response.error?.kind, response.error?.code],
      ['error', 'auth', 'authentication'],
    );
    assert.match(response.error?.message ?? '', /HDW_ACCESS_TOKEN environment variable is required/);
    assert.deepEqual(
      offers.map(({ command, argument }) => ({ command, argument })),
      [{ command: 'externalMcp.setSecret', argument: { plugin: 'linkedin', name: 'accessToken' } }],
    );
  });

  it('tells of a token that is refused, which is not shown', async () => {
    test = createTestLinkedIn(installed());
    test.secrets.set('linkedin/accessToken', 'a-token-that-was-revoked');
    const run = await test.person('ada');
    const { error } = run.response;
    assert.deepEqual([error?.kind, error?.code, error?.retryable], ['auth', 'expired', false]);
    assert.match(error?.message ?? '', /refused the access token[^]*401 Invalid access token/);
    for (const text of [JSON.stringify(run), ...test.output('linkedin'), ...test.log]) {
      assert.ok(!text.includes('a-token-that-was-revoked'), text);
    }
  });

  it('is fetched and run by the default command of the flavour', async () => {
    test = createTestLinkedIn({ flavour: 'token', environment });
    test.secrets.set('linkedin/accessToken', token);
    const { response } = await test.person('ada');
    assert.equal(response.status, 'success', response.error?.message);
    const { command, args } = test.registry.get('linkedin').entry.raw as { command: string; args: string[] };
    assert.deepEqual([command, ...args], ['npx', '-y', '@horizondatawave/mcp@0.3.0']);
    assert.equal(test.registry.get('linkedin').snapshot().toolCount, 26);
  });
});
