import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MemoryWatch } from '../../../src/servers/memoryWatch.ts';

const MB = 1024 * 1024;
const STEP_MS = 5000;
const MINUTE_MS = 60_000;

/** Feeds samples five seconds apart, in MB, from `at` on; returns what was said of each. */
function feed(watch: MemoryWatch, megabytes: readonly number[], at = 0): string[] {
  return megabytes.map((size, index) => watch.add({ at: at + index * STEP_MS, limitBytes: size * MB }));
}

/** Samples of `minutes`, as many as there are. */
function series(minutes: number, size: (index: number) => number): number[] {
  return Array.from({ length: (minutes * MINUTE_MS) / STEP_MS + 1 }, (_, index) => size(index));
}

describe('MemoryWatch', () => {
  it('drains at the third sample in a row over the limit', () => {
    const watch = new MemoryWatch(100 * MB);
    assert.deepEqual(feed(watch, [90, 101, 101, 101, 101, 99, 101]), ['ok', 'ok', 'ok', 'drain', 'drain', 'ok', 'ok']);
  });

  it('waits for nothing beyond one and a half times the limit', () => {
    const watch = new MemoryWatch(100 * MB);
    assert.deepEqual(feed(watch, [100, 150, 151, 140]), ['ok', 'ok', 'now', 'drain']);
  });

  it('says nothing of memory where there is no limit', () => {
    assert.deepEqual(new Set(feed(new MemoryWatch(), [1, 100_000, 100_000, 100_000])), new Set(['ok']));
  });

  it('keeps ten minutes, as they were given', () => {
    const watch = new MemoryWatch<{ at: number; limitBytes: number; rssBytes: number }>();
    const samples = series(30, (index) => index).map((size, index) => ({
      at: index * STEP_MS,
      limitBytes: size,
      rssBytes: size * 2,
    }));
    for (const sample of samples) watch.add(sample);
    assert.deepEqual(watch.history, samples.slice(-121));
  });

  describe('calls it a leak', () => {
    it('when memory rose for ten minutes, not before', () => {
      const watch = new MemoryWatch();
      const rising = series(10, (index) => 100 + index / 4);
      feed(watch, rising.slice(0, -1));
      assert.equal(watch.isLeaking, false);
      feed(watch, rising.slice(-1), 10 * MINUTE_MS);
      assert.equal(watch.isLeaking, true);
    });

    it('through the teeth of a garbage collector', () => {
      const watch = new MemoryWatch();
      feed(
        watch,
        series(10, (index) => 100 + index / 4 + (index % 7) * 30),
      );
      assert.equal(watch.isLeaking, true);
    });

    it('no longer when it has stopped rising for ten minutes', () => {
      const watch = new MemoryWatch();
      feed(
        watch,
        series(20, (index) => 100 + Math.min(index, 120)),
      );
      assert.equal(watch.isLeaking, false);
    });
  });

  const harmless: Readonly<Record<string, (index: number) => number>> = {
    'memory that stays': () => 100,
    'a rise of ten megabytes of a small server': (index) => 20 + index / 12,
    'a rise of a tenth of a large one': (index) => 1000 + (index * 100) / 120,
    'a step, as when a cache is filled, with a fall behind it': (index) => (index < 60 ? 100 : 200 - (index - 60)),
    'the teeth of a garbage collector': (index) => 100 + (index % 12) * 30,
    'one minute of less': (index) => 100 + index - (index >= 60 && index < 72 ? 50 : 0),
  };
  for (const [name, size] of Object.entries(harmless)) {
    it(`does not call ${name} a leak`, () => {
      const watch = new MemoryWatch();
      feed(watch, series(10, size));
      assert.equal(watch.isLeaking, false);
    });
  }

  for (const [name, jumpMs] of Object.entries({ forwards: 8 * 3_600_000, backwards: -3_600_000, 'not at all': 0 })) {
    it(`begins anew when the clock jumps ${name}`, () => {
      const watch = new MemoryWatch(100 * MB);
      feed(
        watch,
        series(10, (index) => 50 + index / 4),
      );
      feed(watch, [101, 101], 10 * MINUTE_MS + STEP_MS);
      const at = 10 * MINUTE_MS + 2 * STEP_MS + jumpMs;
      assert.deepEqual(feed(watch, [102, 103, 104], at), ['ok', 'ok', 'drain']);
      assert.deepEqual([watch.isLeaking, watch.history.length], [false, 3]);
    });
  }

  it('judges by ten whole minutes behind a pause', () => {
    const watch = new MemoryWatch();
    feed(
      watch,
      series(9, (index) => 100 + index),
    );
    feed(
      watch,
      series(9, (index) => 300 + index),
      9 * MINUTE_MS + MINUTE_MS + 1,
    );
    assert.equal(watch.isLeaking, false);
  });

  it('holds no more than ten minutes and never drains below the limit, whatever comes', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.nat(300)), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (given) => {
        const watch = new MemoryWatch(100 * MB);
        let at = 0;
        for (const [step, size] of given) {
          at += step;
          const verdict = watch.add({ at, limitBytes: size * MB });
          if (size <= 100) assert.equal(verdict, 'ok');
          if (size > 150) assert.equal(verdict, 'now');
          assert.equal(watch.history.at(-1)?.at, at);
          assert.ok(at - (watch.history[0]?.at ?? at) <= 10 * MINUTE_MS);
        }
      }),
    );
  });
});
