import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ExternalPlugin, PluginContext } from '../../../src/api.ts';
import { acting, complete, createTestPlugins, type TestPlugins } from './support/plugins.ts';

const throwing = (): never => {
  throw new Error('on purpose');
};
const rejecting = (): Promise<never> => Promise.reject(new Error('on purpose'));
const never = (): Promise<never> => new Promise(() => {});

describe('A hostile plugin', () => {
  let test: TestPlugins;
  beforeEach(() => {
    test = createTestPlugins();
    test.install({ execute: async () => 'fine' }, { id: 'neighbour' });
  });
  afterEach(async () => {
    const { response } = await test.host.run('neighbour', { action: 'act' });
    assert.equal(response.data, 'fine', 'its neighbour is not affected');
    await test.close();
  });

  const run = async () => (await test.host.run('sample', { action: 'act' })).response;

  for (const [how, method] of [
    ['throws', throwing],
    ['rejects', rejecting],
  ] as const) {
    for (const name of ['initialize', 'execute', 'shutdown'] as const) {
      it(`${how} in ${name}`, async () => {
        test.install({ [name]: method });
        const { status, error } = await run();
        if (name === 'shutdown') assert.equal(status, 'success');
        else assert.deepEqual(error, { kind: 'tool', message: 'on purpose', retryable: false });
        await test.host.reload('sample');
        assert.ok(test.log.some((line) => line.includes('on purpose')));
      });
    }
  }

  for (const name of ['initialize', 'execute'] as const) {
    it(`never resolves in ${name}`, async () => {
      test.timeoutMs = 50;
      test.install({ [name]: never });
      assert.equal((await run()).error?.kind, 'timeout');
      await test.host.reload('sample');
    });
  }

  it('never resolves in shutdown', async () => {
    test.install({ shutdown: never });
    assert.equal((await run()).status, 'success');
    await test.host.shutdown();
    assert.ok(test.log.some((line) => line.includes('is no longer waited for')));
    await test.close();
    test = createTestPlugins();
    test.install({ execute: async () => 'fine' }, { id: 'neighbour' });
  });

  it('is activated by an extension that never gets ready, or throws', async () => {
    test.timeoutMs = 50;
    for (const activate of [never, rejecting, throwing]) {
      const extension = test.install(undefined);
      extension.activate = activate;
      const { status } = await run();
      assert.equal(status, 'error');
      test.remove(extension);
    }
  });

  it('returns what cannot be passed on', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const values: unknown[] = [
      circular,
      1n,
      {
        get x() {
          return throwing();
        },
      },
      new Proxy({}, { ownKeys: throwing }),
    ];
    test.install({ execute: async () => values.shift() });
    for (let left = values.length; left > 0; left -= 1) assert.equal((await run()).status, 'error');
  });

  it('returns functions and prototypes, of which nothing arrives', async () => {
    test.install({ execute: async () => JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as unknown });
    const { data } = await run();
    assert.equal((data as Record<string, unknown>)['constructor'], 1);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });

  it('floods its log, its offers and the screen', async () => {
    test.install(
      acting(async (context) => {
        for (let line = 0; line < 20_000; line += 1) context.log.info('x'.repeat(20_000));
        for (let count = 0; count < 1000; count += 1) context.offer([{ title: 'x', command: 'x' }]);
        for (let count = 0; count < 1000; count += 1) await context.openDocument('x', 'markdown');
      }),
    );
    const { offers, response } = await test.host.run('sample', { action: 'act' }, { isInteractive: true });
    assert.equal(response.status, 'success', JSON.stringify(response));
    assert.equal(offers.length, 5);
    assert.equal(test.documents.length, 5);
    assert.ok(test.log.length <= 1001, String(test.log.length));
    assert.ok(test.log.every((line) => line.length <= 10_000));
  });

  it('offers what is no offer', async () => {
    test.install(
      acting(async (context) => {
        // cast: whatever a plugin in JavaScript may pass
        context.offer([{ title: 1, command: 'x' }, { title: 'x' }, { title: 'Fine', command: 'x' }] as never);
        context.offer(undefined as never);
      }),
    );
    const { offers } = await test.host.run('sample', { action: 'act' });
    assert.deepEqual(offers, [{ title: 'Fine', command: 'x' }]);
  });

  it('registers an id that another extension contributes, or nobody', () => {
    const mine = test.install(undefined);
    const other = test.install(undefined, { id: 'other' });
    for (const [extension, id] of [
      [mine.id, 'other'],
      [other.id, 'sample'],
      [mine.id, 'nobody'],
      ['unknown.extension', 'sample'],
    ] as const) {
      assert.throws(() => test.host.register(extension, id, complete({})), { kind: 'validation' });
    }
  });

  it('registers twice', async () => {
    const extension = test.install({ execute: async () => 'first' });
    await run();
    assert.throws(() => test.host.register(extension.id, 'sample', complete({ execute: async () => 'second' })), {
      kind: 'validation',
      message: /registered already/,
    });
    assert.equal((await run()).data, 'first');
  });

  it('registers something that is no plugin', () => {
    const extension = test.install(undefined);
    for (const plugin of [{}, { initialize: 1 }, undefined, null, 'x'] as unknown[]) {
      // cast: whatever an extension in JavaScript may pass
      assert.throws(() => test.host.register(extension.id, 'sample', plugin as ExternalPlugin), { kind: 'validation' });
    }
  });

  it('changes the parameters that its caller gave', async () => {
    test.install({
      execute: async ({ parameters }) => {
        (parameters['list'] as unknown[]).push('mine');
      },
    });
    const parameters = { list: ['yours'] };
    await test.host.run('sample', { action: 'act', parameters });
    assert.deepEqual(parameters, { list: ['yours'] });
  });

  it('goes on with its context after it was shut down', async () => {
    let kept: PluginContext | undefined;
    test.install(
      acting(async (context) => {
        kept = context;
      }),
    );
    await run();
    await test.host.reload('sample');
    const context = kept;
    assert.ok(context !== undefined);
    const late: readonly (() => Promise<unknown>)[] = [
      () => context.startServer({ name: 'Late', command: 'node' }),
      () => context.callTool('x', 'y'),
      () => context.secrets.get('key'),
      () => context.openExternal('https://example.org'),
      () => context.runInTerminal({ name: 'x', command: 'x' }),
    ];
    for (const call of late) await assert.rejects(call(), { kind: 'cancelled' });
    assert.deepEqual(test.registry.servers, []);
  });

  it('starts more servers than anybody needs', async () => {
    test.install(
      acting(async (context) => {
        for (let count = 0; ; count += 1)
          await context.startServer({ name: `s${count}`, url: 'http://127.0.0.1:1/mcp' }).catch((error: unknown) => {
            if (count > 19) throw error;
          });
      }),
    );
    const { error } = await run();
    assert.equal(error?.kind, 'config');
    assert.equal(test.registry.servers.length, 20);
  });

  it('is asked with parameters that are no data', async () => {
    test.install({});
    const { response } = await test.host.run('sample', { action: 'act', parameters: { act: throwing } });
    assert.equal(response.error?.kind, 'validation');
  });

  it('is asked without a request, or with one that is none', async () => {
    test.install({});
    const throwsWhenRead = {
      get action() {
        return throwing();
      },
    };
    for (const request of [undefined, null, 1, {}, { action: {} }, { action: Symbol('x') }, throwsWhenRead]) {
      for (const id of ['sample', 'nobody']) {
        const { response } = await test.host.run(id, request as never);
        assert.equal(response.status, 'error');
        assert.equal(typeof response.metadata.action, 'string');
        JSON.stringify(response);
      }
    }
  });

  it('names servers and tools that are none, or secrets', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    test.install(
      acting(async (context) => {
        await context.callTool(circular as never, circular as never).catch(() => {});
        return 'done';
      }),
    );
    const { metadata } = await run();
    assert.deepEqual([metadata.server, metadata.tool], [undefined, undefined]);
    test.redactor.add('of the neighbour');
    test.install(
      acting(async (context) => {
        await context.callTool('of the neighbour', 'of the neighbour').catch(() => {});
      }),
      { id: 'other' },
    );
    const { response } = await test.host.run('other', { action: 'act' });
    assert.equal(response.metadata.server, '*'.repeat(16));
    assert.equal(response.metadata.tool, '*'.repeat(16));
  });

  it('changes what the host tells of its neighbours', async () => {
    const action = { name: 'act', title: 'Act', parameters: { type: 'object', required: ['id'], properties: {} } };
    test.install({ execute: async () => 'ran' }, { id: 'checked', actions: [action] });
    const attempt = (change: (actions: Record<string, unknown>[]) => void): void => {
      const actions: unknown = test.host.plugins.find(({ id }) => id === 'checked')?.actions;
      assert.throws(() => change(actions as Record<string, unknown>[]), TypeError);
    };
    attempt(([first]) => Object.assign(first ?? {}, { title: 'Something harmless' }));
    attempt(([first]) => Object.assign(first?.['parameters'] ?? {}, { required: [] }));
    attempt((actions) => actions.splice(0));
    const { response } = await test.host.run('checked', { action: 'act' });
    assert.equal(response.error?.kind, 'validation');
  });

  it('has a secret where its texts are cut', async () => {
    test.redactor.add('secret-of-the-user');
    const filled = (length: number): string => `${'x'.repeat(length - 6)}secret-of-the-user`;
    test.install(
      acting(async (context) => {
        context.log.info(filled(10_000));
        await context.callTool(filled(200), filled(200)).catch(() => {});
        throw new Error(filled(4000));
      }),
    );
    const response = await run();
    assert.equal(response.error?.message.length, 4000);
    assert.doesNotMatch(JSON.stringify([response, test.log]), /secret/);
  });
});
