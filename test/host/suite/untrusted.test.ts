import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ApiV1 } from '../../../src/api.ts';
import { define, program, undefine } from './support/definitions.ts';
import { failure, getApi } from './support/extension.ts';
import { children, markedProcesses } from './support/leftovers.ts';
import { describeUntrusted } from './support/trust.ts';

describeUntrusted('In a workspace that is not trusted', () => {
  let api: ApiV1;

  before(async () => {
    api = await getApi();
    await define(api, { mine: program('echo', { autoStart: 'onOpen' }) }, vscode.ConfigurationTarget.Global);
  });

  after(() => undefine(api));

  it('the definitions of the workspace are not even read', () => {
    assert.deepEqual(
      api.servers.map(({ name }) => name),
      ['mine'],
    );
  });

  const ways: readonly (readonly [string, () => PromiseLike<unknown>])[] = [
    ['by command', () => vscode.commands.executeCommand('externalMcp.startServer', 'mine')],
    ['through the API', () => api.startServer('mine')],
    ['from a definition of another extension', () => api.startServer({ name: 'brought', ...program('echo') })],
    ['as the sample server', () => vscode.commands.executeCommand('externalMcp.trySampleServer', {})],
    [
      'for a call',
      () => vscode.commands.executeCommand('externalMcp.callTool', { server: 'mine', tool: 'echo', args: {} }),
    ],
    ['by connecting', () => api.startServer({ name: 'remote', url: 'http://127.0.0.1:9/mcp' })],
  ];
  for (const [title, start] of ways) {
    it(`no server is started ${title}; the error says why and how to go on`, async () => {
      const before = await children();
      const error = await failure(start());
      assert.equal(error.kind, 'config');
      assert.match(error.message, /was not started: this workspace is not trusted/);
      assert.match(error.message, /Trust it with “Workspaces: Manage Workspace Trust”/);
      assert.deepEqual(await children(), before);
      assert.deepEqual(await markedProcesses(), []);
      assert.deepEqual(api.traffic.entries(), []);
    });
  }
});
