import assert from 'node:assert/strict';
import type { InspectorEvent } from '../../../src/messages/inspector.ts';
import { PacedNews } from '../../../src/ui/inspector/pacedNews.ts';
import { ManualClock } from '../process/support.ts';

describe('News of a list that grows', () => {
  function news(): { paced: PacedNews; clock: ManualClock; told: InspectorEvent[] } {
    const clock = new ManualClock();
    const paced = new PacedNews(clock);
    const told: InspectorEvent[] = [];
    paced.onDidTell((event) => told.push(event));
    return { paced, clock, told };
  }

  it('is told at once, and then as one what comes soon after', () => {
    const { paced, clock, told } = news();
    for (const total of [1, 2, 3]) paced.viewChanged({ total, dropped: 1, isReordered: total === 2 });
    paced.entriesChanged({ first: 5, last: 6 });
    paced.entriesChanged({ first: 2, last: 3 });
    assert.deepEqual(told, [{ type: 'appended', total: 1, dropped: 1 }]);
    clock.advance(100);
    assert.deepEqual(told.slice(1), [
      { type: 'appended', total: 3, dropped: 2, isReordered: true },
      { type: 'changed', first: 2, last: 6 },
    ]);
  });

  it('is told before it is due where somebody asks by position, and not twice', () => {
    const { paced, clock, told } = news();
    for (const total of [1, 2]) paced.viewChanged({ total, dropped: 0, isReordered: false });
    paced.flush();
    clock.advance(100);
    assert.equal(told.length, 2);
  });

  it('comes four times a second in a flood, and thirty times again behind it', () => {
    const { paced, clock, told } = news();
    let total = 0;
    const pass = (ms: number, rows: number): number => {
      const before = told.length;
      for (let at = 0; at < ms; at += 1) {
        total += rows;
        paced.viewChanged({ total: Math.floor(total), dropped: 0, isReordered: false });
        clock.advance(1);
      }
      return told.length - before;
    };
    pass(500, 20);
    const inFlood = pass(1000, 20);
    assert.ok(inFlood >= 3 && inFlood <= 5, `${inFlood} messages`);
    pass(500, 0.3);
    const calm = pass(1000, 0.3);
    assert.ok(calm >= 28 && calm <= 31, `${calm} messages`);
  });

  it('is told to whoever asks for a page only where rows have moved', () => {
    const { paced, clock, told } = news();
    for (const total of [1, 2]) paced.viewChanged({ total, dropped: 0, isReordered: false });
    paced.flushMoves();
    assert.equal(told.length, 1);
    paced.viewChanged({ total: 2, dropped: 1, isReordered: false });
    paced.flushMoves();
    assert.deepEqual(told.at(-1), { type: 'appended', total: 2, dropped: 1 });
    clock.advance(100);
    assert.equal(told.length, 2);
  });

  it('of another list is not told', () => {
    const { paced, clock, told } = news();
    for (const total of [1, 2]) paced.viewChanged({ total, dropped: 0, isReordered: false });
    paced.forget(0);
    clock.advance(100);
    assert.equal(told.length, 1);
  });
});
