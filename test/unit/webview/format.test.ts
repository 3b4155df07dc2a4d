import assert from 'node:assert/strict';
import {
  formatDateTime,
  formatDuration,
  formatElapsed,
  formatExactTime,
  formatMoment,
  formatRange,
  formatSize,
  formatTime,
} from '../../../src/webview/shared/format.ts';

describe('formats', () => {
  it('shows the time of day to the millisecond', () => {
    assert.equal(formatTime(new Date(2026, 10, 22, 9, 5, 7, 42).getTime() + 0.25), '09:05:07.042');
  });

  it('shows a day, and a time to the microsecond', () => {
    const time = new Date(2026, 2, 5, 9, 5, 7, 42).getTime();
    assert.equal(formatDateTime(time + 0.25), '2026-03-05 09:05:07.042');
    assert.equal(formatExactTime(time + 0.25), '2026-03-05 09:05:07.042250');
    assert.equal(formatExactTime(time + 0.007), '2026-03-05 09:05:07.042007');
    assert.equal(formatExactTime(time + 0.9999), '2026-03-05 09:05:07.043000');
  });

  it('shows the day of what was not today', () => {
    const [before, after, later] = [
      new Date(2026, 2, 5, 23, 59, 59, 900).getTime(),
      new Date(2026, 2, 6, 0, 0, 1).getTime(),
      new Date(2026, 2, 6, 18).getTime(),
    ];
    assert.equal(formatMoment(after, later), '00:00:01.000');
    assert.equal(formatMoment(before, later), '2026-03-05 23:59:59.900');
    assert.equal(formatRange(after, after + 500, later), '00:00:01.000 – 00:00:01.500');
    assert.equal(formatRange(before, before + 50, later), '2026-03-05 23:59:59.900 – 23:59:59.950');
    assert.equal(formatRange(before, after, later), '2026-03-05 23:59:59.900 – 2026-03-06 00:00:01.000');
  });

  it('shows durations with the digits that matter', () => {
    const shown = [0, 0.0004, 0.03, 0.0994, 0.0996, 0.44, 9.94, 9.96, 12.4, 999.6, 1240, 59_994, 59_996, 123_000].map(
      formatDuration,
    );
    assert.deepEqual(shown, [
      '0 ms',
      '0 ms',
      '30 µs',
      '99 µs',
      '0.1 ms',
      '0.4 ms',
      '9.9 ms',
      '10 ms',
      '12 ms',
      '1.00 s',
      '1.24 s',
      '59.99 s',
      '1 min 0 s',
      '2 min 3 s',
    ]);
  });

  it('lets elapsed time move in tenths of a second', () => {
    assert.deepEqual([0, 1234, 61_000].map(formatElapsed), ['0.0 s', '1.2 s', '1 min 1 s']);
  });

  it('never shows four digits before the point of a size', () => {
    const shown = [0, 999, 1000, 1234, 999_949, 999_950, 12_345_678, 999_950_000].map(formatSize);
    assert.deepEqual(shown, ['0 B', '999 B', '1.0 kB', '1.2 kB', '999.9 kB', '1.0 MB', '12.3 MB', '1.0 GB']);
  });
});
