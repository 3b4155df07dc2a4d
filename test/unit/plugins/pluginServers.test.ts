import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { PluginResponse, ServerInfo } from '../../../src/api.ts';
import { serverScript } from '../../servers/start.ts';
import { program } from '../servers/support/registry.ts';
import { acting, complete, createTestPlugins, type TestPlugins } from './support/plugins.ts';

describe('The servers of a plugin', () => {
  let test: TestPlugins;
  beforeEach(() => (test = createTestPlugins()));
  afterEach(() => test.close());

  async function act(options: { signal?: AbortSignal } = {}): Promise<PluginResponse> {
    return (await test.host.run('sample', { action: 'act' }, options)).response;
  }

  it('are started with the keys of the pattern, and called for the plugin', async () => {
    test.install(
      acting(async (context) => {
        const server = await context.startServer({
          name: 'Echo',
          server_path: serverScript('echo'),
          port: 'auto',
          startup_timeout: 50,
          environment: { COLOUR: 'green' },
        });
        const [tool] = await context.listTools(server.name);
        const result = await context.callTool(server.name, 'echo', { message: 'hello' });
        return { tool: tool?.name, content: result.content };
      }),
    );
    const response = await act();
    assert.equal(response.status, 'success', JSON.stringify(response));
    assert.deepEqual(response.data, { tool: 'echo', content: [{ type: 'text', text: 'hello' }] });
    assert.deepEqual(
      { ...response.metadata, durationMs: 0 },
      { action: 'act', server: 'Echo', tool: 'echo', attempts: 1, durationMs: 0 },
    );
    const calls = test.traffic.entries().filter(({ method }) => method === 'tools/call');
    assert.ok(calls.length > 0);
    assert.deepEqual([...new Set(calls.map(({ origin }) => origin))], ['plugin']);
  });

  it('are said to be the plugin’s', async () => {
    test.install(acting((context) => context.startServer({ name: 'Echo', ...program('echo', { port: 'auto' }) })));
    const { data } = await act();
    assert.equal((data as ServerInfo).source, 'plugin “Sample”');
  });

  it('run on under the same definition, and start again under another', async () => {
    const wanted = [{ A: '1' }, { A: '1' }, { A: '2' }];
    test.install(
      acting((context) =>
        context.startServer({ name: 'Echo', ...program('echo', { port: 'auto', env: wanted.shift() ?? {} }) }),
      ),
    );
    const pids: unknown[] = [];
    for (let run = 0; run < 3; run += 1) pids.push(((await act()).data as ServerInfo).pid);
    assert.equal(pids[1], pids[0]);
    assert.notEqual(pids[2], pids[0]);
  });

  it('get another name where theirs belongs to a setting, which is left alone', async () => {
    test.define({ Echo: program('echo', { port: 'auto', env: { MINE: '1' } }) });
    test.install(
      acting(async (context) => {
        const { name } = await context.startServer({ name: 'Echo', ...program('echo', { port: 'auto' }) });
        const { content } = await context.callTool(name, 'echo', { message: 'x' });
        return { name, content };
      }),
    );
    const { data } = await act();
    assert.deepEqual(data, { name: 'Echo@sample', content: [{ type: 'text', text: 'x' }] });
    assert.equal(test.registry.get('Echo').status.kind, 'stopped');
  });

  it('end with the plugin, and nothing of them is left', async () => {
    test.install(acting((context) => context.startServer({ name: 'Echo', ...program('echo', { port: 'auto' }) })));
    const { pid = 0 } = (await act()).data as ServerInfo;
    await test.host.reload('sample');
    assert.deepEqual(test.registry.servers, []);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  });

  it('can be stopped by the plugin, which cannot stop those of others', async () => {
    test.define({ Theirs: program('echo', { port: 'auto' }) });
    test.install(
      acting(async (context) => {
        const { name } = await context.startServer({ name: 'Echo', ...program('echo', { port: 'auto' }) });
        await context.stopServer(name);
        await context.stopServer('Theirs');
      }),
    );
    const { error } = await act();
    assert.equal(error?.kind, 'config');
    assert.match(error.message, /“Theirs” is no server of the plugin “Sample”/);
    assert.deepEqual(
      test.registry.servers.map(({ name }) => name),
      ['Theirs'],
    );
  });

  it('tell why they do not start', async () => {
    test.install(
      acting((context) => context.startServer({ name: 'Gone', ...program('exitAtOnce', { port: 'auto' }) })),
    );
    const { status, error } = await act();
    assert.deepEqual([status, error?.kind], ['error', 'process']);
    assert.match(error?.message ?? '', /Gone/);
  });

  it('are not started in a workspace that is not trusted', async () => {
    test.trust(false);
    test.install(acting((context) => context.startServer({ name: 'Echo', ...program('echo', { port: 'auto' }) })));
    const { error } = await act();
    assert.match(error?.message ?? '', /not trusted/);
  });

  it('get the plugin’s own secrets, which nobody sees', async () => {
    test.secrets.set('sample/key', 'hunter2-hunter2');
    test.secrets.set('other/key', 'somebody-elses');
    test.install(
      acting(async (context) => {
        const env = { KEY: '${secret:key}' };
        const { name } = await context.startServer({
          name: 'Env',
          ...program('tellsEverything', { port: 'auto', env }),
        });
        return context.callTool(name, 'echo', { message: 'x' });
      }),
    );
    const response = await act();
    assert.equal(response.status, 'success', JSON.stringify(response));
    const text = JSON.stringify(response.data);
    assert.match(text, /KEY.*\*{15}/);
    const entry = JSON.stringify(test.registry.get('Env').entry);
    const traffic = test.traffic.entries().map(({ raw }) => new TextDecoder().decode(raw));
    for (const shown of [text, entry, ...traffic, ...test.output('Env')]) assert.ok(!shown.includes('hunter2'), shown);
  });

  it('have their calls ended with the run', async () => {
    const cancel = new AbortController();
    test.install(
      acting(async (context) => {
        const { name } = await context.startServer({ name: 'Hang', ...program('doesAsTold', { port: 'auto' }) });
        const asked = (): boolean => test.traffic.entries().some(({ method }) => method === 'tools/call');
        void test.until(asked).then(() => cancel.abort());
        return context.callTool(name, 'echo', { message: 'wait' });
      }),
    );
    const response = await act({ signal: cancel.signal });
    assert.equal(response.error?.kind, 'cancelled');
    const told = (): boolean => test.traffic.entries().some(({ method }) => method === 'notifications/cancelled');
    await test.until(told);
  });

  it('count every attempt of a call', async () => {
    test.install(
      acting(async (context) => {
        const { name } = await context.startServer({ name: 'Lost', ...program('session404', { port: 'auto' }) });
        await context.callTool(name, 'echo', { message: 'the session is lost after this' });
        return context.callTool(name, 'echo', { message: 'x' });
      }),
    );
    const { metadata } = await act();
    assert.equal(metadata.attempts, 3);
  });

  it('stay with the next version of the plugin while the one before it ends', async () => {
    const start = acting((context) => context.startServer({ name: 'Echo', ...program('echo', { port: 'auto' }) }));
    const ending = Promise.withResolvers<void>();
    const extension = test.install({ ...start, shutdown: () => ending.promise });
    await act();
    const next = { ...extension, version: '2.0.0' };
    next.activate = async () => void test.host.register(next.id, 'sample', complete(start));
    test.host.discover([next]);
    const { name, pid = 0 } = (await act()).data as ServerInfo;
    ending.resolve();
    // By then a server that is ended for the version before would be stopping.
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(test.registry.get(name).status.kind, 'ready');
    assert.equal(test.registry.get(name).snapshot().pid, pid);
  });

  it('are not redefined by whoever else knows their name', async () => {
    test.install(acting((context) => context.startServer({ name: 'Echo', ...program('echo', { port: 'auto' }) })));
    const { pid } = (await act()).data as ServerInfo;
    for (const scope of [{}, { secretScope: 'other' }]) {
      const theirs = { name: 'Echo', raw: program('echo', { port: 'auto', env: { THEIRS: '1' } }), source: 'API' };
      assert.throws(() => test.registry.add({ ...theirs, ...scope }), { kind: 'config' });
    }
    assert.equal(test.registry.get('Echo').needsRestart, false);
    assert.equal(((await act()).data as ServerInfo).pid, pid);
    await test.host.reload('sample');
    assert.deepEqual(test.registry.servers, []);
  });
});
