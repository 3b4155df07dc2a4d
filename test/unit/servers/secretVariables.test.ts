import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { systemClock } from '../../../src/base/clock.ts';
import type { DefinitionEntry } from '../../../src/servers/definitionEntry.ts';
import type { ManagedServer } from '../../../src/servers/managedServer.ts';
import { MissingSecretError } from '../../../src/servers/secrets.ts';
import { ServerRegistry } from '../../../src/servers/serverRegistry.ts';
import { TrafficLog } from '../../../src/traffic/trafficLog.ts';
import { factsOf } from '../../../src/ui/facts.ts';
import { startServer } from '../../servers/start.ts';
import { waysOut } from '../traffic/waysOut.ts';
import { createSecretParts, type SecretParts } from '../ui/secrets/support.ts';
import { failureOf, program, sources } from './support/registry.ts';

/** With what has to be escaped in JSON and encoded in a URL. */
const TOKEN = 'tok-4f8a"1c/92+e=';

describe('A server with secrets in its definition', function () {
  this.timeout(60_000);
  let parts: SecretParts;
  let traffic: TrafficLog;
  let registry: ServerRegistry;
  let lines: string[];

  beforeEach(() => {
    parts = createSecretParts();
    const { redactor, access } = parts;
    traffic = new TrafficLog({ maxBytes: 64 * 1024 * 1024, redactor });
    lines = [];
    const push = (line: string): void => void lines.push(line);
    registry = new ServerRegistry({
      traffic,
      redactor,
      clock: systemClock,
      version: '0.0.0',
      hostEnv: process.env,
      openLog: () => ({ debug: push, info: push, warn: push, error: push }),
      isTrusted: () => true,
      settings: () => ({}),
      variables: (entry, signal) => ({
        ...sources,
        folders: [],
        userHome: tmpdir(),
        secret: access.sourceFor(entry, signal),
      }),
    });
  });
  afterEach(async () => {
    await registry.dispose();
    traffic.dispose();
  });

  const define = (raw: object, more: Partial<DefinitionEntry> = {}): ManagedServer => {
    const written = { scope: 'user', key: 'mine' } as const;
    registry.configure([{ name: 'mine', source: 'User settings', raw, written, ...more }]);
    return registry.get('mine');
  };
  /** What the server says of itself, as it is given to who calls it. */
  const told = async (server: ManagedServer): Promise<Told> => {
    const { content } = await server.callTool({ tool: 'echo', args: {}, origin: 'user' });
    const [first] = content;
    assert.ok(first?.type === 'text');
    return JSON.parse(first.text) as Told;
  };
  async function assertNowhere(server: ManagedServer, secret = TOKEN): Promise<void> {
    const spellings = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), btoa(secret)];
    const assertNone = (where: string, text: string): void => {
      for (const spelling of spellings) assert.ok(!text.includes(spelling), `${where}: ${text.slice(0, 500)}`);
    };
    for await (const [name, text] of waysOut(traffic)) assertNone(name, text);
    assertNone('output', lines.join('\n'));
    assertNone('history', JSON.stringify(server.history));
    assertNone('definition', JSON.stringify(server.entry));
    if ('error' in server.status) assertNone('error', server.status.error.message);
  }

  it('gets them in its environment and in headers, and they are in no command line, output, traffic or definition', async () => {
    await parts.store.set('token', TOKEN);
    const raw = program('tellsEverything', {
      port: 'auto',
      env: { LEVEL: '${secret:token}' },
      headers: { 'X-Note': 'it is ${secret:token}' },
    });
    const server = define(raw);
    await server.start();
    const { env, headers } = await told(server);
    assert.equal(env['LEVEL'], TOKEN);
    assert.equal(headers['x-note'], `it is ${TOKEN}`);
    await assertNowhere(server);
    assert.ok(
      lines.some((line) => line.includes(`"LEVEL":"${'*'.repeat(TOKEN.length + 1)}"`)),
      'the server printed its environment',
    );
    assert.equal(server.entry.raw, raw);
    assert.ok(JSON.stringify(server.entry.raw).includes('${secret:token}'));
    assert.ok(!JSON.stringify(server.snapshot()).includes(TOKEN));
    const commandLine = await readFile(`/proc/${server.snapshot().pid}/cmdline`, 'utf8');
    assert.ok(commandLine.includes('tellsEverything'));
    assert.ok(!commandLine.includes(TOKEN));
    await server.stop();
    await assertNowhere(server);
  });

  it('gets them in its address, encoded; neither log nor traffic show them', async () => {
    await parts.store.set('token', TOKEN);
    const theirs = await startServer('tellsEverything');
    try {
      const server = define({ url: `${theirs.url}?key=\${secret:token}` });
      await server.start();
      assert.equal((await told(server)).url, `/mcp?key=${encodeURIComponent(TOKEN)}`);
      await assertNowhere(server);
      const { url = '' } = server.snapshot();
      assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/mcp\?key=\*+$/);
      assert.ok(!JSON.stringify(factsOf(server, systemClock)).includes('tok-4f8a'));
      await server.stop();
    } finally {
      await theirs.stop();
    }
  });

  it('that shouts them when it ends is masked in its error, its history and its output', async () => {
    await parts.store.set('token', TOKEN);
    const server = define(
      program('tellsEverything', { port: 'auto', env: { EXITS: 'LEVEL', LEVEL: '${secret:token}' }, restart: 'never' }),
    );
    const error = await failureOf(server.start());
    assert.match(error.message, /LEVEL=\*+/);
    await assertNowhere(server);
  });

  it('that were replaced gets the new one with its next start; the old one stays masked', async () => {
    await parts.store.set('token', TOKEN);
    const server = define(program('tellsEverything', { port: 'auto', env: { LEVEL: '${secret:token}' } }));
    await server.start();
    await parts.store.set('token', 'the next one');
    assert.equal((await told(server)).env['LEVEL'], TOKEN);
    await server.restart();
    assert.equal((await told(server)).env['LEVEL'], 'the next one');
    await assertNowhere(server);
    await assertNowhere(server, 'the next one');
  });

  it('is not started in vain when one is missing: nobody tries again by itself, and the next start asks again', async () => {
    const server = define(program('tellsEverything', { port: 'auto', env: { A: '${secret:token}' } }));
    const failed = failureOf(server.start());
    (await parts.person.question(0)).answer();
    const error = await failed;
    assert.ok(error instanceof MissingSecretError);
    assert.equal(error.secret, 'token');
    assert.equal(server.status.kind, 'failed');
    assert.ok(!lines.some((line) => line.startsWith('spawned pid')));
    const started = server.start();
    (await parts.person.question(1)).answer(TOKEN);
    await started;
    assert.equal((await told(server)).env['A'], TOKEN);
  });

  it('can be stopped while somebody is asked; the question is closed, and nothing was started', async () => {
    const server = define(program('tellsEverything', { port: 'auto', env: { A: '${secret:token}' } }));
    const failed = failureOf(server.start());
    const question = await parts.person.question(0);
    await server.stop();
    assert.equal((await failed).kind, 'cancelled');
    assert.equal(server.status.kind, 'stopped');
    assert.equal(question.isClosed, true);
    assert.ok(!lines.some((line) => line.startsWith('spawned pid')));
  });

  it('can be given up while somebody is asked', async () => {
    const server = define(program('tellsEverything', { port: 'auto', env: { A: '${secret:token}' } }));
    const caller = new AbortController();
    const failed = failureOf(server.start(caller.signal));
    const question = await parts.person.question(0);
    caller.abort();
    assert.equal((await failed).kind, 'cancelled');
    assert.equal(question.isClosed, true);
    assert.equal(server.status.kind, 'stopped');
  });

  it('is restarted after a crash without anybody being asked', async () => {
    await parts.store.set('token', TOKEN);
    const raw = program('tellsEverything', { port: 'auto', env: { A: '${secret:token}' } });
    const server = define(raw, { source: 'Workspace settings', written: { scope: 'workspace', key: 'mine' } });
    const started = server.start();
    (await parts.person.question(0)).answer(true);
    await started;
    const { pid } = server.snapshot();
    const again = new Promise<void>((resolve) => {
      server.onDidChange(() => {
        const now = server.snapshot();
        if (now.state === 'ready' && now.pid !== pid) resolve();
      });
    });
    process.kill(pid ?? assert.fail('it has a process'), 'SIGKILL');
    await again;
    assert.equal((await told(server)).env['A'], TOKEN);
    assert.equal(parts.person.asked.length, 1);
  });

  it('of a plugin gets the plugin’s own', async () => {
    await parts.store.set('token', 'of the user');
    await parts.store.set('token', 'of the plugin', 'linkedin');
    const raw = program('tellsEverything', { port: 'auto', env: { A: '${secret:token}' } });
    const server = define(raw, { secretScope: 'linkedin' });
    await server.start();
    assert.equal((await told(server)).env['A'], 'of the plugin');
    await assertNowhere(server, 'of the plugin');
  });
});

interface Told {
  env: Record<string, string>;
  url: string;
  headers: Record<string, string>;
}
