import assert from 'node:assert/strict';
import fc from 'fast-check';
import { idGaps } from '../../../src/traffic/idGaps.ts';

/** `position: how many after which`, for all gaps. */
function gapsOf(...ids: (string | undefined)[]): string[] {
  return [...idGaps(ids)].map(([index, { count, after }]) => `${index}: ${count} after ${after}`);
}

describe('Gaps in the ids of a stream', () => {
  it('are where numbers that count up leave some out', () => {
    assert.deepEqual(gapsOf('1', '2', '3', '6', '7', '9'), ['3: 2 after 3', '5: 1 after 7']);
  });

  it('are found behind a prefix too, and per prefix where there are several', () => {
    assert.deepEqual(gapsOf('stream-7-1', 'stream-7-2', 'stream-7-12'), ['2: 9 after stream-7-2']);
    assert.deepEqual(gapsOf('a1', 'b1', 'a2', 'b2', 'a4', 'b3'), ['4: 1 after a2']);
  });

  it('are not hidden by events without an id, or by leading zeros', () => {
    assert.deepEqual(gapsOf(undefined, '008', '009', undefined, '011'), ['4: 1 after 009']);
  });

  it('are none where ids are times, random numbers or no numbers', () => {
    assert.deepEqual(gapsOf('1763804460000', '1763804460031', '1763804460062'), []);
    assert.deepEqual(gapsOf('10', '20', '30', '40'), []);
    assert.deepEqual(gapsOf('a', 'c', 'e', ''), []);
    assert.deepEqual(gapsOf('1234567890123456', '1234567890123457', '1234567890123459'), []);
    assert.deepEqual(gapsOf('3a', '4a', '9a'), []);
  });

  it('are none where a number came out of order, came twice, or counting began anew', () => {
    assert.deepEqual(gapsOf('1', '3', '2', '4'), []);
    assert.deepEqual(gapsOf('1', '2', '2', '3'), []);
    assert.deepEqual(gapsOf('7', '8', '1', '2', '3'), []);
  });

  it('are as many numbers as were left out, wherever that was', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 198 }), { maxLength: 60 }), (left) => {
        const lost = new Set(left);
        const ids = Array.from({ length: 200 }, (_, number) => number).filter((number) => !lost.has(number));
        const gaps = idGaps(ids.map((number) => `s_${number}`));
        assert.equal(
          [...gaps.values()].reduce((sum, { count }) => sum + count, 0),
          lost.size,
        );
      }),
    );
  });

  it('take no time to speak of in ids as long as a message may be', () => {
    const long = `${'7x'.repeat(500_000)}${'9'.repeat(100_000)}`;
    assert.deepEqual(gapsOf(long, `${long}1`, '1', '2'), []);
  });
});
