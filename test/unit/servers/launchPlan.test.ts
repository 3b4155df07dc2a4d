import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDefinition } from '../../../src/servers/definition.ts';
import { type LaunchPlan, planLaunch, usesStdio } from '../../../src/servers/launchPlan.ts';
import { sources } from './support/registry.ts';

describe('A launch plan', () => {
  const plan = (raw: object, hostEnv: NodeJS.ProcessEnv = { PATH: '/bin', SECRET_OF_HOST: 'x' }): Promise<LaunchPlan> =>
    planLaunch({
      name: 'mine',
      definition: parseDefinition('mine', raw),
      variables: sources,
      hostEnv,
      defaultCwd: '/work/first',
      freePort: async () => 23_456,
    });

  it('speaks on the pipes when a command stands alone', () => {
    assert.equal(usesStdio({ command: 'x' }), true);
    assert.equal(usesStdio({ command: 'x', args: ['--verbose'] }), true);
    assert.equal(usesStdio({ serverPath: 'x.js' }), true);
  });

  it('speaks HTTP with a port, a url, ${port} or an HTTP transport', () => {
    assert.equal(usesStdio({ command: 'x', port: 'auto' }), false);
    assert.equal(usesStdio({ command: 'x', url: 'http://127.0.0.1:1/' }), false);
    assert.equal(usesStdio({ command: 'x', args: ['--port=${port}'] }), false);
    assert.equal(usesStdio({ command: 'x', environment: { P: '${port}' } }), false);
    assert.equal(usesStdio({ command: 'x', transport: 'streamable-http' }), false);
    assert.equal(usesStdio({ url: 'http://127.0.0.1:1/' }), false);
  });

  it('passes the port in arguments, environment, url and PORT', async () => {
    const { launch, endpoint } = await plan({
      command: 'x',
      args: ['-p', '${port}'],
      env: { P: '${port}' },
      url: 'http://localhost:${port}/sse',
    });
    assert.deepEqual(launch?.args, ['-p', '23456']);
    assert.equal(launch?.env['P'], '23456');
    assert.equal(launch?.env['PORT'], '23456');
    assert.equal(endpoint.kind === 'http' && endpoint.url.href, 'http://localhost:23456/sse');
  });

  it('takes a literal port of the url as the port', async () => {
    const { launch, endpoint } = await plan({ command: 'x', url: 'http://127.0.0.1:8080/mcp' });
    assert.equal(launch?.env['PORT'], '8080');
    assert.equal(endpoint.kind === 'http' && endpoint.port, 8080);
  });

  it('can be made again with another port, where the port is ours to choose', async () => {
    const ports = [23_456, 23_457];
    const first = await planLaunch({
      name: 'mine',
      definition: parseDefinition('mine', { command: 'x', args: ['${port}'], url: 'http://localhost:${port}/mcp' }),
      variables: sources,
      hostEnv: {},
      defaultCwd: '/',
      freePort: async () => ports.shift() ?? 0,
    });
    const { launch, endpoint } = (await first.elsewhere?.()) ?? assert.fail('there is another');
    assert.deepEqual(first.launch?.args, ['23456']);
    assert.deepEqual(launch?.args, ['23457']);
    assert.equal(launch?.env['PORT'], '23457');
    assert.equal(endpoint.kind === 'http' && endpoint.url.href, 'http://localhost:23457/mcp');
  });

  it('has no other port than the one that the definition names', async () => {
    assert.equal((await plan({ command: 'x', port: 3000 })).elsewhere, undefined);
    assert.equal((await plan({ command: 'x', url: 'http://127.0.0.1:8080/' })).elsewhere, undefined);
    assert.equal((await plan({ command: 'x' })).elsewhere, undefined);
    assert.equal((await plan({ url: 'http://127.0.0.1:8080/' })).elsewhere, undefined);
  });

  it('lets a container end with its server, within its memory', async () => {
    const { launch } = await plan({ command: 'docker', args: ['run', '-i', 'image'], memoryLimitMb: 512 });
    assert.deepEqual(launch?.args, [
      'run',
      '--rm',
      '--init',
      '--label',
      'external-mcp',
      '--memory',
      '512m',
      '-i',
      'image',
    ]);
  });

  it('refuses a url that leads to another port than the one that is checked', async () => {
    await assert.rejects(plan({ command: 'x', port: 3000, url: 'http://localhost/mcp' }), {
      kind: 'config',
      message: /80.*3000/,
    });
  });

  it('knows the secrets in a url and in variables with a telling name, wherever they go', async () => {
    const { secrets } = await planLaunch({
      name: 'mine',
      definition: parseDefinition('mine', { url: 'http://me:pass%20word@x/?api_key=${env:MY_TOKEN}&page=2' }),
      variables: { ...sources, env: () => 'token-value' },
      hostEnv: {},
      defaultCwd: '/',
      freePort: async () => 1,
    });
    assert.deepEqual(secrets.toSorted(), ['pass word', 'token-value', 'token-value']);
  });

  it('refuses two different ports', async () => {
    await assert.rejects(plan({ command: 'x', url: 'http://127.0.0.1:8080/', port: 9090 }), {
      kind: 'config',
      message: /9090.*8080/,
    });
  });

  it('refuses an address that is not http', async () => {
    await assert.rejects(plan({ url: 'file:///etc/passwd' }), { kind: 'config', message: /"url"/ });
    await assert.rejects(plan({ url: 'not a url' }), { kind: 'config', message: /"url"/ });
  });

  it('refuses headers that HTTP does not allow, naming them', async () => {
    await assert.rejects(plan({ url: 'http://x/', headers: { 'X-Note': 'a\nb' } }), {
      kind: 'config',
      message: /“X-Note”/,
    });
    await assert.rejects(plan({ url: 'http://x/', headers: { 'no name': 'a' } }), {
      kind: 'config',
      message: /“no name”/,
    });
  });

  it('leaves what a server speaks to be found out, unless the definition says it', async () => {
    const transportOf = async (transport: 'auto' | 'sse' | 'external-sse') => {
      const { endpoint } = await plan({ url: 'http://x/', transport });
      return 'transport' in endpoint ? endpoint.transport : undefined;
    };
    assert.equal(await transportOf('auto'), undefined);
    assert.equal(await transportOf('sse'), 'sse');
    assert.equal(await transportOf('external-sse'), 'external-sse');
  });

  it('leaves the path of a server that we start to be found out, where no "url" says it', async () => {
    const { endpoint } = await plan({ command: 'x', port: 'auto' });
    assert.equal(endpoint.kind === 'http' && endpoint.url.pathname, '/');
  });

  it('gives the child an allow-listed environment and the definition’s own', async () => {
    const { launch } = await plan({ command: 'x', env: { MINE: 'yes' } });
    assert.deepEqual(launch?.env, { PATH: '/bin', MINE: 'yes' });
  });

  it('passes further variables only by name', async () => {
    const { launch } = await plan({ command: 'x', inheritEnv: ['SECRET_OF_HOST'] });
    assert.equal(launch?.env['SECRET_OF_HOST'], 'x');
  });

  it('knows the secret values by the names they go by, bearer tokens also bare', async () => {
    const { secrets } = await plan({
      url: 'http://x/',
      headers: { Authorization: 'Bearer abcdef', Accept: 'x/y' },
      env: { API_KEY: 'k-123456', LEVEL: 'debug' },
    });
    assert.deepEqual(secrets, ['Bearer abcdef', 'abcdef', 'k-123456']);
  });

  it('resolves cwd against the folder of the definition', async () => {
    assert.equal((await plan({ command: 'x', cwd: 'sub' })).launch?.cwd, '/work/first/sub');
    assert.equal((await plan({ command: 'x', cwd: '/abs' })).launch?.cwd, '/abs');
  });

  describe('with files', () => {
    let folder: string;
    before(async () => (folder = await mkdtemp(join(tmpdir(), 'external-mcp-test-'))));
    after(() => rm(folder, { recursive: true }));

    it('reads an envFile, which the definition’s own variables override', async () => {
      await writeFile(join(folder, '.env'), 'A=1\nB="two words"\n# comment\n');
      const { launch } = await plan({ command: 'x', envFile: join(folder, '.env'), env: { A: '9' } });
      assert.equal(launch?.env['A'], '9');
      assert.equal(launch?.env['B'], 'two words');
    });

    it('says which envFile is missing', async () => {
      await assert.rejects(plan({ command: 'x', envFile: '/missing/.env' }), {
        kind: 'config',
        message: /"envFile".*\/missing\/\.env/,
      });
    });

    it('runs a script by what it is: Node, Python, a package, an executable', async () => {
      await writeFile(join(folder, 'server.mjs'), '');
      await writeFile(join(folder, 'server.py'), '');
      await writeFile(join(folder, 'server'), '');
      await writeFile(join(folder, 'package.json'), JSON.stringify({ bin: { tool: 'server.mjs' } }));
      const run = async (serverPath: string): Promise<LaunchPlan['launch']> =>
        (await plan({ serverPath }, { PATH: '' })).launch;
      const script = join(folder, 'server.mjs');
      assert.deepEqual((await run(script))?.args, [script]);
      assert.equal((await run(script))?.command, process.execPath);
      assert.equal((await run(script))?.env['ELECTRON_RUN_AS_NODE'], '1');
      assert.deepEqual((await run(folder))?.args, [script]);
      assert.equal((await run(join(folder, 'server.py')))?.command, 'python3');
      assert.equal((await run(join(folder, 'server')))?.command, join(folder, 'server'));
    });

    it('says what is wrong with a serverPath', async () => {
      await assert.rejects(plan({ serverPath: join(folder, 'nothing') }), { kind: 'config', message: /nothing at/ });
      await writeFile(join(folder, 'package.json'), '{}');
      await assert.rejects(plan({ serverPath: folder }), { kind: 'config', message: /"bin" or "main"/ });
      await writeFile(join(folder, 'package.json'), '{"main":"."}');
      await assert.rejects(plan({ serverPath: folder }), { kind: 'config', message: /not a file/ });
      await writeFile(join(folder, 'package.json'), 'no json');
      await assert.rejects(plan({ serverPath: folder }), { kind: 'config' });
    });
  });
});
