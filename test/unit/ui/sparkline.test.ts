import assert from 'node:assert/strict';
import { sparkline } from '../../../src/ui/sparkline.ts';

describe('a sparkline', () => {
  it('shows each value as a block between the lowest and the highest', () => {
    assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7], { low: 0, high: 7 }), '▁▂▃▄▅▆▇█');
  });

  it('shows what is missing by a shape of its own', () => {
    assert.equal(sparkline([7, undefined, 0], { low: 0, high: 7 }), '█×▁');
  });

  it('stays at its ends with values beyond them, and flat without any height', () => {
    assert.equal(sparkline([-5, 50], { low: 0, high: 7 }), '▁█');
    assert.equal(sparkline([3, 3], { low: 3, high: 3 }), '▁▁');
  });

  it('is never wider than asked for: the highest of several values counts, and none is lost that is missing', () => {
    const values = Array.from({ length: 120 }, (_, index) => (index === 59 ? 7 : 0));
    assert.equal(sparkline(values, { low: 0, high: 7, width: 4 }), '▁█▁▁');
    assert.equal(
      sparkline(
        values.with(0, 7).map((value) => value || undefined),
        { low: 0, high: 7, width: 3 },
      ),
      '×××',
    );
  });
});
