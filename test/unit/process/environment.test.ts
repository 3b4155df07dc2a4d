import assert from 'node:assert/strict';

import { childEnvironment } from '../../../src/process/environment.ts';
import { code, stopAll, subject } from './support.ts';

describe('the environment of a child', () => {
  afterEach(stopAll);

  const host = {
    PATH: '/usr/bin',
    HOME: '/home/me',
    LANG: 'C',
    LC_ALL: 'C',
    XDG_CONFIG_HOME: '/c',
    TMPDIR: '/t',
    https_proxy: 'http://proxy',
    NO_PROXY: 'localhost',
    NODE_EXTRA_CA_CERTS: '/ca',
    SSL_CERT_FILE: '/ca',
    ELECTRON_RUN_AS_NODE: '1',
    VSCODE_PID: '1',
    VSCODE_IPC_HOOK_CLI: '/ipc',
    NODE_OPTIONS: '--inspect',
    GITHUB_TOKEN: 'secret',
    MY_XDG_SECRET: 'secret',
    SHELL: '() { evil; }',
    USER: undefined,
  };
  const allowed = {
    PATH: '/usr/bin',
    HOME: '/home/me',
    LANG: 'C',
    LC_ALL: 'C',
    XDG_CONFIG_HOME: '/c',
    TMPDIR: '/t',
    https_proxy: 'http://proxy',
    NO_PROXY: 'localhost',
    NODE_EXTRA_CA_CERTS: '/ca',
    SSL_CERT_FILE: '/ca',
  };

  it("takes an allow-list of the host's variables", () => {
    assert.deepEqual(childEnvironment(host, {}, 'linux'), allowed);
  });

  it('adds what the definition names and sets, and lets ours win', () => {
    const environment = childEnvironment(
      host,
      { inheritEnv: ['GITHUB_TOKEN', 'ABSENT'], env: { HOME: '/h', PORT: '1' }, extra: { PORT: '2' } },
      'linux',
    );
    assert.deepEqual(environment, { ...allowed, GITHUB_TOKEN: 'secret', HOME: '/h', PORT: '2' });
  });

  it('compares names without case on Windows and only there', () => {
    const windows = { Path: 'C:\\bin', SystemRoot: 'C:\\Windows', Secret: 'x', Token: 't' };
    const added = { inheritEnv: ['TOKEN'], env: { PATH: 'D:\\bin' } };
    assert.deepEqual(childEnvironment(windows, added, 'win32'), {
      PATH: 'D:\\bin',
      SystemRoot: 'C:\\Windows',
      Token: 't',
    });
    assert.deepEqual(childEnvironment(windows, added, 'linux'), { PATH: 'D:\\bin' });
  });

  it('reaches a real child, which sees nothing of the host', async () => {
    const { process: child, line } = subject({
      args: code('console.log(JSON.stringify(process.env))'),
      env: childEnvironment({ ...process.env, ...host, PATH: process.env['PATH'] }, { extra: { PORT: '20001' } }),
    });
    await child.start();
    const seen = JSON.parse(await line()) as Record<string, string>;
    assert.equal(seen['PORT'], '20001');
    assert.equal(seen['HOME'], '/home/me');
    const leaked = Object.keys(seen).filter((name) => /^(?:ELECTRON|VSCODE_|NODE_OPTIONS|GITHUB|MY_)/.test(name));
    assert.deepEqual(leaked, []);
  });
});
