import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { cookie, createTestLinkedIn, double, type TestLinkedIn } from './support/linkedin.ts';

describe('The LinkedIn plugin and its server', () => {
  let test: TestLinkedIn;
  afterEach(() => test.close());

  it('makes one call at a time, and lets a cancelled one out of the queue', async () => {
    test = createTestLinkedIn(double('cookie'));
    const cancel = new AbortController();
    const first = test.person('slow');
    const second = test.run('get_person_profile', { username: 'slow' }, cancel.signal);
    const rest = Array.from({ length: 4 }, () => test.person('slow'));
    cancel.abort();
    const { response: cancelled } = await second;
    assert.deepEqual([cancelled.status, cancelled.error?.kind], ['error', 'cancelled']);
    const others = await Promise.all([first, ...rest]);
    assert.deepEqual(
      others.map(({ response }) => response.status),
      Array.from({ length: 5 }, () => 'success'),
    );
    const calls = others.map(({ response }) => response.data as { most: number; calls: number });
    assert.deepEqual(
      calls.map(({ most }) => most),
      [1, 1, 1, 1, 1],
    );
    assert.deepEqual(
      calls.map(({ calls: made }) => made).toSorted((a, b) => a - b),
      [1, 2, 3, 4, 5],
      'the cancelled one was never made',
    );
  });

  it('ends a call that is cancelled while the server works on it', async () => {
    test = createTestLinkedIn(double('cookie'));
    const cancel = new AbortController();
    const running = test.run('get_person_profile', { username: 'hangs' }, cancel.signal);
    await test.until(() => test.output('linkedin').some((line) => line.includes('hangs now')));
    cancel.abort();
    assert.equal((await running).response.error?.kind, 'cancelled');
    assert.equal((await test.person('ada')).response.status, 'success');
  });

  it('starts the server again with a cookie that has changed, and keeps it clean', async () => {
    test = createTestLinkedIn(double('cookie'));
    const measure = async (): Promise<unknown> => (await test.person('cookie')).response.data;
    assert.deepEqual(await measure(), { name: 'Cookie', length: 0, plain: true }, 'it may have a session of its own');
    test.secrets.set('linkedin/cookie', ` "li_at=${cookie}"; `);
    assert.deepEqual(await measure(), { name: 'Cookie', length: cookie.length, plain: true });
    assert.equal(test.secrets.get('linkedin/cookie'), cookie);
    assert.ok(!test.log.some((line) => line.includes('characters')));
    const { pid } = test.registry.get('linkedin').snapshot();
    await measure();
    assert.equal(test.registry.get('linkedin').snapshot().pid, pid);
    test.secrets.set('linkedin/cookie', 'too-short');
    assert.deepEqual(await measure(), { name: 'Cookie', length: 9, plain: true });
    assert.equal(test.log.filter((line) => line.includes('has only 9 characters')).length, 1);
    assert.match((await test.person('session_expired')).response.error?.message ?? '', /has only 9 characters/);
  });

  it('signs in, out and shows the status in a terminal, by the configured program', async () => {
    test = createTestLinkedIn({ environment: { CHROME_PATH: '/opt/chrome' } });
    for (const action of ['sign_in', 'sign_out', 'sign_in_status'])
      assert.equal((await test.response(action)).status, 'success');
    test.configuration['linkedin'] = {
      command: '/opt/uvx',
      args: [
        '--offline',
        'mcp-server-linkedin@4.1.0',
        '--transport=streamable-http',
        '--port',
        '${port}',
        '--path',
        '/mcp',
      ],
    };
    await test.response('sign_in');
    test.configuration['linkedin'] = { server_path: '/opt/linkedin/main.py' };
    await test.response('sign_in');
    assert.deepEqual(
      test.terminals.map(({ command, args = [] }) => [command, ...args].join(' ')),
      [
        'uvx mcp-server-linkedin@latest --login',
        'uvx mcp-server-linkedin@latest --logout',
        'uvx mcp-server-linkedin@latest --status',
        '/opt/uvx --offline mcp-server-linkedin@4.1.0 --login',
        'python3 /opt/linkedin/main.py --login',
      ],
    );
    test.configuration['linkedin'] = { flavour: 'cookie' };
    for (const action of ['sign_in', 'sign_out', 'sign_in_status']) await test.response(action);
    assert.deepEqual(
      test.terminals.slice(5).map(({ command, args = [] }) => [command, ...args].join(' ')),
      ['--get-session', '--clear-session', '--session-info'].map((flag) => `uvx linkedin-scraper-mcp@2.3.7 ${flag}`),
    );
    assert.deepEqual(test.terminals[0]?.env, { USER_AGENT: null, UV_HTTP_TIMEOUT: '300', CHROME_PATH: '/opt/chrome' });
    assert.equal(test.registry.servers.length, 0);
  });

  it('says what to do instead where a flavour has no sign-in', async () => {
    test = createTestLinkedIn({ flavour: 'token' });
    const { response, offers } = await test.run('sign_in');
    assert.deepEqual([response.error?.kind, response.error?.code], ['config', 'no-sign-in']);
    assert.deepEqual(offers[0]?.argument, { plugin: 'linkedin', name: 'accessToken' });
    assert.equal(test.terminals.length, 0);
  });

  it('closes the browser session where there is one', async () => {
    test = createTestLinkedIn(double('browser'));
    assert.deepEqual((await test.response('close_session')).data, {
      closed: false,
      message: 'No browser session is open.',
    });
    assert.equal(test.registry.servers.length, 0, 'nothing is started to be closed');
    const { offers } = await test.person('ada');
    assert.deepEqual(offers, [
      {
        title: 'Close Browser Session',
        command: 'externalMcp.runPluginAction',
        argument: { plugin: 'linkedin', action: 'close_session' },
      },
    ]);
    const { data, metadata } = await test.response('close_session');
    assert.deepEqual(data, { closed: true, answer: { status: 'success', message: 'Closed 1.' } });
    assert.equal(metadata.tool, 'close_session');
    await test.person('dies');
    assert.deepEqual((await test.response('close_session')).data, {
      closed: false,
      message: 'No browser session is open.',
    });
  });

  it('closes the browser and stops the server when it is shut down', async () => {
    test = createTestLinkedIn(double('browser'));
    await test.person('ada');
    const { pid = 0 } = test.registry.get('linkedin').snapshot();
    await test.host.reload('linkedin');
    assert.deepEqual(test.registry.servers, []);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    const closing = test.traffic
      .entries()
      .filter(({ tool, direction }) => tool === 'close_session' && direction === 'sent');
    assert.ok(closing.length > 0);
  });

  it('is shut down in the middle of a call, and works again afterwards', async () => {
    test = createTestLinkedIn(double('cookie'));
    const running = test.person('hangs');
    await test.until(() => test.output('linkedin').some((line) => line.includes('hangs now')));
    const waiting = test.person('ada');
    await test.until(() => test.log.some((line) => line.includes('waits for its turn')));
    await test.host.reload('linkedin');
    for (const run of [running, waiting]) assert.equal((await run).response.error?.kind, 'cancelled');
    assert.deepEqual(test.registry.servers, []);
    assert.equal((await test.person('ada')).response.status, 'success');
  });
});
