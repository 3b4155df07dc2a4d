import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { PluginRun } from '../../../../src/plugins/actionRun.ts';
import { structuredErrors, toolErrors } from '../../../servers/linkedin/stories.ts';
import { cookie, createTestLinkedIn, double, type TestLinkedIn } from './support/linkedin.ts';

/** Kind, code, milliseconds to wait where there are any, and the buttons. */
type Expected = readonly [kind: string, code: string, retryAfterMs: number | undefined, offers: string];

function found({ response: { error }, offers }: PluginRun): Expected {
  return [error?.kind ?? '', error?.code ?? '', error?.retryAfterMs, offers.map(({ title }) => title).join(', ')];
}

/** What may pass by itself, or with the connection; nothing else is worth the same call. */
const retryable = new Set(['pending', 'busy', 'network', 'login-timeout']);

describe('What the maintained LinkedIn server says', () => {
  let test: TestLinkedIn;
  before(() => (test = createTestLinkedIn(double('browser'))));
  after(() => test.close());

  const rows: Readonly<Record<string, Expected>> = {
    'not-signed-in': ['auth', 'authentication', undefined, 'Sign In'],
    'no-session': ['auth', 'authentication', undefined, 'Sign In'],
    expired: ['auth', 'expired', undefined, 'Sign In'],
    'sign-in-failed': ['auth', 'expired', undefined, 'Sign In'],
    'sign-in-open': ['tool', 'pending', 30_000, ''],
    'sign-in-already': ['tool', 'pending', 30_000, ''],
    installing: ['tool', 'pending', 30_000, ''],
    busy: ['tool', 'busy', 30_000, ''],
    challenged: ['auth', 'challenge', undefined, 'Open LinkedIn, Sign In'],
    limited: ['connection', 'rate-limit', 300_000, ''],
    nobody: ['tool', 'not-found', undefined, ''],
    offline: ['connection', 'network', undefined, ''],
    'other-page': ['tool', 'page-changed', undefined, ''],
    odd: ['tool', 'unknown', undefined, ''],
  };

  it('is known row by row', () => assert.deepEqual(Object.keys(rows).toSorted(), Object.keys(toolErrors).toSorted()));

  for (const [story, expected] of Object.entries(rows)) {
    it(`“${toolErrors[story]?.slice(0, 60)}” is ${expected[1]}`, async () => {
      const run = await test.person(story);
      assert.equal(run.response.status, 'error');
      assert.deepEqual(found(run), expected);
      assert.equal(run.response.error?.retryable, retryable.has(expected[1]));
      assert.ok(
        run.response.error.message.includes(toolErrors[story]?.slice(0, 200) ?? '?'),
        run.response.error.message,
      );
    });
  }

  it('opens the page that the server names, where it is LinkedIn’s', async () => {
    const { offers } = await test.person('challenged');
    assert.deepEqual(offers[0], {
      title: 'Open LinkedIn',
      command: 'vscode.open',
      argument: 'https://www.linkedin.com/checkpoint/challenge/AgF1',
    });
  });

  it('signs in by the action of that name', async () => {
    const { offers } = await test.person('expired');
    assert.deepEqual(offers, [
      { title: 'Sign In', command: 'externalMcp.runPluginAction', argument: { plugin: 'linkedin', action: 'sign_in' } },
    ]);
  });

  it('a section that could not be read leaves the rest, and is said to be missing', async () => {
    const { response } = await test.person('partly');
    assert.equal(response.status, 'partial');
    assert.deepEqual(
      [response.error?.kind, response.error?.code, response.error?.retryAfterMs],
      ['connection', 'rate-limit', 60_000],
    );
    assert.match(response.error?.message ?? '', /could not be read: posts/);
    assert.match(JSON.stringify(response.data), /Ada Lovelace/);
    assert.match(test.documents.at(-1)?.content ?? '', /## Sections that could not be read\n\n- \*\*Posts:\*\*/);
  });

  it('a page none of whose sections could be read is an error, and keeps its data', async () => {
    const { response } = await test.person('nothing-read');
    assert.deepEqual([response.status, response.error?.code], ['error', 'rate-limit']);
    assert.match(JSON.stringify(response.data), /section_errors/);
  });

  it('an empty profile is a suspected expiry', async () => {
    const run = await test.person('empty');
    assert.deepEqual(found(run), ['auth', 'suspected-expiry', undefined, 'Sign In']);
  });

  it('an empty company is none', async () => {
    const response = await test.response('get_company_profile', { company_name: 'empty' });
    assert.equal(response.status, 'success');
  });

  it('its end in the middle of a call is told, and the next call starts it again', async () => {
    const { response } = await test.person('dies');
    assert.deepEqual([response.status, response.error?.kind, response.error?.retryable], ['error', 'process', false]);
    assert.equal((await test.person('ada')).response.status, 'success');
  });
});

describe('What the LinkedIn server of the cookie generation says in successful results', () => {
  let test: TestLinkedIn;
  before(() => {
    test = createTestLinkedIn(double('cookie'));
    test.secrets.set('linkedin/cookie', cookie);
  });
  after(() => test.close());

  const signIn = 'Set Cookie, Sign In';
  const rows: Readonly<Record<string, Expected>> = {
    authentication_not_found: ['auth', 'authentication', undefined, signIn],
    invalid_credentials: ['auth', 'expired', undefined, signIn],
    captcha_required: ['auth', 'challenge', undefined, `Open LinkedIn, ${signIn}`],
    security_challenge_required: ['auth', 'challenge', undefined, `Open LinkedIn, ${signIn}`],
    two_factor_auth_required: ['auth', 'challenge', undefined, `Open LinkedIn, ${signIn}`],
    rate_limit: ['connection', 'rate-limit', 120_000, ''],
    login_timeout: ['auth', 'expired', undefined, signIn],
    login_timeout_elsewhere: ['timeout', 'login-timeout', undefined, ''],
    session_expired: ['auth', 'expired', undefined, signIn],
    cookie_auth_failed: ['auth', 'expired', undefined, signIn],
    authentication_failed: ['auth', 'expired', undefined, signIn],
    profile_not_found: ['tool', 'not-found', undefined, ''],
    network_error: ['connection', 'network', undefined, ''],
    scraping_error: ['tool', 'page-changed', undefined, ''],
    linkedin_error: ['tool', 'linkedin', undefined, ''],
    unknown_error: ['tool', 'unknown', undefined, ''],
    redirects: ['auth', 'expired', undefined, signIn],
    elsewhere: ['auth', 'challenge', undefined, `Open LinkedIn, ${signIn}`],
  };

  it('is known row by row', () =>
    assert.deepEqual(Object.keys(rows).toSorted(), Object.keys(structuredErrors).toSorted()));

  for (const [story, expected] of Object.entries(rows)) {
    it(`${story} is ${expected[1]}`, async () => {
      const run = await test.person(story);
      assert.equal(run.response.status, 'error');
      assert.deepEqual(found(run), expected);
      assert.equal(run.response.error?.retryable, retryable.has(expected[1]));
      assert.ok(
        run.response.error.message.includes(structuredErrors[story]?.message ?? '?'),
        run.response.error.message,
      );
    });
  }

  it('says the same as text only, and in a list', async () => {
    for (const generation of ['text', 'list']) {
      const run = await test.person(`session_expired--${generation}`);
      assert.deepEqual(found(run), rows['session_expired'], generation);
    }
  });

  it('opens pages of LinkedIn only', async () => {
    const pages = ['captcha_required', 'security_challenge_required', 'elsewhere'].map(async (story) => {
      const { offers } = await test.person(story);
      return offers[0]?.argument;
    });
    assert.deepEqual(await Promise.all(pages), [
      'https://www.linkedin.com/checkpoint/captcha/42',
      'https://www.linkedin.com/checkpoint/challenge/42',
      'https://www.linkedin.com/',
    ]);
  });

  it('sets the plugin’s own cookie', async () => {
    const { offers } = await test.person('session_expired');
    assert.deepEqual(offers[0], {
      title: 'Set Cookie',
      command: 'externalMcp.setSecret',
      argument: { plugin: 'linkedin', name: 'cookie' },
    });
  });

  it('takes a profile without anything in it for a suspected expiry', async () => {
    assert.deepEqual(found(await test.person('empty')), ['auth', 'suspected-expiry', undefined, signIn]);
  });
});

describe('What the LinkedIn server of the token flavour says', () => {
  let test: TestLinkedIn;
  before(() => {
    test = createTestLinkedIn(double('token'));
    test.secrets.set('linkedin/accessToken', 'a-token-of-theirs');
  });
  after(() => test.close());

  const setToken = 'Set Access Token';
  const rows: Readonly<Record<string, Expected>> = {
    'status-401': ['auth', 'expired', undefined, setToken],
    'status-403': ['auth', 'expired', undefined, setToken],
    'status-404': ['tool', 'not-found', undefined, ''],
    'status-429': ['connection', 'rate-limit', undefined, ''],
    'status-503': ['connection', 'network', undefined, ''],
    offline: ['connection', 'network', undefined, ''],
    empty: ['auth', 'suspected-expiry', undefined, setToken],
  };

  for (const [story, expected] of Object.entries(rows)) {
    it(`${story} is ${expected[1]}`, async () => assert.deepEqual(found(await test.person(story)), expected));
  }

  it('nothing, without a token: it exits, and the token is asked for', async () => {
    test.secrets.delete('linkedin/accessToken');
    const run = await test.person('ada');
    assert.deepEqual(found(run), ['auth', 'authentication', undefined, setToken]);
    assert.match(run.response.error?.message ?? '', /HDW_ACCESS_TOKEN environment variable is required/);
    assert.deepEqual(run.offers[0]?.argument, { plugin: 'linkedin', name: 'accessToken' });
    test.secrets.set('linkedin/accessToken', 'a-token-of-theirs');
    assert.equal((await test.person('ada')).response.status, 'success');
  });
});
