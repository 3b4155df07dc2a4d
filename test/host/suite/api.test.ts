import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ApiV1, ServerInfo, ServerState } from '../../../src/api.ts';
import { isExternalMcpError } from '../../../src/api.ts';
import { define, program, undefine } from './support/definitions.ts';
import { failure, getApi, getExports } from './support/extension.ts';
import { noProcessIsLeft } from './support/leftovers.ts';
import { describeTrusted } from './support/trust.ts';

describeTrusted('The API for other extensions', () => {
  let api: ApiV1;

  before(async () => {
    api = await getApi();
    await define(api, {
      echo: program('echo'),
      lazy: program('slowStart', { env: { MS: '60000' } }),
      waits: program('waits'),
    });
  });

  after(async () => {
    await undefine(api);
    await noProcessIsLeft();
  });

  it('says that a version is not there, instead of failing', async () => {
    // cast: what a caller in JavaScript may ask for
    const answer = (await getExports()).getApi('2' as '1');
    assert.deepEqual(answer, { available: false, reason: 'version-unknown' });
    assert.match(api.apiVersion, /^1\.\d+\.\d+$/);
  });

  it('tells of every state of a server, and of traffic before a call returns', async () => {
    const states: ServerState[] = [];
    const ranges: { first: number; last: number }[] = [];
    const subscriptions = [
      api.onDidChangeServer(({ name, state }) => {
        if (name === 'echo' && states.at(-1) !== state) states.push(state);
      }),
      api.traffic.onDidAppend((range) => ranges.push(range)),
    ];
    await api.startServer('echo');
    await api.callTool('echo', 'echo', { message: 'hello' });
    await api.stopServer('echo');
    for (const subscription of subscriptions) subscription.dispose();
    assert.deepEqual(states, ['starting', 'ready', 'stopping', 'stopped']);
    assert.ok(ranges.length > 0);
    assert.ok(ranges.every(({ first, last }, index) => first <= last && first > (ranges[index - 1]?.last ?? 0)));
  });

  it('starts a server from a definition that no setting has', async () => {
    const server: ServerInfo = await api.startServer({ name: 'from the API', ...program('echo') });
    assert.equal(server.state, 'ready');
    assert.equal(server.source, 'API');
    await api.stopServer('from the API');
  });

  it('cancels a start: nothing of it is left and the server is stopped', async () => {
    const source = new vscode.CancellationTokenSource();
    const subscription = api.onDidChangeServer(({ name, state }) => {
      if (name === 'lazy' && state === 'starting') setImmediate(() => source.cancel());
    });
    const error = await failure(api.startServer('lazy', source.token));
    subscription.dispose();
    assert.equal(error.kind, 'cancelled');
    assert.equal(api.servers.find(({ name }) => name === 'lazy')?.state, 'stopped');
    await noProcessIsLeft();
  });

  it('cancels a call, also with a token that was cancelled before', async () => {
    await api.startServer('waits');
    const source = new vscode.CancellationTokenSource();
    const sent = api.traffic.onDidAppend(({ first }) => {
      const [entry] = api.traffic.entries('server:waits method:tools/call', { after: first - 1 });
      if (entry) source.cancel();
    });
    const running = await failure(api.callTool('waits', 'echo', {}, { token: source.token }));
    sent.dispose();
    assert.equal(running.kind, 'cancelled');
    const late = await failure(api.callTool('waits', 'echo', {}, { token: source.token }));
    assert.equal(late.kind, 'cancelled');
    await api.stopServer('waits');
  });

  it('ends a call after the time that its caller gives it', async () => {
    await api.startServer('waits');
    const error = await failure(api.callTool('waits', 'echo', {}, { timeoutMs: 50 }));
    assert.equal(error.kind, 'timeout');
    assert.match(error.message, /within 0\.05 s/);
    await api.stopServer('waits');
  });

  it('rejects with errors that are recognised by their name alone', async () => {
    const error = await failure(api.startServer('nobody'));
    assert.equal(error.name, 'config (ExternalMcpError)');
    const crossed = Object.assign(new Error(error.message), { name: error.name });
    assert.ok(isExternalMcpError(crossed));
    assert.ok(!isExternalMcpError(new Error('config')));
  });

  it('pages, filters and clears the traffic; a filter that cannot be read says so', async () => {
    await api.startServer('echo');
    const all = api.traffic.entries('server:echo');
    assert.ok(all.length > 4);
    const [first, second] = all;
    assert.ok(first && second);
    assert.deepEqual(api.traffic.entries('server:echo', { limit: 1 }), [first]);
    assert.deepEqual(api.traffic.entries('server:echo', { after: first.seq, limit: 1 }), [second]);
    assert.ok(api.traffic.entries('server:echo -method:initialize').every(({ method }) => method !== 'initialize'));
    assert.throws(() => api.traffic.entries('serve:echo'), isExternalMcpError);
    await api.stopServer('echo');
    await vscode.commands.executeCommand('externalMcp.clearTraffic');
    assert.deepEqual(api.traffic.entries(), []);
  });
});
