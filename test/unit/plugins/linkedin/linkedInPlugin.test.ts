import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import type { ServerDefinition } from '../../../../src/servers/definition.ts';
import { cookie, contribution, createTestLinkedIn, double, type TestLinkedIn } from './support/linkedin.ts';
import { installPrograms } from './support/programs.ts';

describe('The LinkedIn plugin', () => {
  let test: TestLinkedIn;
  afterEach(() => test.close());

  const definition = (): ServerDefinition => test.registry.get('linkedin').entry.raw as ServerDefinition;

  it('reads a person and a company under every name of the actions and the parameters', async () => {
    test = createTestLinkedIn(double('browser'));
    const people = ['get_person_profile', 'scrape_profile', 'get_profile', 'profile'];
    const url = 'https://de.linkedin.com/in/ada/details/skills/?trk=x';
    for (const action of people) {
      for (const parameters of [{ linkedin_username: 'ada' }, { username: 'ada' }, { profile: 'ada' }, { url }]) {
        const { status, data, metadata } = await test.response(action, parameters);
        assert.equal(status, 'success', `${action} ${JSON.stringify(parameters)}`);
        assert.equal((data as { url: string }).url, 'https://www.linkedin.com/in/ada/');
        const { server, tool, attempts } = metadata;
        assert.deepEqual(
          { action: metadata.action, server, tool, attempts },
          { action: 'get_person_profile', server: 'linkedin', tool: 'get_person_profile', attempts: 1 },
        );
      }
    }
    for (const action of ['get_company_profile', 'scrape_company', 'get_company', 'company']) {
      for (const parameters of [
        { company_name: 'acme' },
        { company: 'acme' },
        { url: 'linkedin.com/company/acme/about' },
      ]) {
        const { status, data } = await test.response(action, parameters);
        assert.equal(status, 'success', `${action} ${JSON.stringify(parameters)}`);
        assert.equal((data as { url: string }).url, 'https://www.linkedin.com/company/acme/');
      }
    }
    assert.equal(test.registry.servers.length, 1);
  });

  it('refuses a request that names nobody, or somebody elsewhere, and starts nothing for it', async () => {
    test = createTestLinkedIn(double('browser'));
    for (const parameters of [{}, { linkedin_username: '' }, { user: 'ada' }, { url: 'https://evil.example/in/ada' }]) {
      const { status, error } = await test.response('get_person_profile', parameters);
      assert.deepEqual([status, error?.kind], ['error', 'validation'], JSON.stringify(parameters));
    }
    assert.equal(test.registry.servers.length, 0);
  });

  it('runs each flavour by its own command, with nothing of the host’s environment in its way', async () => {
    const programs = installPrograms();
    process.env['USER_AGENT'] = 'somebody';
    try {
      test = createTestLinkedIn();
      assert.equal((await test.person('ada')).response.status, 'success', 'browser is the default');
      const { command, transport, url } = definition();
      assert.deepEqual([command, transport, url], ['uvx', 'streamable-http', 'http://127.0.0.1:${port}/mcp']);

      test.configuration['linkedin'] = { flavour: 'cookie' };
      test.secrets.set('linkedin/cookie', cookie);
      assert.equal((await test.person('ada')).response.status, 'success');
      assert.deepEqual(definition().env, { UV_HTTP_TIMEOUT: '300', LINKEDIN_COOKIE: '${secret:cookie}' });

      test.configuration['linkedin'] = { flavour: 'token' };
      test.secrets.set('linkedin/accessToken', 'a-token-of-theirs');
      test.secrets.set('linkedin/accountId', 'an-account-of-theirs');
      const { response } = await test.person('ada');
      assert.deepEqual([response.status, response.metadata.tool], ['success', 'get_linkedin_profile']);
      assert.deepEqual(definition().env, {
        HDW_ACCESS_TOKEN: '${secret:accessToken}',
        HDW_ACCOUNT_ID: '${secret:accountId}',
      });
      assert.deepEqual(
        test.registry.servers.map(({ name }) => name),
        ['linkedin'],
      );
    } finally {
      delete process.env['USER_AGENT'];
      programs.dispose();
    }
  });

  it('does not pass a USER_AGENT on to a server that refuses to start with it, wherever it comes from', async () => {
    test = createTestLinkedIn(double('browser', { environment: { USER_AGENT: 'mine', OTHER: 'stays' } }));
    const { status, data } = await test.response('get_person_profile', { username: 'environment' });
    assert.equal(status, 'success');
    const { main_profile: said } = (data as { sections: { main_profile: string } }).sections;
    const environment = JSON.parse(said) as Record<string, string>;
    assert.equal(environment['USER_AGENT'], undefined);
    assert.equal(environment['OTHER'], 'stays');
    assert.ok(test.log.some((line) => line.includes('USER_AGENT')));
  });

  it('takes the pattern’s own keys, and asks nothing twice', async () => {
    test = createTestLinkedIn(double('browser', { startup_timeout: 40, timeout: 10, environment: { A: 'b' } }));
    assert.equal((await test.person('ada')).response.status, 'success');
    const { startupTimeout, timeout, maxRetries, restart, port, env } = definition();
    assert.deepEqual(
      { startupTimeout, timeout, maxRetries, restart, port, env },
      {
        startupTimeout: 40,
        timeout: 200,
        maxRetries: 0,
        restart: 'never',
        port: 'auto',
        env: { UV_HTTP_TIMEOUT: '300', A: 'b' },
      },
    );
  });

  it('refuses a configuration that says something else', async () => {
    for (const configuration of [
      { flavour: 'password' },
      { cookie: 'abc' },
      { environment: { A: 1 } },
      { port: 'auto' },
    ]) {
      test = createTestLinkedIn(configuration);
      const { response } = await test.person('ada');
      assert.deepEqual([response.status, response.error?.kind], ['error', 'config'], JSON.stringify(configuration));
      await test.close();
    }
  });

  it('passes on the parameters that the tool knows, and says which it leaves out', async () => {
    test = createTestLinkedIn(double('browser'));
    const parameters = { username: 'arguments', sections: ['experience', 'posts'], max_scrolls: 3, with_skills: true };
    const { data } = await test.response('get_person_profile', parameters);
    const { main_profile: said } = (data as { sections: { main_profile: string } }).sections;
    assert.deepEqual(JSON.parse(said), {
      linkedin_username: 'arguments',
      sections: 'experience,posts',
      max_scrolls: 3,
    });
    assert.ok(test.log.some((line) => line.includes('with_skills')));
  });

  it('shows the page to the person who asked for it, and to nobody else', async () => {
    test = createTestLinkedIn(double('browser'));
    await test.host.run('linkedin', { action: 'get_profile', parameters: { username: 'ada' } });
    assert.equal(test.documents.length, 0);
    await test.person('ada');
    assert.deepEqual(
      test.documents.map(({ language }) => language),
      ['markdown'],
    );
  });

  it('tells of a server that has no such tool, and of a program that is not there', async () => {
    test = createTestLinkedIn({
      command: process.execPath,
      args: [new URL('../../../servers/stdioEcho.ts', import.meta.url).pathname],
    });
    const { response } = await test.person('ada');
    assert.deepEqual([response.error?.kind, response.error?.code], ['config', 'no-tool']);
    assert.match(response.error?.message ?? '', /It offers: echo/);
    test.configuration['linkedin'] = { command: 'uvx-that-is-not-there' };
    const { response: missing } = await test.person('ada');
    assert.match(missing.error?.message ?? '', /uvx-that-is-not-there/);
  });

  it('tells how to install uv where it is missing', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      test = createTestLinkedIn();
      const { response, offers } = await test.person('ada');
      assert.deepEqual([response.status, response.error?.kind], ['error', 'process']);
      assert.deepEqual(offers, [
        {
          title: 'How to Install uvx',
          command: 'vscode.open',
          argument: 'https://docs.astral.sh/uv/getting-started/installation/',
        },
      ]);
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('What package.json says of the LinkedIn plugin', () => {
  const own = contribution();

  it('has a text for everything that people read', () => {
    assert.doesNotMatch(JSON.stringify(own), /%[\w.]+%/);
  });

  it('names the actions with their other names', () => {
    const actions = own['actions'] as { name: string; aliases?: string[] }[];
    assert.deepEqual(Object.fromEntries(actions.map(({ name, aliases = [] }) => [name, aliases.join(' ')])), {
      get_person_profile: 'scrape_profile get_profile profile',
      get_company_profile: 'scrape_company get_company company',
      close_session: '',
      sign_in: '',
      sign_in_status: '',
      sign_out: '',
    });
  });
});
