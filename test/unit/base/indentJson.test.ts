import assert from 'node:assert/strict';
import fc from 'fast-check';
import { indentJson } from '../../../src/base/indentJson.ts';

describe('Indented JSON', () => {
  it('is what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // JSON has no -0, and an object of numeric keys has an order of its own.
        const text = JSON.stringify(value);
        assert.equal(indentJson(text), JSON.stringify(JSON.parse(text), undefined, 2));
      }),
    );
  });

  it('keeps numbers and repeated keys as they were sent', () => {
    assert.equal(indentJson('{"a":1.0,"a":12345678901234567890}'), '{\n  "a": 1.0,\n  "a": 12345678901234567890\n}');
  });

  it('moves no further in than 32 levels', () => {
    const text = '['.repeat(100_000) + ']'.repeat(100_000);
    const indented = indentJson(text);
    assert.ok(indented.length < 20_000_000);
    assert.equal(indented.replaceAll(/\s/g, ''), text);
  });

  it('takes a string of a million characters, all of them escaped', () => {
    const text = `["${'\\"'.repeat(500_000)}"]`;
    assert.equal(indentJson(text), `[\n  ${text.slice(1, -1)}\n]`);
  });

  it('indents what is masked, which is no number any more', () => {
    assert.equal(indentJson('{"id":*****}'), '{\n  "id": *****\n}');
  });

  it('leaves alone what is no JSON', () => {
    for (const text of ['['.repeat(2000), ']}', '[a b]', '{"a": "x  y', '["a" "b"]', '[1\u00a0 2]']) {
      assert.equal(indentJson(text), text);
    }
  });

  it('loses nothing of any text but space', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', ' ', '\n', '\u00a0', 'a', '1');
    fc.assert(
      fc.property(fc.array(pieces), (texts) => {
        const text = texts.join('');
        const bare = (json: string): string => json.replaceAll(/[ \t\r\n]/g, '');
        assert.equal(bare(indentJson(text)), bare(text));
      }),
    );
  });
});
