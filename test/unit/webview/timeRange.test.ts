import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { columnsPath, moveEnd, rangeBetween, shareOf, timeAt } from '../../../src/webview/inspector/timeRange.ts';

const overview = { from: 1000, width: 10, counts: [1, 0, 5, 2], errors: [0, 0, 0, 1] };

describe('the overview', () => {
  it('puts a time where its share of the width is, and finds it there again', () => {
    assert.equal(timeAt(overview, 0.5), 1020);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        assert.ok(Math.abs(shareOf(overview, timeAt(overview, share)) - share) < 1e-9);
      }),
    );
  });

  it('keeps what is beyond its ends at its ends', () => {
    assert.deepEqual([timeAt(overview, -1), timeAt(overview, 2)], [1000, 1040]);
    assert.deepEqual([shareOf(overview, 0), shareOf(overview, 9999)], [0, 1]);
  });

  it('takes a range drawn from either side', () => {
    assert.deepEqual(rangeBetween(5, 3), { from: 3, to: 5 });
  });

  it('moves an end of the range by whole buckets, not past the other', () => {
    const range = moveEnd(overview, undefined, 'from', 2);
    assert.deepEqual(range, { from: 1020, to: 1040 });
    assert.deepEqual(moveEnd(overview, range, 'to', -1), { from: 1020, to: 1030 });
    assert.deepEqual(moveEnd(overview, range, 'to', -99), { from: 1020, to: 1020 });
  });

  it('has no range when both ends are at the ends', () => {
    assert.equal(moveEnd(overview, { from: 1010, to: 1040 }, 'from', -9), undefined);
  });

  it('draws a column for every bucket in which something happened, and sees the few beside the many', () => {
    const path = columnsPath([1, 0, 10_000], 10_000);
    assert.deepEqual(path.match(/M\d+/g), ['M0', 'M2']);
    assert.match(path, /^M0 1V0\.920/);
    assert.equal(columnsPath([0, 0], 0), '');
  });
});
