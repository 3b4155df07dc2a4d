import assert from 'node:assert/strict';
import { RecordedNumbers } from '../../../../src/traffic/exchangeFiles/recordedNumbers.ts';

describe('RecordedNumbers', () => {
  it('counts on where entries of the log are missing, and has no number for these', () => {
    const numbers = new RecordedNumbers();
    for (const seq of [5, 6, 7]) numbers.add(seq);
    assert.equal(numbers.addExtra(), 4);
    for (const seq of [20, 21]) numbers.add(seq);
    assert.deepEqual(
      [4, 5, 7, 8, 9, 19, 20, 21, 22].map((seq) => numbers.of(seq)),
      [undefined, 1, 3, undefined, undefined, undefined, 5, 6, undefined],
    );
    assert.equal(numbers.count, 5);
  });

  it('forgets what lies before a thousand gaps', () => {
    const numbers = new RecordedNumbers();
    for (let seq = 1; seq <= 2002; seq += 2) numbers.add(seq);
    assert.deepEqual([numbers.of(1), numbers.of(3), numbers.of(2001)], [undefined, 2, 1001]);
  });
});
