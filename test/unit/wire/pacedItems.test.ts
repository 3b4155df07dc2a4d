import assert from 'node:assert/strict';
import { systemClock } from '../../../src/base/clock.ts';
import { REST_MS, SLICE_MS } from '../../../src/wire/pace.ts';
import { PacedItems } from '../../../src/wire/pacedItems.ts';

interface Paced {
  items: PacedItems<string>;
  events: string[];
  /** Lets the rest end. */
  wake: () => void;
}

/** Each item takes `itemMs` of a time that nothing else moves. */
function paced({ itemMs, take = () => {} }: { itemMs: number; take?: (item: string) => void }): Paced {
  let time = 0;
  const events: string[] = [];
  const waiting: (() => void)[] = [];
  const clock = {
    ...systemClock,
    now: () => time,
    after(ms: number, task: () => void) {
      assert.equal(ms, REST_MS);
      waiting.push(task);
      return { dispose() {} };
    },
  };
  const items = new PacedItems<string>(clock, {
    take: (item) => {
      time += itemMs;
      events.push(item);
      take(item);
    },
    failed: (error) => void events.push(`failed: ${String(error)}`),
    rest: () => void events.push('rest'),
    goOn: () => void events.push('go on'),
  });
  return { items, events, wake: () => waiting.shift()?.() };
}

/** One that is cut into its letters. */
function chunk(letters: string): Iterator<string> {
  return letters.split('').values();
}

describe('PacedItems', () => {
  it('hands over all of a chunk at once while there is time', () => {
    const { items, events } = paced({ itemMs: 1 });
    items.push(chunk('abc'));
    assert.deepEqual(events, ['a', 'b', 'c']);
  });

  it('rests in the middle of a chunk, and goes on after a while', () => {
    const { items, events, wake } = paced({ itemMs: SLICE_MS * 0.6 });
    items.push(chunk('abc'));
    assert.deepEqual(events, ['a', 'b', 'rest']);
    wake();
    assert.deepEqual(events, ['a', 'b', 'rest', 'c', 'go on']);
  });

  it('counts the chunks of one turn of the event loop together', () => {
    const { items, events, wake } = paced({ itemMs: SLICE_MS * 0.6 });
    items.push(chunk('a'));
    items.push(chunk('b'));
    assert.deepEqual(events, ['a', 'b', 'rest']);
    wake();
    items.push(chunk('c'));
    assert.deepEqual(events, ['a', 'b', 'rest', 'go on', 'c']);
  });

  it('keeps the order of what still comes while it rests', () => {
    const { items, events, wake } = paced({ itemMs: SLICE_MS * 2 });
    items.push(chunk('ab'));
    items.push(chunk('c'));
    for (let rests = 0; rests < 3; rests += 1) wake();
    assert.deepEqual(events, ['a', 'rest', 'b', 'rest', 'c', 'rest', 'go on']);
  });

  it('hands over all there is when the source has ended, and nothing twice', () => {
    const { items, events, wake } = paced({ itemMs: SLICE_MS * 2 });
    items.push(chunk('abc'));
    items.push(chunk('d'));
    items.drain();
    assert.deepEqual(events, ['a', 'rest', 'b', 'c', 'd']);
    wake();
    assert.deepEqual(events, ['a', 'rest', 'b', 'c', 'd', 'go on']);
  });

  it('takes nothing behind an item that was refused', () => {
    const refuse = (item: string): void => {
      if (item === 'b') throw new Error('no');
    };
    const { items, events } = paced({ itemMs: 1, take: refuse });
    assert.throws(() => items.push(chunk('abc')), /no/);
    items.drain();
    assert.deepEqual(events, ['a', 'b']);

    const slow = paced({ itemMs: SLICE_MS * 2, take: refuse });
    slow.items.push(chunk('abc'));
    slow.wake();
    assert.deepEqual(slow.events, ['a', 'rest', 'b', 'failed: Error: no', 'go on']);
  });

  it('hands over what is behind an item whose taker ends the source', () => {
    const { items, events } = paced({ itemMs: 1, take: (item) => (item === 'a' ? items.drain() : undefined) });
    items.push(chunk('abc'));
    assert.deepEqual(events, ['a', 'b', 'c']);
  });
});
