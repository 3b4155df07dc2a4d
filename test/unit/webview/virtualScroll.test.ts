import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  isAtEnd,
  lastTop,
  ROW_HEIGHT,
  rowsInWindow,
  scrollHeight,
  scrollOfTop,
  TALLEST_SCROLL,
  topOfScroll,
  topThatShows,
} from '../../../src/webview/shared/virtualScroll.ts';

const million = { total: 1_000_000, height: 500 };

describe('virtual scrolling', () => {
  it('stands for itself while the list is short enough for a browser', () => {
    const list = { total: 1000, height: 500 };
    assert.equal(scrollHeight(list.total), 22_000);
    assert.equal(topOfScroll(1234, list), 1234);
    assert.equal(scrollOfTop(1234, list), 1234);
  });

  it('reaches first and last row of a list that no browser could scroll', () => {
    assert.equal(scrollHeight(million.total), TALLEST_SCROLL);
    assert.equal(topOfScroll(0, million), 0);
    const top = topOfScroll(TALLEST_SCROLL - million.height, million);
    assert.equal(rowsInWindow(top, million).end, million.total);
    assert.ok(isAtEnd(top, million));
  });

  it('comes back to the same place whatever the size', () => {
    const lists = fc.record({
      total: fc.integer({ min: 1, max: 5_000_000 }),
      height: fc.integer({ min: 22, max: 3000 }),
    });
    fc.assert(
      fc.property(lists, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
        const top = lastTop(list) * share;
        assert.ok(Math.abs(topOfScroll(scrollOfTop(top, list), list) - top) < 0.01);
      }),
    );
  });

  it('draws no more rows than fit, whatever the list', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (total, share) => {
          const list = { total, height: 500 };
          const { first, end } = rowsInWindow(lastTop(list) * share, list, 8);
          assert.ok(first >= 0 && end <= total && first <= end);
          assert.ok(end - first <= Math.ceil(500 / ROW_HEIGHT) + 1 + 16);
        },
      ),
    );
  });

  it('moves only as far as a row needs to be seen', () => {
    const list = { total: 100, height: 220 };
    assert.equal(topThatShows(5, 0, list), 0);
    assert.equal(topThatShows(10, 0, list), 22);
    assert.equal(topThatShows(3, 200, list), 66);
  });

  it('is at the end when everything fits', () => {
    assert.ok(isAtEnd(0, { total: 3, height: 500 }));
    assert.ok(!isAtEnd(0, million));
  });
});
