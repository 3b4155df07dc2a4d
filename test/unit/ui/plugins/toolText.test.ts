import assert from 'node:assert/strict';
import type { PluginInfo, PluginResponse } from '../../../../src/api.ts';
import { findAction, listing, readInput, responseText, shownParameters } from '../../../../src/ui/plugins/toolText.ts';

const plugin: PluginInfo = {
  id: 'dice',
  label: 'Dice',
  extension: 'example.dice',
  version: '1.0.0',
  capabilities: [],
  secrets: [],
  state: 'idle',
  actions: [
    { name: 'roll', title: 'Roll Dice', aliases: ['throw'], parameters: { type: 'object', required: ['count'] } },
  ],
};
const broken: PluginInfo = { ...plugin, id: 'old', label: 'Old', state: 'broken', problem: 'it has no "id"' };

const response: PluginResponse = {
  requestId: '1',
  timestamp: '2026-11-22T00:00:00.000Z',
  status: 'success',
  data: { sum: 7 },
  metadata: { action: 'roll', attempts: 1, durationMs: 2 },
};

function failed(error: Partial<NonNullable<PluginResponse['error']>>): PluginResponse {
  const { data: _none, ...rest } = response;
  return {
    ...rest,
    status: 'error',
    error: { kind: 'tool', message: 'They rolled away.', retryable: false, ...error },
  };
}

describe('what a language model asks for', () => {
  it('is a plugin, an action and parameters; anything else asks for the list', () => {
    assert.deepEqual(readInput({ plugin: 'dice', action: 'roll', parameters: { count: 2 } }), {
      plugin: 'dice',
      action: 'roll',
      parameters: { count: 2 },
    });
    assert.deepEqual(readInput({ plugin: 'dice', action: 'roll', parameters: 'two' })?.parameters, {});
    for (const input of [undefined, null, 'dice', {}, { plugin: 'dice' }, { plugin: 1, action: 'roll' }]) {
      assert.equal(readInput(input), undefined);
    }
  });

  it('is found under whichever name, unless the plugin cannot be used', () => {
    const find = (id: string, action: string): string | undefined =>
      findAction([plugin, broken], { plugin: id, action, parameters: {} })?.action.name;
    assert.equal(find('dice', 'roll'), 'roll');
    assert.equal(find('dice', 'throw'), 'roll');
    assert.equal(find('dice', 'eat'), undefined);
    assert.equal(find('old', 'roll'), undefined);
  });
});

describe('what a language model is told', () => {
  it('lists plugins and actions with their parameters, where it named none or another one', () => {
    const unknown = listing([plugin, broken], { plugin: 'cards', action: 'deal', parameters: {} });
    assert.match(unknown, /There is no action “deal” of a plugin “cards”/);
    assert.match(unknown, /plugin "dice": Dice\n- action "roll": Roll Dice Parameters: \{.*"required":\["count"\]/);
    assert.doesNotMatch(unknown, /Old/);
    assert.match(listing([plugin], undefined), /^Name a "plugin" and an "action" of this list/);
    assert.match(listing([broken], undefined), /^No plugin is installed/);
  });

  it('is the response as JSON', () => {
    assert.deepEqual(JSON.parse(responseText(response, [])), response);
  });

  it('begins with what to do next where the action failed', () => {
    const first = (text: string): string => text.slice(0, text.indexOf('{'));
    assert.match(first(responseText(failed({}), ['Sign In'])), /They rolled away\.\s+.*tell the user.*\s+.*Sign In/);
    assert.match(first(responseText(failed({ kind: 'validation' }), [])), /Correct the parameters/);
    assert.match(first(responseText(failed({ retryable: true, retryAfterMs: 30_500 }), [])), /again after 31 s/);
    assert.match(first(responseText(failed({ retryable: true }), [])), /may be run again/);
    const partial = { ...failed({}), status: 'partial', data: 1 } as const;
    assert.match(first(responseText(partial, [])), /succeeded in part/);
  });

  it('is cut where it is longer than a model can read', () => {
    const text = responseText({ ...response, data: 'x'.repeat(1_000_000) }, []);
    assert.ok(text.length < 101_000);
    assert.match(text, /more characters were cut off\.$/);
  });

  it('bounds schemas that an extension wrote', () => {
    const actions = Array.from({ length: 100 }, (_, index) => ({
      name: `a${index}`,
      title: 'T',
      aliases: [],
      parameters: { type: 'object' as const, description: 'x'.repeat(100_000) },
    }));
    assert.ok(listing([{ ...plugin, actions }], undefined).length < 101_000);
  });
});

describe('parameters that a person is asked about', () => {
  it('keep their lines and lose what could disguise them', () => {
    const text = JSON.stringify({ a: 'b\u202ec', d: { e: 1 } }, undefined, 2);
    assert.equal(shownParameters(text), '{\n  "a": "bc",\n  "d": {\n    "e": 1\n  }\n}');
  });

  it('are cut, and say so', () => {
    assert.match(shownParameters(JSON.stringify({ a: 'x'.repeat(10_000) }, undefined, 2)), /more characters$/);
  });
});
