import assert from 'node:assert/strict';
import { parseDefinition } from '../../../src/servers/definition.ts';
import { type LaunchPlan, planLaunch } from '../../../src/servers/launchPlan.ts';
import { MissingSecretError, secretsNamed, secretValueProblem } from '../../../src/servers/secrets.ts';
import { failureOf, sources } from './support/registry.ts';

describe('Secrets in a definition', () => {
  const values: Readonly<Record<string, string>> = {
    token: 'tok/4f8a?1c',
    other: 'other-value',
    page: 'http://x:1/a?k=v',
  };
  let asked: { name: string; goesTo: string }[];
  beforeEach(() => (asked = []));

  const plan = (raw: object): Promise<LaunchPlan> =>
    planLaunch({
      name: 'mine',
      definition: parseDefinition('mine', raw),
      variables: {
        ...sources,
        env: (name) => ({ COLOUR: 'green', MY_TOKEN: 'of-the-host' })[name],
        secret: async (name, goesTo) => {
          asked.push({ name, goesTo });
          return values[name];
        },
      },
      hostEnv: {},
      defaultCwd: '/work',
      freePort: async () => 23_456,
    });
  const names = (): string[] => asked.map(({ name }) => name);
  const goesTo = async (raw: object): Promise<string | undefined> => {
    asked = [];
    await plan(raw);
    return asked[0]?.goesTo;
  };

  it('are put into variables and headers, also within longer texts, and are known to be secrets', async () => {
    const env = { A: '${secret:token}', B: '${secret:other} and ${env:COLOUR}' };
    const { launch, endpoint, secrets } = await plan({
      command: 'x',
      port: 'auto',
      env,
      headers: { Authorization: 'Bearer ${secret:token}' },
    });
    assert.equal(launch?.env['A'], 'tok/4f8a?1c');
    assert.equal(launch?.env['B'], 'other-value and green');
    assert.deepEqual(endpoint.kind === 'http' && endpoint.headers, { Authorization: 'Bearer tok/4f8a?1c' });
    assert.deepEqual(secrets.slice(0, 2), ['tok/4f8a?1c', 'other-value']);
    assert.deepEqual(env, { A: '${secret:token}', B: '${secret:other} and ${env:COLOUR}' });
  });

  it('are put into the environment under its other name, too', async () => {
    const { launch } = await plan({ command: 'x', environment: { A: '${secret:token}' } });
    assert.equal(launch?.env['A'], 'tok/4f8a?1c');
  });

  it('are encoded in a url, so that none changes where it leads', async () => {
    const { endpoint } = await plan({ url: 'http://me:${secret:token}@x/${secret:token}?k=${secret:token}#f' });
    assert.equal(
      endpoint.kind === 'http' && endpoint.url.href,
      'http://me:tok%2F4f8a%3F1c@x/tok%2F4f8a%3F1c?k=tok%2F4f8a%3F1c#f',
    );
  });

  it('may be a url, or its beginning', async () => {
    const urlOf = async (url: string): Promise<unknown> => {
      const { endpoint } = await plan({ url });
      return endpoint.kind === 'http' && endpoint.url.href;
    };
    assert.equal(await urlOf('${secret:page}'), 'http://x:1/a?k=v');
    assert.equal(await urlOf('${secret:page}&t=${secret:token}'), 'http://x:1/a?k=v&t=tok%2F4f8a%3F1c');
  });

  it('are read once each, and not again for another port', async () => {
    const first = await plan({
      command: 'x',
      port: 'auto',
      env: { A: '${secret:token}${secret:other}${secret:token}' },
      headers: { B: '${secret:other}' },
    });
    const second = await first.elsewhere?.();
    assert.equal(second?.launch?.env['A'], 'tok/4f8a?1cother-valuetok/4f8a?1c');
    assert.deepEqual(names(), ['token', 'other']);
  });

  it('go where the person was told, whatever a setting says by the time of the answer', async () => {
    let host = 'good.org';
    const { endpoint } = await planLaunch({
      name: 'mine',
      definition: parseDefinition('mine', { url: 'https://${config:host}/', headers: { A: '${secret:token}' } }),
      variables: {
        ...sources,
        config: () => host,
        secret: async (name, goesTo) => {
          asked.push({ name, goesTo });
          host = 'evil.org';
          return 'value';
        },
      },
      hostEnv: {},
      defaultCwd: '/work',
      freePort: async () => 23_456,
    });
    assert.deepEqual(asked, [{ name: 'token', goesTo: 'https://good.org' }]);
    assert.equal(endpoint.kind === 'http' && endpoint.url.origin, 'https://good.org');
  });

  it('are not asked for where there are none', async () => {
    await plan({ command: 'x', env: { A: '${env:COLOUR}' } });
    assert.deepEqual(asked, []);
  });

  const misplaced: [key: string, raw: object][] = [
    ['command', { command: 'x${secret:token}' }],
    ['args', { command: 'x', args: ['--ok', '--token=${secret:token}'] }],
    ['args', { command: 'x', args: ['${Secret}'] }],
    ['serverPath', { serverPath: '/x/${secret:token}.js' }],
    ['cwd', { command: 'x', cwd: '/${secret:token}' }],
    ['envFile', { command: 'x', envFile: '${secret:token}' }],
  ];
  for (const [key, raw] of misplaced) {
    it(`are refused in ${key} with the reason, before anybody is asked for them: ${JSON.stringify(raw)}`, async () => {
      const error = await failureOf(plan({ ...raw, env: { A: '${secret:other}' } }));
      assert.equal(error.kind, 'config');
      assert.ok(error.message.includes(`"${key}" has a secret in it`), error.message);
      assert.match(error.message, /pass it in "env" instead/);
      if (key === 'args') assert.match(error.message, /every process of this machine can read a command line/);
      assert.deepEqual(asked, []);
    });
  }

  it('are not asked for by a definition that cannot be used', async () => {
    const unknown = { command: 'x', env: { A: '${secret:token}', B: '${nonsense}' } };
    await assert.rejects(plan(unknown), { kind: 'config', message: /\$\{nonsense\}/ });
    const odd = { command: 'x', env: { A: '${secret:token}', B: '${secret:my token}' } };
    await assert.rejects(plan(odd), { kind: 'config', message: /Did you mean \$\{secret:my_token\}/ });
    assert.deepEqual(asked, []);
  });

  it('that are not set are an error that names them and says what to do', async () => {
    const error = await failureOf(plan({ command: 'x', env: { A: '${secret:missing}' } }));
    assert.ok(error instanceof MissingSecretError);
    assert.deepEqual([error.kind, error.server, error.secret], ['config', 'mine', 'missing']);
    assert.equal(error.message, '“mine” needs the secret “missing”, which is not set. Set it with “Set Secret”.');
  });

  it('are in no message about a header or an address that they make unusable', async () => {
    const header = await failureOf(plan({ url: 'http://x/', headers: { 'no name': '${secret:token}' } }));
    assert.doesNotMatch(header.message, /4f8a/);
    const address = await failureOf(plan({ url: '${secret:token}' }));
    assert.match(address.message, /“\$\{secret:token\}” is not an http or https address/);
  });

  it('go to a command line, the origin of an address, or both; what is secret in these is not told', async () => {
    const env = { A: '${secret:token}' };
    assert.equal(
      await goesTo({ command: 'node', args: ['two words', '${env:COLOUR}', '${env:MY_TOKEN}', '${port}'], env }),
      'node "two words" green ${env:MY_TOKEN} ${port}',
    );
    const headers = { A: '${secret:token}' };
    assert.equal(await goesTo({ url: 'https://me:pass@x.org:8443/a?b=c#d', headers }), 'https://x.org:8443');
    assert.equal(
      await goesTo({ command: 'node', url: 'http://localhost:${port}/mcp', headers }),
      'node · http://localhost:${port}',
    );
    assert.equal(await goesTo({ url: 'https:/\\evil.org/x', headers }), 'https://evil.org');
  });

  it('go to what runs in its folder with its other variables: a change of these is one of where they go', async () => {
    const env = { A: '${secret:token}' };
    const base = { command: 'node', args: ['server.js'] };
    assert.equal(await goesTo({ ...base, env, cwd: '/elsewhere' }), 'node server.js · cwd: /elsewhere');
    const other = { ...env, NODE_OPTIONS: '--require ./evil.js', API_BASE: 'https://evil.org/${secret:token}' };
    assert.equal(
      await goesTo({ ...base, env: other }),
      'node server.js · API_BASE=https://evil.org/${secret:token} NODE_OPTIONS="--require ./evil.js"',
    );
    assert.equal(await goesTo({ ...base, environment: { ...env, MY_TOKEN: 'abc' } }), 'node server.js · MY_TOKEN');
  });

  it('that are part of an address’s origin go to that address', async () => {
    assert.equal(await goesTo({ url: '${secret:page}' }), '${secret:page}');
    assert.equal(await goesTo({ url: 'https://x.org/?t=${secret:token}' }), 'https://x.org');
  });

  it('are found in whatever somebody wrote', () => {
    const env = { A: '${secret:a} ${secret:b}', B: 1, C: '${secret:not ok}' };
    assert.deepEqual(secretsNamed({ env, headers: 'x${secret:c}', url: '${secret:a}${secret:d}' }), ['a', 'b', 'd']);
    for (const raw of [undefined, null, 'text', [], { env: null }]) assert.deepEqual(secretsNamed(raw), []);
  });
});

describe('The value of a secret', () => {
  for (const [value, problem] of [
    ['', /must not be empty/],
    ['abc', /at least 4 characters/],
    ['x'.repeat(32_769), /at most 32768/],
    ['with \0 in it', /characters that are none/],
    ['half a \ud83d', /characters that are none/],
  ] as const) {
    it(`is refused without being repeated: ${JSON.stringify(value.slice(0, 20))}`, () => {
      const said = secretValueProblem(value) ?? assert.fail('it is fine');
      assert.match(said, problem);
      if (value !== '') assert.ok(!said.includes(value));
    });
  }

  it('may be any other text', () => {
    for (const value of ['abcd', '-----BEGIN\nKEY-----\n', 'ключ 🔑', 'x'.repeat(32_768)])
      assert.equal(secretValueProblem(value), undefined);
  });
});
