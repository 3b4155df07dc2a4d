import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { ApiV1 } from '../../../src/api.ts';
import { define, program, undefine } from './support/definitions.ts';
import { failure, getApi } from './support/extension.ts';
import { describeTrusted } from './support/trust.ts';

const value = 'kept-9d2e/41+a=';
const replaced = 'next-7b30/88+c=';

describeTrusted('Secrets that VS Code keeps', () => {
  let api: ApiV1;
  const run = (command: string, argument: object): Promise<unknown> =>
    Promise.resolve(vscode.commands.executeCommand(`externalMcp.${command}`, argument));
  const defineServer = (): Promise<void> =>
    define(
      api,
      {
        keeps: program('tellsEverything', {
          env: { LEVEL: '${secret:in-host}' },
          headers: { Authorization: 'Bearer ${secret:in-host}' },
        }),
      },
      // What a workspace defines would be asked about, in a dialog.
      vscode.ConfigurationTarget.Global,
    );
  const told = async (): Promise<{ env: Record<string, string>; headers: Record<string, string> }> => {
    const { content } = await api.callTool('keeps', 'echo', {});
    return JSON.parse(String(content[0]?.['text'])) as { env: Record<string, string>; headers: Record<string, string> };
  };

  before(async () => {
    api = await getApi();
    await defineServer();
  });
  after(async () => {
    await undefine(api);
    await run('clearSecret', { name: 'in-host' }).catch(() => {});
  });

  it('are set by a command, and given to a server that is started, in no command line and without a mask', async () => {
    assert.equal(await run('setSecret', { name: 'in-host', value }), 'in-host');
    const { pid } = await api.startServer('keeps');
    const { env, headers } = await told();
    assert.equal(env['LEVEL'], value);
    assert.equal(headers['authorization'], `Bearer ${value}`);
    assert.ok(!(await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(value));
  });

  it('are masked in the traffic, and stand in the settings by their name alone', () => {
    assertMasked();
    const { globalValue } = vscode.workspace.getConfiguration('externalMcp').inspect<object>('servers') ?? {};
    assert.ok(JSON.stringify(globalValue).includes('${secret:in-host}'));
    assert.ok(!JSON.stringify(api.servers).includes(value));
  });

  it('are replaced by the same command, with the next start', async () => {
    await run('setSecret', { name: 'in-host', value: replaced });
    assert.equal((await told()).env['LEVEL'], value);
    await api.restartServer('keeps');
    assert.equal((await told()).env['LEVEL'], replaced);
    assertMasked();
  });

  it('are refused empty, too short or under a name that cannot be written', async () => {
    const refused = await Promise.all(
      [
        { name: 'in-host', value: '' },
        { name: 'in-host', value: 'abc' },
        { name: 'in host', value },
      ].map((argument) => failure(run('setSecret', argument))),
    );
    assert.deepEqual(
      refused.map(({ name }) => name),
      ['validation', 'validation', 'validation'].map((kind) => `${kind} (ExternalMcpError)`),
    );
    await api.restartServer('keeps');
    assert.equal((await told()).env['LEVEL'], replaced);
  });

  it('are cleared, and stay masked', async () => {
    await api.stopServer('keeps');
    assert.equal(await run('clearSecret', { name: 'in-host' }), true);
    const error = await failure(run('clearSecret', { name: 'in-host' }));
    assert.match(error.message, /There is no secret “in-host”/);
    assertMasked();
  });

  it('are refused in arguments before anything is asked or started', async () => {
    await define(
      api,
      { keeps: { command: 'node', args: ['--token=${secret:in-host}'] } },
      vscode.ConfigurationTarget.Global,
    );
    const error = await failure(api.startServer('keeps'));
    assert.equal(error.kind, 'config');
    assert.match(error.message, /"args" has a secret in it, and every process of this machine can read a command line/);
  });

  function assertMasked(): void {
    const texts = api.traffic.entries('server:keeps').map(({ raw }) => Buffer.from(raw).toString());
    assert.ok(
      texts.some((text) => /"LEVEL":"\*{15}"/.test(text)),
      'it printed its environment',
    );
    assert.ok(
      texts.some((text) => /authorization: \*{22}|authorization: Bearer \*{15}/i.test(text)),
      'it got the header',
    );
    for (const secret of [value, replaced, encodeURIComponent(value), btoa(value)]) {
      assert.deepEqual(
        texts.filter((text) => text.includes(secret)),
        [],
      );
    }
  }
});
