import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { systemClock } from '../../../src/base/clock.ts';
import { SLICE_MS } from '../../../src/wire/limits.ts';
import { PacedItems } from '../../../src/wire/pacedItems.ts';

/** Each item takes `itemMs` of a time that nothing else moves. */
function paced({ itemMs, take = () => {} }: { itemMs: number; take?: (item: string) => void }): {
  items: PacedItems<string>;
  events: string[];
} {
  let time = 0;
  const events: string[] = [];
  const items = new PacedItems<string>(
    { ...systemClock, now: () => time },
    {
      take: (item) => {
        time += itemMs;
        events.push(item);
        take(item);
      },
      failed: (error) => void events.push(`failed: ${String(error)}`),
      rest: () => void events.push('rest'),
      goOn: () => void events.push('go on'),
    },
  );
  return { items, events };
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

  it('rests in the middle of a chunk, and goes on after everybody else had a turn', async () => {
    const { items, events } = paced({ itemMs: SLICE_MS * 0.6 });
    items.push(chunk('abc'));
    assert.deepEqual(events, ['a', 'b', 'rest']);
    await turn();
    assert.deepEqual(events, ['a', 'b', 'rest', 'c', 'go on']);
  });

  it('counts the chunks of one turn of the event loop together', async () => {
    const { items, events } = paced({ itemMs: SLICE_MS * 0.6 });
    items.push(chunk('a'));
    items.push(chunk('b'));
    assert.deepEqual(events, ['a', 'b', 'rest']);
    await turn();
    items.push(chunk('c'));
    assert.deepEqual(events, ['a', 'b', 'rest', 'go on', 'c']);
  });

  it('keeps the order of what still comes while it rests', async () => {
    const { items, events } = paced({ itemMs: SLICE_MS * 2 });
    items.push(chunk('ab'));
    items.push(chunk('c'));
    for (let turns = 0; turns < 4; turns += 1) await turn();
    assert.deepEqual(events, ['a', 'rest', 'b', 'rest', 'c', 'rest', 'go on']);
  });

  it('hands over all there is when the source has ended, and nothing twice', async () => {
    const { items, events } = paced({ itemMs: SLICE_MS * 2 });
    items.push(chunk('abc'));
    items.push(chunk('d'));
    items.drain();
    assert.deepEqual(events, ['a', 'rest', 'b', 'c', 'd']);
    await turn();
    assert.deepEqual(events, ['a', 'rest', 'b', 'c', 'd', 'go on']);
  });

  it('takes nothing behind an item that was refused', async () => {
    const refuse = (item: string): void => {
      if (item === 'b') throw new Error('no');
    };
    const { items, events } = paced({ itemMs: 1, take: refuse });
    assert.throws(() => items.push(chunk('abc')), /no/);
    items.drain();
    assert.deepEqual(events, ['a', 'b']);

    const slow = paced({ itemMs: SLICE_MS * 2, take: refuse });
    slow.items.push(chunk('abc'));
    await turn();
    await turn();
    assert.deepEqual(slow.events, ['a', 'rest', 'b', 'failed: Error: no', 'go on']);
  });

  it('hands over what is behind an item whose taker ends the source', () => {
    const { items, events } = paced({ itemMs: 1, take: (item) => (item === 'a' ? items.drain() : undefined) });
    items.push(chunk('abc'));
    assert.deepEqual(events, ['a', 'b', 'c']);
  });
});
