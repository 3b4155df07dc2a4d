import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jsonTexts, LongText } from '../../../../src/traffic/exchangeFiles/jsonTexts.ts';

describe('JSON in parts', () => {
  const textOf = (value: unknown): string => [...jsonTexts(value)].join('');

  it('is what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => assert.equal(textOf(value), JSON.stringify(value))),
    );
    const odd = { none: undefined, inside: [{ a: undefined, b: [] }, {}], number: Number.NaN, text: '\ud800x' };
    assert.equal(textOf(odd), JSON.stringify(odd));
  });

  it('takes a long string apart between characters', () => {
    for (const text of ['😀'.repeat(20_000), `x${'😀'.repeat(20_000)}`, '\u0001'.repeat(30_000)]) {
      const value = { text, list: [text] };
      assert.equal(textOf(value), JSON.stringify(value));
      assert.ok(Math.max(...[...jsonTexts(value)].map(({ length }) => length)) < 64 * 1024);
    }
  });

  it('joins what is made as it is written', () => {
    const value = { text: new LongText(['a"', '', 'b'].values()), list: ['x', { y: 1 }].values() };
    assert.equal(textOf(value), '{"text":"a\\"b","list":["x",{"y":1}]}');
  });
});
