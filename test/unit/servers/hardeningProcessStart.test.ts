import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../../src/process/port.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../host/temporaryFolder.ts';
import { hurried } from './support/clocks.ts';
import { Scene, slowly } from './support/hardening.ts';

describe('A server that does not start', function () {
  this.timeout(60_000);
  let scene: Scene;
  let folder: TemporaryFolder;
  beforeEach(async () => {
    // Back-off of four minutes in two and a half seconds.
    scene = await Scene.open(hurried(100));
    folder = await makeTemporaryFolder('start');
  });
  afterEach(async () => {
    await scene.close();
    await folder.remove();
  });

  /** It failed once, nothing waits for another try, and nothing of that is a crash loop. */
  const isLeftAlone = (): void => {
    assert.ok(scene.status.kind === 'failed' && scene.status.crashLoop === undefined);
    assert.deepEqual(scene.kinds, ['starting', 'stopping', 'failed']);
    assert.equal(scene.server.snapshot().restarts, 0);
    assert.ok(scene.output.some((line) => line.endsWith('It is not started again by itself.')));
  };

  it('because its command is missing is not tried again, and says what to install', async () => {
    const error = await scene.startFailure({ command: 'no-such-command-xyz', port: 'auto' });
    assert.equal(error.kind, 'process');
    assert.match(
      error.message,
      /^“mine” could not be started: the command "no-such-command-xyz" was not found\. Install/,
    );
    isLeftAlone();
  });

  it('because its command is not executable is not tried again, and says how to make it so', async () => {
    const command = join(folder.path, 'server.sh');
    await writeFile(command, '#!/bin/sh\n', { mode: 0o644 });
    const error = await scene.startFailure({ command });
    assert.equal(error.kind, 'process');
    assert.match(error.message, /server\.sh" is not executable\. Make it executable \(chmod \+x\)/);
    isLeftAlone();
  });

  it('because its folder is missing is not tried again, and names the folder and the key', async () => {
    const error = await scene.startFailure(slowly('doesAsTold', { cwd: '/no/such/folder' }));
    assert.equal(error.kind, 'process');
    assert.match(error.message, /working directory "\/no\/such\/folder" does not exist\. Create it, or correct "cwd"/);
    isLeftAlone();
  });

  for (const [code, words] of [
    [126, 'is not executable'],
    [127, 'was not found'],
  ] as const) {
    it(`because what its shell runs ${words} (${code}) is not tried again`, async () => {
      const error = await scene.startFailure({ command: '/bin/sh', args: ['-c', `exit ${code}`], port: 'auto' });
      assert.match(error.message, new RegExp(`exited with code ${code} \\(a command that it ran ${words}\\)`));
      isLeftAlone();
    });
  }

  it('because it exits with 0 at once has failed all the same, and is tried again', async () => {
    const error = await scene.startFailure({ command: '/bin/sh', args: ['-c', 'echo bye'], port: 'auto' });
    assert.equal(error.kind, 'process');
    assert.match(error.message, /^“mine” exited with code 0\. Its last words:\nbye$/);
    const { attempt } = await scene.until('restarting');
    assert.ok(attempt >= 1);
  });

  it('because it exits with 1 ten times in a row is given up, said once, until somebody starts it again', async () => {
    const gaveUp: string[] = [];
    scene.test.registry.onDidGiveUp(({ name }) => gaveUp.push(name));
    const definition = { command: '/bin/sh', args: ['-c', 'echo no config >&2; exit 1'], port: 'auto' };
    const first = await scene.startFailure(definition);
    assert.match(first.message, /exited with code 1\. Its last words:\nno config/);
    const { crashLoop, error } = await scene.until('failed');
    assert.deepEqual(crashLoop, { rule: 'failuresInARow', failures: 10 });
    assert.match(error.message, /no config/);
    assert.deepEqual([scene.pids.length, scene.server.snapshot().restarts, gaveUp], [10, 9, ['mine']]);
    const attempts = scene.seen.flatMap((status) => (status.kind === 'restarting' ? [status.attempt] : []));
    assert.deepEqual(attempts, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.ok(scene.output.some((line) => /given up after 10 failures in a row\. Restart it when/.test(line)));
    await scene.startFailure(definition);
    assert.equal((await scene.until('restarting')).attempt, 1);
  });

  it('because it wants somebody to sign in says so, and is not tried again', async () => {
    const challenge = { WWW_AUTHENTICATE: 'Bearer realm="x"' };
    const error = await scene.startFailure(slowly('httpStatus', { env: { STATUS: '401', ...challenge } }));
    assert.equal(error.kind, 'auth');
    assert.equal(scene.status.kind, 'authRequired');
    assert.deepEqual(scene.kinds, ['starting', 'stopping', 'authRequired']);
  });

  it('because a stranger answers on its port sends him nothing, and names him', async () => {
    const port = await freePort();
    const stranger = createServer((socket) => socket.on('data', () => assert.fail('a stranger was sent something')));
    const headers = { authorization: 'Bearer very-secret' };
    const failure = scene.startFailure(slowly('silent', { port, headers }));
    await scene.test.until(() => scene.pids.length === 1);
    stranger.listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    const error = await failure;
    stranger.close();
    assert.equal(error.kind, 'process');
    assert.match(
      error.message,
      new RegExp(`^Port ${port} of “mine” is taken by process ${process.pid} .*"port": "auto"`),
    );
    isLeftAlone();
  });
});

describe('A server that listens on ::1 alone', function () {
  this.timeout(60_000);
  for (const port of ['auto', 'fixed'] as const) {
    it(`is found there (${port})`, async () => {
      const scene = await Scene.open();
      try {
        const env = { HOST: '::1' };
        await scene.start(slowly('portStories', { port: port === 'auto' ? port : await freePort(), env }));
        const { url, port: found } = scene.server.snapshot();
        assert.equal(url, `http://[::1]:${found}/mcp`);
        assert.deepEqual(await scene.call('hi'), { content: [{ type: 'text', text: 'hi' }] });
      } finally {
        await scene.close();
      }
    });
  }
});
