import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ApiV1, ExternalPlugin, PluginInfo, PluginResponse } from '../../../src/api.ts';
import { getApi } from './support/extension.ts';
import { noProcessIsLeft } from './support/leftovers.ts';
import { describeTrusted } from './support/trust.ts';
import { until } from './support/waiting.ts';

const extensionId = 'example.dice-plugin';

describeTrusted('A plugin of another extension', () => {
  let api: ApiV1;

  const dice = (): PluginInfo | undefined => api.plugins.find(({ id }) => id === 'dice');
  const roll = (parameters: object): Promise<PluginResponse> => api.execute('dice', { action: 'roll', parameters });

  before(async () => {
    api = await getApi();
  });

  after(noProcessIsLeft);

  it('is discovered as soon as its VSIX is installed, without being activated', async () => {
    await install('EXTERNAL_MCP_TEST_PLUGIN_1');
    await until(() => dice() !== undefined);
    assert.deepEqual(
      { ...dice(), actions: dice()?.actions.map(({ name, title }) => ({ name, title })) },
      {
        id: 'dice',
        label: 'Dice',
        capabilities: ['random numbers'],
        actions: [{ name: 'roll', title: 'Roll Dice' }],
        secrets: [],
        extension: extensionId,
        version: '1.0.0',
        state: 'idle',
      },
    );
    assert.equal(vscode.extensions.getExtension(extensionId)?.isActive, false);
  });

  it('is gone as soon as it is uninstalled', async () => {
    await uninstall();
    await until(() => dice() === undefined);
    const { error } = await roll({ count: 1 });
    assert.equal(error?.kind, 'config');
  });

  it('is upgraded without being activated', async () => {
    await install('EXTERNAL_MCP_TEST_PLUGIN_1');
    await until(() => dice()?.version === '1.0.0');
    await install('EXTERNAL_MCP_TEST_PLUGIN_2');
    await until(() => dice()?.version === '2.0.0');
    assert.equal(dice()?.actions[0]?.title, 'Throw Dice');
  });

  it('is executed by the API, which activates it', async () => {
    const response = await roll({ count: 3 });
    assert.equal(response.status, 'success', JSON.stringify(response));
    const { dice: numbers, sum } = response.data as { dice: number[]; sum: number };
    assert.equal(numbers.length, 3);
    assert.ok(numbers.every((number) => number >= 1 && number <= 6));
    assert.equal(
      sum,
      numbers.reduce((total, number) => total + number, 0),
    );
    assert.deepEqual(
      { ...response.metadata, durationMs: 0 },
      { action: 'roll', server: 'Dice', tool: 'roll', attempts: 1, durationMs: 0 },
    );
    assert.equal(vscode.extensions.getExtension(extensionId)?.isActive, true);
    assert.equal(dice()?.state, 'ready');
  });

  it('has its calls in the traffic under its own origin', () => {
    const [call] = api.traffic.entries('server:Dice method:tools/call');
    assert.equal(call?.origin, 'plugin');
  });

  it('is executed by the command', async () => {
    const response = await vscode.commands.executeCommand<PluginResponse>('externalMcp.runPluginAction', {
      plugin: 'dice',
      action: 'roll',
      parameters: { count: 1 },
    });
    assert.equal(response.status, 'success', JSON.stringify(response));
  });

  it('does not see parameters that do not fit', async () => {
    const { error } = await roll({ count: 'many' });
    assert.equal(error?.kind, 'validation');
  });

  it('can be cancelled while its tool works', async () => {
    const source = new vscode.CancellationTokenSource();
    const running = api.execute('dice', { action: 'roll', parameters: { count: 1, seconds: 600 } }, source.token);
    const asked = (): boolean =>
      api.traffic.entries('server:Dice method:tools/call').some(({ raw }) => {
        return new TextDecoder().decode(raw).includes('600');
      });
    await until(asked);
    source.cancel();
    const { error } = await running;
    assert.equal(error?.kind, 'cancelled');
    await until(() => api.traffic.entries('server:Dice method:notifications/cancelled').length > 0);
  });

  it('cannot be registered by code of nobody, and not twice', () => {
    const plugin: ExternalPlugin = {
      initialize: async () => {},
      execute: async () => 'mine',
      shutdown: async () => {},
    };
    // The tests belong to no extension.
    assert.throws(() => api.registerPlugin('dice', plugin), /has to be registered by its own extension/);
  });

  it('cannot be taken over by another extension', async () => {
    await install('EXTERNAL_MCP_TEST_PLUGIN_HOSTILE');
    const id = 'example.hostile-plugin';
    await until(() => vscode.extensions.getExtension(id) !== undefined);
    const extension = vscode.extensions.getExtension<{ attempts: string[] }>(id);
    const { attempts } = (await extension?.activate()) ?? { attempts: [] };
    const refused = (plugin: string): string =>
      `The extension “${id}” contributes no plugin “${plugin}”. Name it in "contributes.externalMcpPlugins" of its package.json.`;
    assert.deepEqual(attempts, [
      refused('dice'),
      refused('linkedin'),
      'The plugin “hostile” is registered already.',
      refused('nobody'),
      refused('dice'),
    ]);
    const twin = api.plugins.find((plugin) => plugin.id === `linkedin@${id}`);
    assert.equal(twin?.state, 'broken');
    assert.equal((await api.execute('hostile', { action: 'act' })).error?.kind, 'validation');
    assert.equal((await roll({ count: 1 })).status, 'success');
  });

  it('runs on when it is uninstalled while it runs, until the window is reloaded, as every extension does', async () => {
    await uninstall();
    assert.equal((await roll({ count: 1 })).status, 'success');
    await api.stopServer('Dice');
  });
});

async function uninstall(): Promise<void> {
  await vscode.commands.executeCommand('workbench.extensions.uninstallExtension', extensionId);
}

async function install(variable: string): Promise<void> {
  const path = process.env[variable];
  assert.ok(path !== undefined, variable);
  await vscode.commands.executeCommand('workbench.extensions.installExtension', vscode.Uri.file(path));
}
