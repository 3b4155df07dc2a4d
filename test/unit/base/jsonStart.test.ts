import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jsonStart } from '../../../src/base/jsonStart.ts';

describe('jsonStart', () => {
  it('begins like the whole JSON, for as long as asked', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 60 }), (value, longest) => {
        assert.equal(jsonStart(value, longest).slice(0, longest), JSON.stringify(value).slice(0, longest));
      }),
    );
  });

  it('leaves out the rest of what is long, deep or full of strings', () => {
    const long = 'x'.repeat(1_000_000);
    for (const value of [
      long,
      Array.from({ length: 100_000 }, () => ({ text: 'y' })),
      Array.from({ length: 100 }, () => [long]),
      Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key ${index}`, { index }])),
    ])
      assert.ok(jsonStart(value, 1000).length < 10_000);
  });

  it('says nothing of what JSON has no word for', () => {
    assert.equal(jsonStart(undefined, 10), '');
  });
});
