import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../src/process/port.ts';
import { describePortTaken } from '../../../src/servers/portTaken.ts';
import type { ManagedServer } from '../../../src/servers/managedServer.ts';
import type { ServerStatus } from '../../../src/servers/status.ts';
import { startServer } from '../../servers/start.ts';
import { createTestRegistry, failureOf, program, type TestRegistry } from './support/registry.ts';

describe('The port of a server', () => {
  let test: TestRegistry;
  let folder: string;
  const strangers: Server[] = [];

  beforeEach(async () => {
    test = createTestRegistry();
    folder = await mkdtemp(join(tmpdir(), 'external-mcp-test-'));
  });
  afterEach(async () => {
    await test.close();
    for (const stranger of strangers.splice(0)) stranger.close();
    await rm(folder, { recursive: true });
  });

  /** A server whose story is told in `test/servers/portStories.ts`. */
  const define = (env: Readonly<Record<string, string>>, more: object = {}): ManagedServer => {
    const state = { STATE: join(folder, 'starts') };
    test.define({ mine: { ...program('portStories', { port: 'auto', env: { ...state, ...env } }), ...more } });
    return test.registry.get('mine');
  };
  const kindsOf = (server: ManagedServer): ServerStatus['kind'][] => {
    const kinds: ServerStatus['kind'][] = [];
    server.onDidChange(() => kinds.push(server.status.kind));
    return kinds;
  };
  const spawned = (): number => test.output('mine').filter((line) => line.startsWith('spawned pid')).length;
  const said = (words: RegExp): boolean => test.output('mine').some((line) => words.test(line));
  /** Listens on a port and fails the test when anything is sent to it. */
  const occupy = async (port: number, host = '127.0.0.1'): Promise<number> => {
    const stranger = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => assert.fail('a stranger was sent something'));
    });
    strangers.push(stranger);
    stranger.listen(port, host);
    await once(stranger, 'listening');
    return (stranger.address() as AddressInfo).port;
  };

  describe('that we chose', () => {
    it('is replaced by another when the server exits because it is taken, and nobody hears of a failure', async () => {
      const server = define({ STORY: 'conflict' });
      const kinds = kindsOf(server);
      await server.start();
      assert.deepEqual(kinds, ['starting', 'ready']);
      assert.equal(spawned(), 2);
      assert.deepEqual(server.history, []);
      assert.ok(said(/Port \d+ was taken by somebody else; trying another one/));
    });

    it('is replaced by another when the server complains about it and stays, and that process is gone', async () => {
      const server = define({ STORY: 'complains' });
      await server.start();
      assert.equal(spawned(), 2);
      const [first] = test.output('mine').flatMap((line) => /^spawned pid (\d+)/.exec(line)?.[1] ?? []);
      assert.throws(() => process.kill(Number(first), 0), { code: 'ESRCH' });
    });

    it('is replaced by another when a stranger takes it before the server does, and nothing is sent there', async () => {
      const server = define({ STORY: 'waits' });
      const start = server.start();
      const port = await asked(test, /^waiting for (\d+)$/);
      await occupy(port);
      await start;
      assert.equal(spawned(), 2);
      assert.notEqual(server.snapshot().port, port);
    });

    it('is given up when three in a row are taken', async () => {
      const server = define({ STORY: 'conflict', FIRST: '9' }, { restart: 'never' });
      const error = await failureOf(server.start());
      assert.equal(error.kind, 'process');
      assert.match(error.message, /port taken 3 times in a row \(\d+, \d+, \d+\)/);
      assert.equal(spawned(), 3);
    });

    it('is not waited for beyond the time for the start, however many are tried', async () => {
      const server = define({ STORY: 'complains', FIRST: '9' }, { startupTimeout: 0.4, restart: 'never' });
      const error = await failureOf(server.start());
      assert.equal(error.kind, 'timeout');
    });
  });

  describe('that the server chose itself', () => {
    for (const words of ['Listening on http://localhost:%/mcp', 'server listening on port %', 'ready at 127.0.0.1:%']) {
      it(`is found by its words: ${words}`, async () => {
        const server = define({ ELSEWHERE: '0', ANNOUNCE: words });
        await server.start();
        const { port, url } = server.snapshot();
        assert.equal(url, `http://127.0.0.1:${port}/mcp`);
        assert.ok(said(new RegExp(`Listens on port ${port} instead of \\d+`)));
      });
    }

    it('is found although it says nothing, when it is the only one', async () => {
      const server = define({ ELSEWHERE: '0' });
      await server.start();
      const { port } = server.snapshot();
      assert.ok(said(new RegExp(`Listens on port ${port} instead of \\d+`)));
    });

    it('is used in place of a fixed one, with a warning', async () => {
      const given = await freePort();
      const server = define({ ELSEWHERE: '0', ANNOUNCE: 'http://127.0.0.1:%' }, { port: given });
      await server.start();
      assert.notEqual(server.snapshot().port, given);
      assert.ok(said(new RegExp(`instead of ${given}, which its definition names`)));
    });

    it('is set aside where it is for something else, and its own is waited for', async () => {
      const server = define({ STORY: 'metrics', ANNOUNCE: 'Metrics: http://localhost:%/metrics' });
      await server.start();
      assert.equal(server.status.kind, 'ready');
      assert.equal(spawned(), 1);
      assert.ok(!said(/instead of/));
    });

    it('explains a start that took too long, where it was the only one and no MCP server', async () => {
      const more = { startupTimeout: 6, restart: 'never' };
      const error = await failureOf(
        define({ STORY: 'metrics', FIRST: '9', ANNOUNCE: 'http://localhost:%' }, more).start(),
      );
      assert.notEqual(error.kind, 'timeout');
      assert.match(error.message, /404|MCP/);
    });

    it('is not believed where somebody else listens', async () => {
      const port = await occupy(0);
      const server = define(
        { STORY: 'waits', FIRST: '9' },
        {
          command: process.execPath,
          args: ['--eval', `console.log('http://127.0.0.1:${port}'); setInterval(() => {}, 1e3)`],
          startupTimeout: 2,
          restart: 'never',
        },
      );
      const error = await failureOf(server.start());
      assert.equal(error.kind, 'timeout');
    });
  });

  describe('that is fixed and taken', () => {
    it('is reported with who holds it, and is not tried again', async () => {
      const port = await occupy(0);
      const server = define({}, { port });
      const error = await failureOf(server.start());
      assert.equal(error.kind, 'process');
      assert.match(
        error.message,
        new RegExp(`^Port ${port} of “mine” is taken by process ${process.pid} \\(.*node.*\\)`),
      );
      assert.equal(server.status.kind, 'failed');
      assert.equal(spawned(), 0);
    });

    it('by the time it is needed, and free again, ends in the server’s last words', async () => {
      const server = define({ STORY: 'conflict', FIRST: '9' }, { port: await freePort(), restart: 'never' });
      const error = await failureOf(server.start());
      assert.match(error.message, /exited with code 1\. Its last words:/);
      assert.equal(spawned(), 1);
    });

    it('is reported without the secrets in the command of who holds it', async () => {
      const args = ['--api-key', 'not-yours-1', '--token=not-yours-2', '--verbose'];
      const holder = await startServer('echo', { args });
      try {
        const url = new URL(holder.url);
        const { error, action } = await describePortTaken({
          server: 'mine',
          port: holder.port,
          url,
          marker: 'ours',
          redact: (text) => text.replaceAll('echo.ts', '*******'),
        });
        assert.equal(action, undefined);
        const [, command = ''] = /\((.*)\)/.exec(error.message) ?? [];
        assert.ok(!/not-yours|echo\.ts/.test(error.message), error.message);
        assert.ok(command.length <= 80, command);
      } finally {
        await holder.stop();
      }
    });

    it('is reported without the passwords in addresses and headers of that command', async () => {
      const address = 'db://me:hunter-1@host/x';
      const header = 'Authorization: Bearer hunter-2';
      const holder = await startServer('echo', {
        args: [address, '--header', header, '--header', 'X-Api-Key: hunter-3'],
      });
      try {
        let masked = '';
        const redact = (text: string): string => (masked = text);
        const url = new URL(holder.url);
        const { error } = await describePortTaken({ server: 'mine', port: holder.port, url, marker: 'ours', redact });
        // The message shows only the beginning of it.
        assert.match(masked, /echo\.ts db:\/\/me:\*\*\*@host\/x --header Authorization: \*\*\* /);
        assert.doesNotMatch(masked, /hunter/);
        assert.doesNotMatch(error.message, /hunter/);
      } finally {
        await holder.stop();
      }
    });

    it('by a server of another window that is ending is waited for', async () => {
      const port = await freePort();
      const other = createTestRegistry();
      try {
        other.define({ theirs: program('saysGoodbye', { port, env: { GOODBYE: join(folder, 'goodbye') } }) });
        const theirs = other.registry.get('theirs');
        await theirs.start();
        const server = define({}, { port });
        const kinds = kindsOf(server);
        const ended = theirs.stop();
        await server.start();
        await ended;
        assert.deepEqual(kinds, ['starting', 'ready']);
        assert.equal(server.snapshot().port, port);
        assert.equal(spawned(), 1);
      } finally {
        await other.close();
      }
    });

    it('by another window’s server is reported as such, with what to attach to', async () => {
      const port = await freePort();
      const other = createTestRegistry();
      try {
        other.define({ theirs: program('echo', { port }) });
        await other.registry.get('theirs').start();
        const { pid } = other.registry.get('theirs').snapshot();
        const server = define({}, { port });
        const error = await failureOf(server.start());
        assert.match(error.message, new RegExp(`another External MCP window, process ${pid} .*Attach`));
        const url = new URL(`http://127.0.0.1:${port}/`);
        const { action } = await describePortTaken({ server: 'mine', port, url, marker: 'ours', redact: String });
        assert.deepEqual(action, { kind: 'attach', url: url.href });
      } finally {
        await other.close();
      }
    });

    it('by a server of the same window is reported as such', async () => {
      const port = await freePort();
      test.define({ first: program('echo', { port }), mine: program('echo', { port }) });
      await test.registry.get('first').start();
      const error = await failureOf(test.registry.get('mine').start());
      assert.match(error.message, /another server of this window/);
    });
  });

  describe('on all interfaces', () => {
    for (const HOST of ['0.0.0.0', '::']) {
      it(`is warned of once: ${HOST}`, async () => {
        const server = define({ HOST });
        await server.start();
        const { status } = server;
        assert.ok(status.kind === 'ready' && 'exposed' in status && status.exposed);
        const warnings = test.output('mine').filter((line) => line.startsWith('Reachable from the network'));
        assert.equal(warnings.length, 1);
        assert.ok(warnings[0]?.includes(`port ${status.port}`));
      });
    }

    it('is not what a server on loopback has', async () => {
      const server = define({});
      await server.start();
      assert.ok(server.status.kind === 'ready' && !('exposed' in server.status));
      assert.ok(!said(/Reachable from the network/));
    });
  });
});

/** The number in the first line of output that has one. */
async function asked(test: TestRegistry, words: RegExp): Promise<number> {
  for (;;) {
    for (const line of test.output('mine')) {
      const found = words.exec(line)?.[1];
      if (found !== undefined) return Number(found);
    }
    const appended = Promise.withResolvers<void>();
    const subscription = test.traffic.onDidAppend(() => appended.resolve());
    await appended.promise;
    subscription.dispose();
  }
}
