import assert from 'node:assert/strict';
import { readContributions } from '../../../src/plugins/contribution.ts';

const action = { name: 'act', title: 'Act', parameters: { type: 'object', properties: { a: { type: 'string' } } } };

function read(plugin: unknown): ReturnType<typeof readContributions>[number] {
  const [contribution] = readContributions({ contributes: { externalMcpPlugins: [plugin] } });
  assert.ok(contribution !== undefined);
  return contribution;
}

describe('What an extension contributes', () => {
  it('is read with everything that it may say', () => {
    const written = {
      id: 'weather',
      label: 'Weather',
      description: 'Asks the sky.',
      capabilities: ['forecast'],
      timeout: 200,
      actions: [{ ...action, aliases: ['do'], description: 'Does it.' }],
      configSchema: { type: 'object' },
      secrets: ['key', { name: 'token', title: 'Token', description: 'From the site.' }],
    };
    assert.deepEqual(read(written), {
      ...written,
      secrets: [
        { name: 'key', title: 'key' },
        { name: 'token', title: 'Token', description: 'From the site.' },
      ],
    });
  });

  it('needs no more than an id and an action with a name', () => {
    const { problem, label, actions } = read({ id: 'a', actions: [{ name: 'act' }] });
    assert.equal(problem, undefined);
    assert.equal(label, 'a');
    assert.deepEqual(actions, [{ name: 'act', aliases: [], title: 'act', parameters: { type: 'object' } }]);
  });

  it('says what is wrong with a plugin, and keeps the others', () => {
    const contributions = readContributions({
      contributes: {
        externalMcpPlugins: [
          'text',
          { label: 'No id', actions: [action] },
          { id: '../up', actions: [action] },
          { id: 'none' },
          { id: 'nameless', actions: [{ title: 'x' }] },
          { id: 'schema', actions: [{ name: 'act', parameters: { type: 'string' } }] },
          { id: 'twins', actions: [action, { name: 'other', aliases: ['act'] }] },
          { id: 'secret', actions: [action], secrets: [{ title: 'x' }] },
          { id: 'good', actions: [action] },
        ],
      },
    });
    assert.deepEqual(
      contributions.map(({ problem }) => problem),
      [
        'its entry in "externalMcpPlugins" is not an object',
        'its "id" is missing, or has other signs than a-z, 0-9, ".", "_", "-"',
        'its "id" is missing, or has other signs than a-z, 0-9, ".", "_", "-"',
        'it has no "actions"',
        'one of its actions has no usable "name"',
        'the "parameters" of “schema” are no JSON Schema of type "object"'.replace('schema', 'act'),
        'two of its actions are called “act”',
        'one of its secrets has no usable "name"',
        undefined,
      ],
    );
  });

  it('is bounded, however much an extension says', () => {
    const plugins = Array.from({ length: 1000 }, (_, index) => ({
      id: `p${index}`,
      label: 'x'.repeat(100_000),
      actions: Array.from({ length: 1000 }, (_unused, number) => ({ name: `a${number}` })),
    }));
    const contributions = readContributions({ contributes: { externalMcpPlugins: plugins } });
    assert.equal(contributions.length, 20);
    assert.equal(contributions[0]?.actions.length, 100);
    assert.equal(contributions[0]?.label.length, 2000);
  });

  it('is broken where it is nested without end', () => {
    let schema: Record<string, unknown> = { type: 'object' };
    for (let depth = 0; depth < 100_000; depth += 1) schema = { type: 'object', properties: { a: schema } };
    const { problem } = read({ id: 'deep', actions: [{ name: 'act', parameters: schema }] });
    assert.equal(problem, 'its entry in "externalMcpPlugins" is not an object');
  });

  it('may be missing, or anything at all', () => {
    for (const packageJson of [
      undefined,
      null,
      1,
      'x',
      [],
      {},
      { contributes: 1 },
      { contributes: { externalMcpPlugins: {} } },
    ]) {
      assert.deepEqual(readContributions(packageJson), []);
    }
  });
});
