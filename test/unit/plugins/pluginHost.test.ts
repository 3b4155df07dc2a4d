import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { CancellationToken, PluginRequest } from '../../../src/api.ts';
import { ExternalMcpError } from '../../../src/base/errors.ts';
import { acting, anyAction, createTestPlugins, type TestPlugins } from './support/plugins.ts';

describe('The plugin host', () => {
  let test: TestPlugins;
  beforeEach(() => (test = createTestPlugins()));
  afterEach(() => test.close());

  describe('before anything runs', () => {
    it('knows a plugin from what its extension contributes, without activating it', () => {
      const extension = test.install({}, { label: 'Weather', capabilities: ['forecast'] });
      assert.deepEqual(test.plugin(), {
        id: 'sample',
        label: 'Weather',
        capabilities: ['forecast'],
        actions: [{ ...anyAction, aliases: [] }],
        secrets: [],
        extension: extension.id,
        version: '1.0.0',
        state: 'idle',
      });
      assert.equal(extension.activations, 0);
    });

    it('shows a contribution that cannot be used as broken, and says why when it is run', async () => {
      test.install({}, { actions: [] });
      assert.equal(test.plugin().state, 'broken');
      const { response } = await test.host.run('sample', { action: 'act' });
      assert.equal(response.error?.kind, 'config');
      assert.match(response.error.message, /cannot be used: it has no "actions"/);
    });

    it('gives an id to the first extension that contributes it', () => {
      const first = test.install({}, { id: 'same' });
      const second = test.install({}, { id: 'same' });
      assert.deepEqual(
        test.host.plugins.map(({ id, extension, state }) => ({ id, extension, state })),
        [
          { id: 'same', extension: first.id, state: 'idle' },
          { id: `same@${second.id}`, extension: second.id, state: 'broken' },
        ],
      );
    });

    it('leaves an id to the extension that has it, wherever one that comes later stands among the others', async () => {
      let shutdowns = 0;
      const first = test.install({ shutdown: async () => void (shutdowns += 1) }, { id: 'same' });
      await test.host.run('same', { action: 'act' });
      test.host.discover([{ ...first, id: 'aaa.thief' }, first]);
      assert.deepEqual(
        test.host.plugins.map(({ id, extension, state }) => ({ id, extension, state })),
        [
          { id: 'same', extension: first.id, state: 'ready' },
          { id: 'same@aaa.thief', extension: 'aaa.thief', state: 'broken' },
        ],
      );
      assert.equal(shutdowns, 0);
    });

    it('follows extensions that come, change and go', async () => {
      let shutdowns = 0;
      let heard = 0;
      test.host.onDidChangePlugins(() => (heard += 1));
      const extension = test.install({ shutdown: async () => void (shutdowns += 1) });
      assert.equal(heard, 1);
      await test.host.run('sample', { action: 'act' });
      assert.equal(test.plugin().state, 'ready');
      extension.version = '2.0.0';
      test.remove(extension);
      assert.deepEqual(test.host.plugins, []);
      await test.until(() => shutdowns === 1);
    });
  });

  describe('running an action', () => {
    it('activates the extension once, initializes the plugin once, and asks it', async () => {
      const requests: PluginRequest[] = [];
      let initialized = 0;
      const extension = test.install({
        initialize: async () => void (initialized += 1),
        execute: async (request) => {
          requests.push(request);
          return { answer: 42 };
        },
      });
      const run = (n: number) => test.host.run('sample', { action: 'act', parameters: { n }, context: { who: 'me' } });
      const [first] = await Promise.all([run(1), run(2)]);
      const { metadata, ...response } = first.response;
      const request = requests.find(({ requestId }) => requestId === response.requestId);
      assert.deepEqual(response, {
        requestId: request?.requestId,
        timestamp: request?.timestamp,
        status: 'success',
        data: { answer: 42 },
      });
      assert.deepEqual([metadata.action, metadata.attempts], ['act', 1]);
      assert.deepEqual([request?.parameters, request?.context], [{ n: 1 }, { who: 'me' }]);
      assert.match(response.timestamp, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      assert.ok(extension.activations > 0);
      assert.deepEqual([initialized, test.plugin().state], [1, 'ready']);
    });

    it('passes an action on by its own name, whichever of its names was used', async () => {
      test.install(
        { execute: async ({ action }) => action },
        { actions: [{ name: 'act', aliases: ['do', 'perform'] }] },
      );
      for (const name of ['act', 'do', 'perform']) {
        const { response } = await test.host.run('sample', { action: name });
        assert.equal(response.data, 'act');
        assert.equal(response.metadata.action, 'act');
      }
    });

    it('checks the parameters first', async () => {
      let asked = 0;
      const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
      const extension = test.install({ execute: async () => (asked += 1) }, { actions: [{ name: 'act', parameters }] });
      const { response } = await test.host.run('sample', { action: 'act', parameters: { city: 7 } });
      assert.equal(response.status, 'error');
      assert.equal(response.error?.kind, 'validation');
      assert.match(response.error.message, /city/);
      assert.deepEqual([asked, extension.activations], [0, 0]);
    });

    it('names what there is for an unknown plugin or action', async () => {
      test.install({});
      const unknown = await test.host.run('smple', { action: 'act' });
      assert.match(unknown.response.error?.message ?? '', /no plugin “smple”. Installed are: sample/);
      const misspelt = await test.host.run('sample', { action: 'atc' });
      assert.match(misspelt.response.error?.message ?? '', /Did you mean “act”/);
    });

    it('says so when an extension does not register what it contributes', async () => {
      test.timeoutMs = 200;
      test.install(undefined);
      const { response } = await test.host.run('sample', { action: 'act' });
      assert.equal(response.status, 'error');
      assert.ok(response.error?.kind === 'config' || response.error?.kind === 'timeout');
    });

    it('tells of a start that failed, and tries again with the next action', async () => {
      let starts = 0;
      test.install({
        initialize: async () => {
          starts += 1;
          if (starts === 1) throw new ExternalMcpError('process', 'No server.');
        },
        execute: async () => 'fine',
      });
      const first = await test.host.run('sample', { action: 'act' });
      assert.deepEqual(
        [first.response.error?.kind, test.plugin().state, test.plugin().problem],
        ['process', 'failed', 'No server.'],
      );
      const second = await test.host.run('sample', { action: 'act' });
      assert.deepEqual([second.response.data, test.plugin().state], ['fine', 'ready']);
    });

    it('ends at its limit of time, the one of the plugin where it has one', async () => {
      test.install({ execute: () => new Promise(() => {}) }, { timeout: 0.05 });
      const { response } = await test.host.run('sample', { action: 'act' });
      assert.equal(response.error?.kind, 'timeout');
      assert.equal(response.error.message, 'The plugin “Sample” did not answer within 0.05 s.');
    });

    it('can be cancelled, and the plugin hears of it', async () => {
      const cancel = new AbortController();
      let heard = 0;
      test.install({
        execute: (_request, token) => {
          token.onCancellationRequested(() => (heard += 1));
          cancel.abort();
          return new Promise(() => {});
        },
      });
      const { response } = await test.host.run('sample', { action: 'act' }, { signal: cancel.signal });
      assert.equal(response.error?.kind, 'cancelled');
      assert.equal(heard, 1);
    });

    it('is not cancelled for the plugin when it has come to its end', async () => {
      const tokens: CancellationToken[] = [];
      let heard = 0;
      test.install({
        execute: async (_request, token) => {
          tokens.push(token);
          token.onCancellationRequested(() => (heard += 1));
        },
      });
      assert.equal((await test.host.run('sample', { action: 'act' })).response.status, 'success');
      assert.deepEqual([heard, tokens[0]?.isCancellationRequested], [0, false]);
    });

    it('leaves a start to the others when one of them gives up', async () => {
      const cancel = new AbortController();
      const started = Promise.withResolvers<void>();
      const go = Promise.withResolvers<void>();
      test.install({
        initialize: () => {
          started.resolve();
          return go.promise;
        },
        execute: async () => 'fine',
      });
      const first = test.host.run('sample', { action: 'act' }, { signal: cancel.signal });
      const second = test.host.run('sample', { action: 'act' });
      await started.promise;
      cancel.abort();
      assert.equal((await first).response.error?.kind, 'cancelled');
      go.resolve();
      assert.equal((await second).response.data, 'fine');
    });

    it('hands over what the plugin offers, of each run its own', async () => {
      const open = { title: 'Open', command: 'vscode.open', argument: 'https://example.org' };
      test.install(
        acting(async (context, { parameters }) => {
          if (parameters['offer'] === true) context.offer([open]);
        }),
      );
      const [offered, none] = await Promise.all(
        [true, false].map((offer) => test.host.run('sample', { action: 'act', parameters: { offer } })),
      );
      assert.deepEqual(offered?.offers, [open]);
      assert.deepEqual(none?.offers, []);
    });

    it('shows documents to people and not to code', async () => {
      test.install(acting((context) => context.openDocument('# Title', 'markdown')));
      await test.host.run('sample', { action: 'act' });
      assert.deepEqual(test.documents, []);
      await test.host.run('sample', { action: 'act' }, { isInteractive: true });
      assert.deepEqual(test.documents, [{ content: '# Title', language: 'markdown' }]);
    });

    it('opens addresses of the web and nothing else', async () => {
      const urls = [
        'https://example.org/a',
        'http://example.org',
        'file:///etc/passwd',
        'command:x',
        'vscode://x',
        'x',
      ];
      test.install(acting((context) => Promise.all(urls.map((url) => context.openExternal(url)))));
      const { response } = await test.host.run('sample', { action: 'act' });
      assert.deepEqual(response.data, [true, true, false, false, false, false]);
      assert.deepEqual(test.opened, ['https://example.org/a', 'http://example.org/']);
    });
  });

  describe('configuration and secrets', () => {
    it('gives a plugin what is written for it, with the defaults of its schema', async () => {
      const configSchema = {
        type: 'object',
        properties: { units: { type: 'string', default: 'metric' }, days: { type: 'number' } },
      };
      test.configuration = { sample: { days: 3 }, other: { days: 9 } };
      test.install(
        acting(async ({ config }) => config),
        { configSchema },
      );
      const { response } = await test.host.run('sample', { action: 'act' });
      assert.deepEqual(response.data, { units: 'metric', days: 3 });
    });

    it('refuses a configuration that does not fit, with the place', async () => {
      test.configuration = { sample: { days: 'many' } };
      test.install({}, { configSchema: { type: 'object', properties: { days: { type: 'number' } } } });
      const { response } = await test.host.run('sample', { action: 'act' });
      assert.equal(response.error?.kind, 'config');
      assert.match(response.error.message, /days.*"externalMcp.plugins"/);
    });

    it('initializes a plugin anew when its configuration changed', async () => {
      const events: string[] = [];
      test.install({
        initialize: async ({ config }) => void events.push(`initialize ${JSON.stringify(config)}`),
        shutdown: async () => void events.push('shutdown'),
      });
      await test.host.run('sample', { action: 'act' });
      await test.host.run('sample', { action: 'act' });
      test.configuration = { sample: { days: 1 } };
      await test.host.run('sample', { action: 'act' });
      assert.deepEqual(events, ['initialize {}', 'shutdown', 'initialize {"days":1}']);
    });

    it('keeps the secrets of each plugin apart, and masks them in what comes out', async () => {
      test.secrets.set('other/key', 'somebody-elses');
      test.install(
        acting(async ({ secrets, log }) => {
          await secrets.set('key', 'hunter2-hunter2');
          log.info('the key is hunter2-hunter2');
          return { mine: await secrets.get('key'), other: (await secrets.get('other/key')) ?? 'nothing' };
        }),
      );
      const { response } = await test.host.run('sample', { action: 'act' });
      assert.deepEqual(response.data, { mine: '***************', other: 'nothing' });
      assert.equal(test.secrets.get('sample/key'), 'hunter2-hunter2');
      assert.ok(test.log.includes('the key is ***************'));
    });

    it('masks secrets in what is thrown', async () => {
      test.secrets.set('sample/key', 'hunter2-hunter2');
      test.install(
        acting(async ({ secrets }) => {
          throw new Error(`The key ${await secrets.get('key')} is not known.`);
        }),
      );
      const { response } = await test.host.run('sample', { action: 'act' });
      assert.equal(response.error?.message, 'The key *************** is not known.');
    });
  });
});
