import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { RowTiming, TrafficRow } from '../../../src/messages/inspector.ts';
import { barOf, waterfallScale } from '../../../src/webview/inspector/waterfall.ts';

function row(time: number, timing?: RowTiming, isPending = false): TrafficRow {
  return {
    seq: 1,
    time,
    server: 's',
    direction: 'sent',
    channel: 'http-request',
    kind: 'request',
    origin: 'user',
    label: 'x',
    size: 1,
    ...(timing === undefined ? {} : { timing }),
    ...(isPending ? { isPending } : {}),
  };
}

describe('the scale of the waterfall', () => {
  it('reaches from the first row to the last answer', () => {
    const rows = [row(1000), row(1100, { connectMs: 1, answerMs: 50 }), row(1120)];
    assert.deepEqual(waterfallScale(rows, 9999, true), { from: 1000, span: 150 });
  });

  it('is not stretched by a stream that stays open', () => {
    const rows = [row(1000, { answerMs: 20, endMs: 3_600_000 }), row(1100)];
    assert.equal(waterfallScale(rows, 9999, true).span, 100);
  });

  it('grows with what waits, up to twice what the others need', () => {
    const rows = [row(0, { answerMs: 2000 }), row(1000, {}, true)];
    assert.equal(waterfallScale(rows, 2500, true).span, 2500);
    assert.equal(waterfallScale(rows, 1_000_000, true).span, 4000);
  });

  it('compares lengths where the list is not in the order of time', () => {
    const rows = [row(5000, { answerMs: 10 }), row(1000, { answerMs: 40 })];
    const scale = waterfallScale(rows, 9999, false);
    assert.deepEqual(scale, { span: 40 });
    assert.deepEqual(
      rows.map((each) => barOf(each, scale, 9999).parts.map(({ left, width }) => [left, width])),
      [[[0, 0.25]], [[0, 1]]],
    );
  });

  it('is there without rows and for a single moment', () => {
    assert.ok(waterfallScale([], 5, true).span > 0);
    assert.ok(waterfallScale([row(5)], 5, true).span > 0);
  });
});

describe('a bar', () => {
  const scale = { from: 0, span: 100 };

  it('has a piece for connecting, waiting, streaming and what stays open', () => {
    const bar = barOf(row(10, { connectMs: 10, firstByteMs: 30, answerMs: 40, endMs: 60 }), scale, 0);
    assert.deepEqual(
      bar.parts.map(({ phase, left, width }) => [phase, left, Number(width.toFixed(3))]),
      [
        ['connect', 0.1, 0.1],
        ['wait', 0.2, 0.2],
        ['stream', 0.4, 0.1],
        ['open', 0.5, 0.2],
      ],
    );
    assert.equal(bar.isCut, false);
  });

  it('goes on to the end of the stream where no answer came', () => {
    const unanswered = { ...row(10, { connectMs: 10, endMs: 60 }), mark: 'unanswered' } as const;
    assert.deepEqual(
      barOf(unanswered, scale, 0).parts.map(({ phase }) => phase),
      ['connect', 'open'],
    );
    assert.equal(waterfallScale([unanswered], 9999, true).span, 60);
  });

  it('goes on to this moment while the answer is not here', () => {
    const { parts } = barOf(row(10, { connectMs: 5 }, true), scale, 50);
    assert.deepEqual(parts.at(-1), { phase: 'live', left: 0.15, width: 0.35 });
  });

  it('says when it goes on beyond the edge', () => {
    assert.ok(barOf(row(10, { answerMs: 20, endMs: 5000 }), scale, 0).isCut);
    assert.ok(barOf(row(10, {}, true), scale, 5000).isCut);
  });

  it('is a point where nothing is known but the time', () => {
    assert.deepEqual(barOf(row(25), scale, 0), { parts: [], point: 0.25, isCut: false });
    assert.deepEqual(barOf(row(25, {}), scale, 0), { parts: [], point: 0.25, isCut: false });
  });

  it('stays within the width and in order, whatever the times', () => {
    const ms = fc.option(fc.double({ min: -1e6, max: 1e9, noNaN: true }), { nil: undefined });
    const timing = fc.record({ connectMs: ms, firstByteMs: ms, answerMs: ms, endMs: ms });
    fc.assert(
      fc.property(timing, fc.boolean(), fc.double({ min: 0, max: 1e9, noNaN: true }), (times, isPending, now) => {
        const known = Object.fromEntries(Object.entries(times).filter(([, value]) => value !== undefined));
        const each = row(1000, known, isPending);
        const bar = barOf(each, waterfallScale([each, row(1200)], now, true), now);
        let at = 0;
        for (const { left, width } of bar.parts) {
          assert.ok(left >= at - 1e-9 && width >= 0 && left + width <= 1 + 1e-9);
          at = left + width;
        }
      }),
    );
  });
});
