import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { complete, createTestPlugins, type TestPlugins } from './support/plugins.ts';

describe('The end of a plugin', () => {
  let test: TestPlugins;
  beforeEach(() => (test = createTestPlugins()));
  afterEach(() => test.close());

  it('reloads one plugin: it is shut down, and initialized with the next action', async () => {
    const events: string[] = [];
    test.install({
      initialize: async () => void events.push('initialize'),
      shutdown: async () => void events.push('shutdown'),
    });
    await test.host.run('sample', { action: 'act' });
    await test.host.reload('sample');
    assert.equal(test.plugin().state, 'idle');
    await test.host.run('sample', { action: 'act' });
    assert.deepEqual(events, ['initialize', 'shutdown', 'initialize']);
    await assert.rejects(test.host.reload('nobody'), { kind: 'config' });
  });

  it('shuts plugins down in reverse order', async () => {
    const events: string[] = [];
    for (const id of ['a', 'b', 'c']) test.install({ shutdown: async () => void events.push(id) }, { id });
    for (const id of ['b', 'a', 'c']) await test.host.run(id, { action: 'act' });
    await test.host.shutdown();
    assert.deepEqual(events, ['c', 'a', 'b']);
  });

  it('does not ask a plugin that was shut down while it started', async () => {
    let asked = 0;
    const started = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    test.install({
      initialize: () => {
        started.resolve();
        return go.promise;
      },
      execute: async () => (asked += 1),
    });
    const run = test.host.run('sample', { action: 'act' });
    await started.promise;
    await test.host.reload('sample');
    go.resolve();
    assert.equal((await run).response.error?.kind, 'cancelled');
    assert.deepEqual([asked, test.plugin().state], [0, 'idle']);
    assert.equal((await test.host.run('sample', { action: 'act' })).response.data, 1);
  });

  it('runs nothing any more once it is shut down', async () => {
    test.install({});
    await test.host.shutdown();
    const { response } = await test.host.run('sample', { action: 'act' });
    assert.equal(response.error?.kind, 'cancelled');
  });

  it('shuts a plugin down when its registration is disposed of', async () => {
    let shutdowns = 0;
    const extension = test.install(undefined);
    const registration = test.host.register(
      extension.id,
      'sample',
      complete({ shutdown: async () => void (shutdowns += 1) }),
    );
    await test.host.run('sample', { action: 'act' });
    registration.dispose();
    await test.until(() => shutdowns === 1 && test.plugin().state === 'idle');
  });

  it('begins a life only behind the end of the one before, however many wait for it', async () => {
    const events: string[] = [];
    test.install({
      initialize: async () => void events.push('initialize'),
      shutdown: async () => {
        events.push('shutdown');
        await new Promise((resolve) => setImmediate(resolve));
        events.push('ended');
      },
    });
    await test.host.run('sample', { action: 'act' });
    test.configuration['sample'] = { port: 1 };
    const runs = [1, 2, 3].map(() => test.host.run('sample', { action: 'act' }));
    for (const { response } of await Promise.all(runs)) assert.equal(response.status, 'success');
    assert.deepEqual(events, ['initialize', 'shutdown', 'ended', 'initialize']);
  });

  it('does not initialize a plugin again whose registration was disposed of, and takes the next one at once', async () => {
    const events: string[] = [];
    const extension = test.install(undefined);
    const named = (name: string) =>
      complete({
        initialize: async () => void events.push(`initialize ${name}`),
        execute: async () => name,
        shutdown: () => new Promise((resolve) => setImmediate(resolve)),
      });
    const registration = test.host.register(extension.id, 'sample', named('first'));
    await test.host.run('sample', { action: 'act' });
    registration.dispose();
    const waiting = test.host.run('sample', { action: 'act' });
    test.host.register(extension.id, 'sample', named('second'));
    assert.equal((await waiting).response.data, 'second');
    assert.deepEqual(events, ['initialize first', 'initialize second']);
  });

  it('does not start a plugin again whose extension went while somebody waited for it', async () => {
    let started = 0;
    const ended = Promise.withResolvers<void>();
    const extension = test.install({
      initialize: async () => void (started += 1),
      shutdown: () => ended.promise,
    });
    await test.host.run('sample', { action: 'act' });
    const reloaded = test.host.reload('sample');
    const waiting = test.host.run('sample', { action: 'act' });
    await new Promise((resolve) => setImmediate(resolve));
    test.remove(extension);
    ended.resolve();
    await reloaded;
    assert.equal((await waiting).response.error?.kind, 'cancelled');
    assert.equal(started, 1);
  });
});
