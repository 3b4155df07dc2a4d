import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changedNumber } from '../../../src/base/changedNumber.ts';

describe('A number of a JSON text that would be sent with other digits', () => {
  const cases: readonly [json: string, changed: string | undefined][] = [
    ['{"id":12345678901234567890,"x":1}', '12345678901234567890'],
    ['[1, 9007199254740993]', '9007199254740993'],
    ['{"big":1e400}', '1e400'],
    ['[0.1000000000000000055511151231257827]', '0.1000000000000000055511151231257827'],
    ['[0, -0, 0.0, 1.50, 1e3, 1E-7, 100, 9007199254740992, 1.7976931348623157e308, 0.1]', undefined],
    ['{"text":"12345678901234567890 \\" 1e400","more":"\\\\"}', undefined],
    ['', undefined],
  ];
  for (const [json, changed] of cases) {
    it(`is ${changed ?? 'not'} in ${json === '' ? 'nothing' : json}`, () => {
      assert.equal(changedNumber(json), changed);
    });
  }

  it('is looked for behind a string of any length', () => {
    assert.equal(changedNumber(`{"a":"${'x'.repeat(15_000_000)}","b":1e400}`), '1e400');
  });

  it('is never found in what JavaScript has written', () => {
    fc.assert(fc.property(fc.json(), (json) => assert.equal(changedNumber(json), undefined)));
  });
});
