import assert from 'node:assert/strict';
import { samples } from '../../../../src/traffic/specification/samples.ts';
import { readSseFields } from '../../../../src/traffic/specification/sseFields.ts';

/** Items that a schema is asked about, lists within lists included. */
function items(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members = Object.values(value);
  return (Array.isArray(value) ? members.length : 0) + members.reduce((sum: number, member) => sum + items(member), 0);
}

describe('traffic: how much of a message a schema is asked about', () => {
  it('is all of it, where it is small', () => {
    const value = { method: 'x', params: { a: [1, [2], { b: [] }] } };
    assert.deepEqual([...samples(value)], [{ value, offset: 0 }]);
    assert.deepEqual([...samples({ content: [] })], [{ value: { content: [] }, offset: 0 }]);
  });

  it('is the longest list in pieces that follow one another, up to a bound', () => {
    const content = Array.from({ length: 300_000 }, (_, index) => index);
    const pieces = [...samples({ content, other: [1] })];
    assert.deepEqual(
      pieces.flatMap(({ value }) => value['content']),
      content.slice(0, 2000),
    );
    assert.deepEqual(
      pieces.map(({ offset }) => offset),
      pieces.map((_, index) => index * 50),
    );
    for (const { value } of pieces) assert.deepEqual(value['other'], [1]);
  });

  it('is no more than a number of items of lists that lie deeper', () => {
    const [piece] = samples({ params: { messages: Array.from({ length: 300_000 }, () => [{}]) } });
    assert.equal(items(piece?.value), 100);
  });

  it('is nothing where an object has too many keys or too many levels', () => {
    const wide = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`k${index}`, 1]));
    assert.throws(() => [...samples({ wide })]);
    let deep: object = {};
    for (let level = 0; level < 101; level += 1) deep = { deep };
    assert.throws(() => [...samples({ deep })]);
  });

  it('is nothing of an event with too many lines', () => {
    assert.deepEqual(readSseFields('data: a\r\ndata:  b\r: c\nid\nretry: 5\nevent: x\nunknown: y\n\n'), {
      data: 'a\n b',
      id: '',
      retry: '5',
      event: 'x',
    });
    assert.equal(readSseFields('data\n'.repeat(10_001)), undefined);
  });
});
