import assert from 'node:assert/strict';
import { TailBuffer } from '../../../src/base/tailBuffer.ts';

describe('a tail of lines', () => {
  it('gives the last lines, oldest first', () => {
    const tail = new TailBuffer(100);
    assert.deepEqual(tail.last(3), []);
    for (const line of ['a', 'b', 'c']) tail.push(line);
    assert.deepEqual(tail.last(2), ['b', 'c']);
    assert.deepEqual(tail.last(9), ['a', 'b', 'c']);
  });

  it('drops the oldest lines whole to stay within its limit', () => {
    const tail = new TailBuffer(10);
    for (const line of ['aaaa', 'bbbb', 'cccc']) tail.push(line);
    assert.deepEqual(tail.last(9), ['bbbb', 'cccc']);
  });

  it('keeps the end of a line that is longer than its limit', () => {
    const tail = new TailBuffer(5);
    tail.push('before');
    tail.push('0123456789');
    assert.deepEqual(tail.last(9), ['56789']);
  });
});
