import assert from 'node:assert/strict';
import { safeSchema } from '../../../src/ui/call/safeSchema.ts';

describe('schemas for the editor', () => {
  it('are left as they are when nothing in them is dangerous', () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      required: ['a'],
      properties: {
        a: { type: 'string', description: 'plain', enum: ['x', null, 1] },
        b: true,
        c: { $ref: '#/$defs/c' },
      },
      $defs: { c: { anyOf: [{ type: 'number' }, { type: 'array', items: { type: 'string' } }] } },
      additionalProperties: false,
    };
    assert.deepEqual(safeSchema(schema), schema);
  });

  it('load nothing from elsewhere', () => {
    const schema = {
      $schema: 'https://evil.test/schema',
      properties: { a: { $ref: 'https://evil.test/a' }, b: { $ref: 'file:///etc/passwd' }, c: { $ref: { split: 1 } } },
      allOf: [{ $dynamicRef: '//evil.test', type: 'object' }],
    };
    assert.deepEqual(safeSchema(schema), { properties: { a: {}, b: {}, c: {} }, allOf: [{ type: 'object' }] });
  });

  it('have no Markdown, snippets or messages, at any level', () => {
    const hostile = {
      markdownDescription: '[x](command:y)',
      markdownEnumDescriptions: ['[x](command:y)'],
      defaultSnippets: [{ body: '' }],
      errorMessage: 'x',
      patternErrorMessage: 'x',
    };
    assert.deepEqual(safeSchema({ ...hostile, items: [{ ...hostile, not: hostile }], unknown: hostile }), {
      items: [{ not: {} }],
      unknown: {},
    });
  });

  it('keep properties that are called like a keyword', () => {
    const properties = { $ref: { type: 'string' }, errorMessage: { type: 'string' }, properties: { type: 'object' } };
    assert.deepEqual(safeSchema({ properties }), { properties });
  });

  it('give a reference into data or a map of names nothing dangerous to find', () => {
    const schema = {
      default: { markdownDescription: 'x', kept: 1 },
      properties: { markdownDescription: 'x', markdownEnumDescriptions: ['x'], a: { $ref: '#/properties' } },
    };
    assert.deepEqual(safeSchema(schema), { default: { kept: 1 }, properties: { a: { $ref: '#/properties' } } });
  });

  it('change no prototype', () => {
    const schema = JSON.parse('{"__proto__": {"a": 1}, "properties": {"__proto__": {"b": 1}, "c": {}}}') as object;
    const safe = safeSchema({ ...schema });
    assert.equal(JSON.stringify(safe), '{"properties":{"c":{}}}');
    assert.equal(Object.getPrototypeOf(safe), Object.prototype);
  });

  it('end at a depth that no stack minds', () => {
    let deep: object = { errorMessage: 'x' };
    for (let level = 0; level < 100_000; level += 1)
      deep = level % 2 === 0 ? { not: deep } : { properties: { a: deep } };
    assert.ok(JSON.stringify(safeSchema({ not: deep })).length < 2000);
  });
});
