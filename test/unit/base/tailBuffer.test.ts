import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TailBuffer } from '../../../src/base/tailBuffer.ts';

describe('a tail of lines', () => {
  it('gives the last lines, oldest first', () => {
    const tail = new TailBuffer(100);
    assert.deepEqual(tail.last(3), []);
    for (const line of ['a', 'b', '', 'c']) tail.push(line);
    assert.deepEqual(tail.last(2), ['', 'c']);
    assert.deepEqual(tail.last(9), ['a', 'b', '', 'c']);
    assert.deepEqual(tail.last(Infinity), ['a', 'b', '', 'c']);
    assert.deepEqual(tail.last(0), []);
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

  it('has the last lines whatever came, nearly as many as its limit allows and no more', () => {
    const limit = 1000;
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 60 }), { maxLength: 200 }), (lengths) => {
        const tail = new TailBuffer(limit);
        const lines = lengths.map((length, index) => `${index}`.padEnd(length, '.'));
        for (const line of lines) tail.push(line);
        const kept = tail.last(Infinity);
        assert.deepEqual(kept, lines.slice(lines.length - kept.length));
        const size = kept.join('\n').length;
        assert(size <= limit, `${size} characters`);
        // What was dropped last: a part of at most 1000 / 64 characters, or one longer line.
        assert(kept.length === lines.length || size >= limit - 2 * 60 - 16, `only ${size} characters`);
      }),
    );
  });

  it('holds a megabyte of short lines without moving them at every push', () => {
    const tail = new TailBuffer(1024 * 1024);
    for (let line = 0; line < 1_000_000; line += 1) tail.push(`${line}`);
    const kept = tail.last(Infinity);
    assert.deepEqual(kept.slice(-2), ['999998', '999999']);
    const size = kept.join('\n').length;
    assert(size <= 1024 * 1024 && size > 1024 * 1000, `${size} characters`);
  });

  it('does not keep what its lines were cut out of', () => {
    const tail = new TailBuffer(1024 * 1024);
    const before = process.memoryUsage().heapUsed;
    // As 10,000 reads of 64 KiB, 640 MB in all, of each of which a line is kept.
    for (let read = 0; read < 10_000; read += 1) tail.push('x'.repeat(65_536).concat(`${read}`).slice(-80));
    assert(tail.last(Infinity).length === 10_000);
    assert(process.memoryUsage().heapUsed - before < 200_000_000);
  });
});
