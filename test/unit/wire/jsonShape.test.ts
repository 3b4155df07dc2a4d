import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkJsonShape } from '../../../src/wire/jsonShape.ts';
import { MAX_JSON_DEPTH, MAX_JSON_KEYS } from '../../../src/wire/limits.ts';

const check = (text: string): void => checkJsonShape(Buffer.from(text));
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('wire: shape of JSON', () => {
  it('accepts what nests as deep as it may, and nothing deeper', () => {
    check(nested(MAX_JSON_DEPTH));
    assert.throws(() => check(nested(MAX_JSON_DEPTH + 1)), /nested deeper than 128 levels/);
    assert.throws(() => check('{"a":'.repeat(100_000)), /nested deeper/);
  });

  it('counts members, not the colons in strings', () => {
    check(JSON.stringify({ text: ':'.repeat(MAX_JSON_KEYS + 1) }));
    assert.throws(() => check(`{${'"":0,'.repeat(MAX_JSON_KEYS + 1)}"":0}`), /more than 500000 members/);
  });

  it('knows where strings end, whatever is escaped in them', () => {
    const value = fc.array(fc.string({ unit: fc.constantFrom('"', '\\', '[', '{', ':', 'a', 'ü', '\n') }));
    fc.assert(fc.property(value, (texts) => check(JSON.stringify([...texts, ' '.repeat(200)]))));
  });

  it('is not deceived by the lines before the JSON in an event', () => {
    const deep = `data: ${nested(1000)}\n\n`;
    for (const before of [`: ${']'.repeat(2000)}\n`, ': "\n', ': "\r', 'id: "\r\n', ': \\"\n']) {
      assert.throws(() => check(before + deep), /nested deeper/, JSON.stringify(before));
    }
  });
});
