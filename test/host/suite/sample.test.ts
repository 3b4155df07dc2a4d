import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ApiV1, CallToolResult, Progress, ServerInfo } from '../../../src/api.ts';
import { failure, getApi } from './support/extension.ts';
import { describeTrusted } from './support/trust.ts';
import { untilServer } from './support/waiting.ts';

const name = 'Sample Server';

describeTrusted('The sample server', () => {
  let api: ApiV1;

  before(async () => {
    api = await getApi();
  });

  after(() => api.stopServer(name));

  it('is what a user without any configuration gets', async () => {
    const server = await vscode.commands.executeCommand<ServerInfo>('externalMcp.trySampleServer');
    assert.equal(server.name, name);
    assert.equal(server.state, 'ready');
    assert.equal(server.transport, 'streamable-http');
    assert.deepEqual(
      (await api.listTools(name)).map((tool) => tool.name),
      ['echo', 'add', 'slow', 'chatty', 'fail', 'crash'],
    );
  });

  it('is started once, however often it is asked for', async () => {
    const { pid } = await api.startServer(name);
    const again = await Promise.all([
      api.startServer(name),
      vscode.commands.executeCommand<ServerInfo>('externalMcp.trySampleServer'),
    ]);
    assert.deepEqual(
      again.map((server) => server.pid),
      [pid, pid],
    );
  });

  it('gives text and structured content', async () => {
    const result = await api.callTool(name, 'add', { a: 2, b: 40 });
    assert.deepEqual(result.structuredContent, { sum: 42 });
    assert.deepEqual(result.content, [{ type: 'text', text: '2 + 40 = 42' }]);
  });

  it('answers isError, with which a call resolves', async () => {
    const result = await api.callTool(name, 'fail', { message: 'no luck' });
    assert.equal(result.isError, true);
    assert.deepEqual(result.content, [{ type: 'text', text: 'no luck' }]);
    const byCommand = { server: name, tool: 'fail', args: {} };
    const shown = await vscode.commands.executeCommand<CallToolResult>('externalMcp.callTool', byCommand);
    assert.equal(shown.isError, true);
  });

  it('reports its progress, in order and before the result', async () => {
    const seen: Progress[] = [];
    const onProgress = (progress: Progress): number => seen.push(progress);
    await api.callTool(name, 'slow', { seconds: 0.1, steps: 4 }, { onProgress });
    assert.deepEqual(
      seen,
      [1, 2, 3, 4].map((step) => ({ progress: step, total: 4, message: `Step ${step} of 4` })),
    );
  });

  it('stops its work when a call is cancelled', async () => {
    const source = new vscode.CancellationTokenSource();
    const onProgress = (): void => source.cancel();
    const call = api.callTool(name, 'slow', { seconds: 10, steps: 100 }, { token: source.token, onProgress });
    const error = await failure(call);
    source.dispose();
    assert.equal(error.kind, 'cancelled');
    const told = api.traffic.entries(`server:"${name}" method:notifications/cancelled`);
    assert.ok(told.some(({ kind, direction }) => kind === 'notification' && direction === 'sent'));
  });

  it('is a new process with a new session after a restart', async () => {
    const before = await api.startServer(name);
    const after = await vscode.commands.executeCommand<ServerInfo>('externalMcp.restartServer', name);
    assert.equal(after.state, 'ready');
    assert.notEqual(after.pid, before.pid);
    assert.notEqual(after.sessionId, before.sessionId);
    assert.equal(after.restarts, before.restarts + 1);
  });

  it('crashes during a call: the call says so, and it can be started again', async () => {
    const error = await failure(api.callTool(name, 'crash'));
    assert.equal(error.kind, 'process');
    assert.match(error.message, /“Sample Server” .*code 1/);
    assert.match(error.message, /crash: ending with exit code 1, as asked/);
    await untilServer(api, name, (server) => server?.state === 'restarting');
    assert.equal((await api.startServer(name)).state, 'ready');
  });

  it('is stopped by command', async () => {
    await vscode.commands.executeCommand('externalMcp.stopServer', { server: name });
    assert.equal(api.servers.find((server) => server.name === name)?.state, 'stopped');
  });
});
