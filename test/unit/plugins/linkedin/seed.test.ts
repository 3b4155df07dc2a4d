import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import getPort from 'get-port';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ServerDefinition } from '../../../../src/servers/definition.ts';
import { structuredErrors } from '../../../servers/linkedin/stories.ts';
import { serverScript } from '../../../servers/start.ts';
import { program } from '../../servers/support/registry.ts';
import { cookie, createTestLinkedIn, double, type TestLinkedIn } from './support/linkedin.ts';

// One test for each row of "Where the seed's own code fell short" (shared/facts/linkedin.md), under its name.
describe('Where the seed’s own code fell short', () => {
  let test: TestLinkedIn;
  beforeEach(() => (test = createTestLinkedIn(double('browser'))));
  afterEach(() => test.close());

  const server = () => test.registry.get('linkedin');
  const requests = (method: string) =>
    test.traffic
      .entries()
      .filter((entry) => entry.method === method && entry.channel === 'http-request' && entry.kind === 'request');

  it('health check always false', async () => {
    await test.person('ada');
    assert.equal(server().snapshot().state, 'ready');
    assert.ok((await server().ping()) >= 0);
  });

  it('documented use of the client crashes', async () => {
    // As its documentation has it: an own port, the script, the variables.
    const port = await getPort({ host: '127.0.0.1' });
    test.configuration['linkedin'] = {
      server_path: serverScript('linkedin/browser'),
      port,
      startup_timeout: 30,
      environment: { API_KEY: 'your-api-key' },
    };
    const { status, error } = await test.response('get_person_profile', { linkedin_username: 'ada' });
    assert.equal(status, 'success', error?.message);
    assert.equal(server().snapshot().port, port);
  });

  it('`isError` dropped, so "Session expired" came back as success', async () => {
    const { status, data, error } = await test.response('get_person_profile', { linkedin_username: 'expired' });
    assert.deepEqual([status, data, error?.kind, error?.code], ['error', undefined, 'auth', 'expired']);
    assert.match(error?.message ?? '', /Session expired/);
  });

  it('lost session retried three times on the dead session', async () => {
    await test.person('lost');
    const { lastSeq } = test.traffic;
    const { status, error } = await test.response('get_person_profile', { linkedin_username: 'ada' });
    assert.deepEqual([status, error?.kind], ['error', 'session']);
    const sessions = requests('tools/call')
      .filter(({ seq }) => seq > lastSeq)
      .map(({ sessionId }) => sessionId);
    assert.ok(sessions.length > 0 && sessions.length <= 2, 'once on the dead session, and once on a new one');
    assert.equal(new Set(sessions).size, sessions.length);
  });

  it('connection errors not retried', async () => {
    // The client repeats what cannot act twice …
    const env = { STATUS: '503', METHOD: 'tools/list' };
    test.define({ Flaky: program('httpStatus', { port: 'auto', env, maxRetries: 1, restart: 'never' }) });
    await assert.rejects(test.registry.get('Flaky').start(), { kind: 'connection' });
    assert.equal(requests('tools/list').length, 2);
    // … and LinkedIn, which counts requests, is asked again by a person only: who finds the server back when it was gone.
    await test.person('ada');
    const { pid = 0 } = server().snapshot();
    process.kill(pid, 'SIGKILL');
    await test.until(() => server().snapshot().pid !== pid);
    const { status, metadata } = await test.response('get_person_profile', { linkedin_username: 'ada' });
    assert.deepEqual([status, metadata.attempts], ['success', 1]);
  });

  it('errors declared and never raised', async () => {
    const kinds = new Set<string>();
    const note = async (parameters: object): Promise<void> => {
      kinds.add((await test.response('get_person_profile', parameters)).error?.kind ?? 'none');
    };
    for (const name of ['offline', 'expired', 'nobody', 'dies', 'lost', 'ada']) await note({ username: name });
    await note({ username: '..' });
    const scripts = { config: {}, timeout: { server_path: serverScript('hang'), startup_timeout: 1 } };
    test.configuration['linkedin'] = { ...scripts.timeout };
    await note({ username: 'ada' });
    test.configuration['linkedin'] = { args: ['${secret:cookie}'] };
    await note({ username: 'ada' });
    test.configuration['linkedin'] = double('token');
    test.secrets.set('linkedin/accessToken', 'a-token-of-theirs');
    await note({ username: 'rpc-error' });
    const aborted = await test.run('get_person_profile', { username: 'ada' }, AbortSignal.abort());
    kinds.add(aborted.response.error?.kind ?? 'none');
    const declared = [
      'connection',
      'protocol',
      'timeout',
      'session',
      'auth',
      'validation',
      'process',
      'config',
      'cancelled',
      'tool',
    ];
    kinds.delete('none');
    assert.deepEqual([...kinds].toSorted(), declared.toSorted());
  });

  it('`restart()` called but missing', async () => {
    await test.person('ada');
    const { pid } = server().snapshot();
    await server().restart();
    assert.notEqual(server().snapshot().pid, pid);
    assert.equal((await test.person('ada')).response.status, 'success');
  });

  it('stop blocks and never kills', async () => {
    test.configuration['linkedin'] = double('cookie');
    await test.person('stubborn');
    const { pid = 0 } = server().snapshot();
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 10);
    await test.host.reload('linkedin');
    clearInterval(timer);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    assert.ok(turns > 1, 'others had their turns while it was stopped');
  });

  it('output pipes never drained', async () => {
    test.configuration['linkedin'] = double('cookie');
    assert.deepEqual((await test.person('floods')).response.data, { name: 'Flood' });
    await test.until(() => test.output('linkedin').length > 0);
    assert.equal((await test.person('ada')).response.status, 'success');
  });

  it('cookie in argv and in the log', async () => {
    test.configuration['linkedin'] = double('cookie');
    test.secrets.set('linkedin/cookie', cookie);
    assert.deepEqual((await test.person('cookie')).response.data, {
      name: 'Cookie',
      length: cookie.length,
      plain: true,
    });
    const { args = [], env } = server().entry.raw as ServerDefinition;
    assert.doesNotMatch(args.join(' '), /cookie|li_at/i);
    assert.equal(env?.['LINKEDIN_COOKIE'], '${secret:cookie}');
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      assert.ok(!commandLine(pid).includes(cookie), pid);
    }
    for (const line of [...test.output('linkedin'), ...test.log]) assert.ok(!line.includes(cookie), line);
  });

  it('documented parameters (`get_profile {linkedin_username}`, `get_company_profile`) rejected', async () => {
    const person = await test.response('get_profile', { linkedin_username: 'ada' });
    assert.equal(person.status, 'success', person.error?.message);
    const company = await test.response('get_company_profile', { company_name: 'acme' });
    assert.equal(company.status, 'success', company.error?.message);
  });

  it('every structured error turned into "profile data is empty"', async () => {
    test.configuration['linkedin'] = double('cookie');
    for (const [name, { message }] of Object.entries(structuredErrors)) {
      const { error } = await test.response('get_person_profile', { linkedin_username: name });
      assert.notEqual(error?.code, 'suspected-expiry', name);
      assert.doesNotMatch(error?.message ?? '', /empty/i);
      assert.ok(error?.message.includes(message), name);
    }
  });
});

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // It has ended meanwhile.
  }
}
