import assert from 'node:assert/strict';
import fc from 'fast-check';
import { indentJson } from '../../../src/ui/inspector/indentJson.ts';

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

  it('leaves alone what is too deep, too long or no JSON', () => {
    for (const text of ['['.repeat(2000), ']}', `[${'1,'.repeat(600_000)}1]`]) assert.equal(indentJson(text), text);
  });
});
