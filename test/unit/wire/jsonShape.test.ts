import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkJsonShape, JsonShape } from '../../../src/wire/jsonShape.ts';
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

  it('judges alike however the text was cut', () => {
    const pieces = fc.constantFrom('"', '\\', '\\"', '[', ']', '{', '}', ':', 'a', '\n', '\r', '[1,2]', '"x"');
    const texts = fc
      .array(pieces, { maxLength: 40 })
      .map((parts) => `${'['.repeat(MAX_JSON_DEPTH - 2)}${parts.join('')}`);
    const judged = (parts: readonly Uint8Array[]): unknown[] => {
      const shape = new JsonShape();
      for (const part of parts) shape.push(part);
      try {
        shape.check();
      } catch (error) {
        return [String(error)];
      }
      return [shape.largestValue];
    };
    fc.assert(
      fc.property(texts, fc.nat(), (text, cut) => {
        const bytes = Buffer.from(text);
        const at = cut % bytes.length;
        const whole = judged([bytes]);
        assert.deepEqual(judged([bytes.subarray(0, at), bytes.subarray(at)]), whole);
        assert.deepEqual(judged(Array.from(bytes, (byte) => Uint8Array.of(byte))), whole);
      }),
    );
  });

  it('knows where the largest value lies', () => {
    const shape = new JsonShape();
    const text = '{"a":[1,"]"],"b":{"c":[{"d":"}"}]},"e":"a string is not looked at"}';
    shape.push(Buffer.from(text));
    assert.deepEqual(text.slice(shape.largestValue?.start, shape.largestValue?.end), '{"c":[{"d":"}"}]}');
    const flat = new JsonShape();
    flat.push(Buffer.from('{"a":1}'));
    assert.equal(flat.largestValue, undefined);
  });

  it('is not deceived by the lines before the JSON in an event', () => {
    const deep = `data: ${nested(1000)}\n\n`;
    for (const before of [`: ${']'.repeat(2000)}\n`, ': "\n', ': "\r', 'id: "\r\n', ': \\"\n']) {
      assert.throws(() => check(before + deep), /nested deeper/, JSON.stringify(before));
    }
  });
});
