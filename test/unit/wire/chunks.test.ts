import assert from 'node:assert/strict';
import { ExternalMcpError } from '../../../src/base/errors.ts';
import { Chunks } from '../../../src/wire/chunks.ts';

function chunks(): Chunks {
  return new Chunks(10_000_000, () => new ExternalMcpError('protocol', 'too large'));
}

describe('wire: chunks', () => {
  it('puts millions of bytes that came one by one together again', () => {
    const whole = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => index % 251));
    const held = chunks();
    for (let index = 0; index < whole.length; index += 1) held.push(whole.subarray(index, index + 1));
    assert.deepEqual(held.take().raw, whole);
    assert.deepEqual(held.take(), { raw: new Uint8Array(), chunkStarts: [], mayKeep: false });
  });

  it('lets go of small reads once there are many', () => {
    const read = Buffer.alloc(1025, 'a');
    const held = chunks();
    for (let index = 0; index < read.length; index += 1) held.push(read.subarray(index, index + 1));
    // What still pointed into the read would change with it.
    read.fill('b');
    assert.equal(Buffer.from(held.take().raw).toString(), 'a'.repeat(1025));
  });

  it('puts a large message together in memory of its own, which may be kept', () => {
    const part = Buffer.alloc(64 * 1024 - 1, 'abc');
    const held = chunks();
    for (let count = 0; count < 100; count += 1) held.push(part);
    const { raw, chunkStarts, mayKeep } = held.take();
    assert.ok(Buffer.concat(Array.from({ length: 100 }, () => part)).equals(raw));
    assert.deepEqual([chunkStarts.length, chunkStarts[98], mayKeep], [99, 99 * part.length, true]);
    assert.equal(raw.buffer.byteLength, raw.length);
  });

  it('lets nobody keep what shares its memory: a single read, or small ones in the pool', () => {
    const held = chunks();
    held.push(Buffer.alloc(100_000).subarray(1));
    assert.equal(held.take().mayKeep, false);
    held.push(Buffer.from('a'));
    held.push(Buffer.from('b'));
    assert.equal(held.take().mayKeep, false);
  });

  it('still hands out what had come when it grew too large', () => {
    const held = chunks();
    const part = Buffer.alloc(999_999, 'x');
    for (let count = 0; count < 10; count += 1) held.push(part);
    assert.throws(() => held.push(part), /too large/);
    assert.equal(held.bytes, 11 * part.length);
    assert.equal(held.take().raw.length, 11 * part.length);
    assert.equal(held.bytes, 0);
  });

  it('notes where the first 100,000 reads began', () => {
    const held = chunks();
    for (let count = 0; count < 100_010; count += 1) held.push(Uint8Array.of(1, 2));
    const { chunkStarts } = held.take();
    assert.equal(chunkStarts.length, 100_000);
    assert.deepEqual([chunkStarts[0], chunkStarts.at(-1)], [2, 200_000]);
  });
});
