import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Redactor } from '../../../src/base/redact.ts';
import type { SegmentTest } from '../../../src/traffic/columnTests.ts';
import { splitFilter } from '../../../src/traffic/matcher.ts';
import { overview } from '../../../src/traffic/overview.ts';
import { EVERYTHING, type TrafficFilter } from '../../../src/traffic/filter.ts';
import { filterOf, newLog, record, responseHead, rpc } from './records.ts';

const everything = testOf(EVERYTHING);

describe('The overview', () => {
  it('counts entries and failures per bucket of time', () => {
    const log = newLog();
    for (const time of [1000, 1001, 1099, 1100, 1399]) log.append(record('x', { time }));
    log.append(record(JSON.stringify(rpc({ id: 1, error: { code: 1, message: '' } })), { time: 1399 }));
    log.append(responseHead(500, '', { time: 1400 }));
    const found = overview(log, 4, everything);
    assert.deepEqual(found, { from: 1000, width: 100, counts: [3, 1, 0, 3], errors: [0, 0, 0, 2] });
  });

  it('counts what passes only, over the time of everything', () => {
    const log = newLog();
    for (const [index, server] of ['a', 'b', 'a'].entries()) log.append(record('x', { time: index * 10, server }));
    const found = overview(log, 2, testOf(filterOf('server:b')));
    assert.deepEqual(found, { from: 0, width: 10, counts: [0, 1], errors: [0, 0] });
  });

  it('is nothing where there is nothing, and has a width where all happened at once', () => {
    const log = newLog();
    assert.equal(overview(log, 10, everything), undefined);
    log.append(record('x', { time: 5 }));
    log.append(record('y', { time: 5 }));
    assert.deepEqual(overview(log, 2, everything), { from: 5, width: 0.5, counts: [2, 0], errors: [0, 0] });
    log.append(record('z', { time: Number.POSITIVE_INFINITY }));
    assert.deepEqual(overview(log, 2, everything)?.counts, [2, 0]);
  });

  it('counts every entry once, in whatever order they are and however many segments they fill', () => {
    const times = fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 50 }), (some, buckets) => {
        const log = newLog({ maxBytes: 1024 * 1024 });
        for (const time of some) log.append(record('x', { time }));
        const found = overview(log, buckets, everything);
        assert.equal(found?.counts.length, buckets);
        assert.equal(
          found?.counts.reduce((sum, count) => sum + count, 0),
          some.length,
        );
      }),
    );
  });
});

function testOf(filter: TrafficFilter): SegmentTest {
  return splitFilter(filter, { heads: true, redactor: new Redactor() }).columns;
}
