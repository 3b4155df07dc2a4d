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
    assert.deepEqual(held.take(), { raw: new Uint8Array(), chunkStarts: [] });
  });

  it('lets go of small reads once there are many', () => {
    const read = Buffer.alloc(1025, 'a');
    const held = chunks();
    for (let index = 0; index < read.length; index += 1) held.push(read.subarray(index, index + 1));
    // What still pointed into the read would change with it.
    read.fill('b');
    assert.equal(Buffer.from(held.take().raw).toString(), 'a'.repeat(1025));
  });

  it('notes where the first 100,000 reads began', () => {
    const held = chunks();
    for (let count = 0; count < 100_010; count += 1) held.push(Uint8Array.of(1, 2));
    const { chunkStarts } = held.take();
    assert.equal(chunkStarts.length, 100_000);
    assert.deepEqual([chunkStarts[0], chunkStarts.at(-1)], [2, 200_000]);
  });
});
