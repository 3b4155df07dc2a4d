import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ApiV1 } from '../../../src/api.ts';
import { define, program, undefine } from './support/definitions.ts';
import { failure, getApi } from './support/extension.ts';
import { noProcessIsLeft } from './support/leftovers.ts';
import { describeTrusted } from './support/trust.ts';
import { untilServer } from './support/waiting.ts';

describeTrusted('Definitions in the settings', () => {
  let api: ApiV1;

  before(async () => {
    api = await getApi();
  });

  afterEach(async () => {
    await undefine(api);
    await noProcessIsLeft();
  });

  it('start a stdio server, which is called like any other', async () => {
    await define(api, { pipes: program('stdioEcho', { port: false }) });
    const server = await api.startServer('pipes');
    assert.equal(server.transport, 'stdio');
    assert.equal(server.port, undefined);
    const result = await api.callTool('pipes', 'echo', { message: 'over pipes' });
    assert.deepEqual(result.content, [{ type: 'text', text: 'over pipes' }]);
    const [request, answer] = api.traffic.entries('server:pipes method:tools/call');
    assert.equal(request?.channel, 'stdio');
    assert.match(Buffer.from(request.raw).toString(), /^\{.*"message":"over pipes".*\}\n$/);
    assert.equal(answer?.pairedWith, request.seq);
  });

  it('attach to a server that somebody else runs, and leave it running', async () => {
    await define(api, { theirs: program('echo') });
    const { url } = await api.startServer('theirs');
    await define(api, { theirs: program('echo'), attached: { url } });
    const attached = await api.startServer('attached');
    assert.equal(attached.pid, undefined);
    await api.stopServer('attached');
    assert.equal(api.servers.find(({ name }) => name === 'attached')?.state, 'stopped');
    const { content } = await api.callTool('theirs', 'echo', { message: 'alive' });
    assert.deepEqual(content, [{ type: 'text', text: 'alive' }]);
  });

  it('show a disabled server, which is never started', async () => {
    await define(api, { off: program('echo', { disabled: true }) });
    assert.equal(api.servers.find(({ name }) => name === 'off')?.state, 'disabled');
    const error = await failure(api.startServer('off'));
    assert.equal(error.kind, 'config');
    assert.match(error.message, /“off” is disabled. Remove "disabled"/);
    assert.equal(api.servers.find(({ name }) => name === 'off')?.state, 'disabled');
  });

  it('stop a running server when its definition is removed', async () => {
    await define(api, { gone: program('echo') });
    await api.startServer('gone');
    await undefine(api);
    assert.equal(
      api.servers.some(({ name }) => name === 'gone'),
      false,
    );
    await noProcessIsLeft();
  });

  it('are applied with the next start when edited while the server runs', async () => {
    await define(api, { edited: program('pagedTools', { env: { PAGES: '1' } }) });
    const first = await api.startServer('edited');
    await define(api, { edited: program('pagedTools', { env: { PAGES: '2' } }) });
    const { pid, toolCount } = await api.startServer('edited');
    assert.equal(pid, first.pid);
    assert.equal(toolCount, 3);
    assert.equal((await api.restartServer('edited')).toolCount, 6);
  });

  it('of the workspace own a name; that of the user is name@user', async () => {
    await define(api, { both: program('pagedTools', { env: { PAGES: '1' } }), here: program('echo') });
    const atUser = { both: program('pagedTools', { env: { PAGES: '2' } }), mine: program('echo') };
    await define(api, atUser, vscode.ConfigurationTarget.Global);
    await untilServer(api, 'both@user', (server) => server !== undefined);
    const names = api.servers
      .filter(({ source }) => /settings/i.test(source))
      .map(({ name, source }) => [name, source]);
    assert.deepEqual(names, [
      ['everything', 'Workspace settings'],
      ['both', 'Workspace settings'],
      ['here', 'Workspace settings'],
      ['both@user', 'User settings'],
      ['mine', 'User settings'],
    ]);
    assert.equal((await api.startServer('both')).toolCount, 3);
    assert.equal((await api.startServer('both@user')).toolCount, 6);
    await api.stopServer('both');
    await vscode.workspace
      .getConfiguration('externalMcp')
      .update('servers', undefined, vscode.ConfigurationTarget.Workspace);
    await untilServer(api, 'both@user', (server) => server === undefined);
    assert.equal(api.servers.find(({ name }) => name === 'both')?.source, 'User settings');
  });

  it('are written by the command that adds a server', async () => {
    await define(api, {});
    const added = { server: 'added', definition: program('echo') };
    assert.equal(await vscode.commands.executeCommand('externalMcp.addServer', added), 'added');
    await untilServer(api, 'added', (server) => server !== undefined);
    const { workspaceValue } =
      vscode.workspace.getConfiguration('externalMcp').inspect<Record<string, unknown>>('servers') ?? {};
    assert.deepEqual(Object.keys(workspaceValue ?? {}), ['everything', 'added']);
  });

  it('are not overwritten by the command that adds a server', async () => {
    await define(api, { kept: program('echo') });
    const again = { server: 'kept', definition: program('big') };
    const error = await failure(Promise.resolve(vscode.commands.executeCommand('externalMcp.addServer', again)));
    assert.equal(error.kind, 'config');
    assert.match(error.message, /“kept” already/);
    const { workspaceValue } =
      vscode.workspace.getConfiguration('externalMcp').inspect<Record<string, unknown>>('servers') ?? {};
    assert.deepEqual(workspaceValue?.['kept'], program('echo'));
  });

  it('have addresses of their own, even where a name looks like an address', async () => {
    await define(api, { twin: program('echo'), 'twin@user': program('echo') });
    await define(api, { twin: program('echo') }, vscode.ConfigurationTarget.Global);
    const server = await untilServer(api, 'twin@user-2', (found) => found !== undefined);
    assert.equal(server?.source, 'User settings');
  });

  it('are opened for editing where they are written', async () => {
    await define(api, { twin: program('echo'), 'twin@user': program('big') });
    await define(api, { twin: program('pagedTools') }, vscode.ConfigurationTarget.Global);
    await untilServer(api, 'twin@user-2', (server) => server !== undefined);
    assert.match(await textAtDefinition('twin@user'), /^\{[^}]*big\.ts/);
    assert.match(await textAtDefinition('twin@user-2'), /^\{[^}]*pagedTools\.ts/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('start and stop all at once', async () => {
    await define(api, {
      one: program('echo'),
      two: program('stdioEcho', { port: false }),
      off: program('echo', { disabled: true }),
    });
    await vscode.commands.executeCommand('externalMcp.startAll');
    const states = (): unknown => Object.fromEntries(api.servers.map(({ name, state }) => [name, state]));
    const others = Object.fromEntries(
      api.servers.filter(({ name }) => !['one', 'two', 'off'].includes(name)).map(({ name, state }) => [name, state]),
    );
    assert.deepEqual(states(), { ...others, one: 'ready', two: 'ready', off: 'disabled' });
    await vscode.commands.executeCommand('externalMcp.stopAll');
    assert.ok(api.servers.every(({ state }) => state === 'stopped' || state === 'disabled'));
  });
});

/** Asks to edit a definition; what stands behind the cursor then. */
async function textAtDefinition(server: string): Promise<string> {
  await vscode.commands.executeCommand('externalMcp.editServer', server);
  const editor = vscode.window.activeTextEditor;
  assert.ok(editor);
  return editor.document.getText().slice(editor.document.offsetAt(editor.selection.active));
}
