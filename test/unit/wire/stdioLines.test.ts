import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ExternalMcpError } from '../../../src/base/errors.ts';
import { LineCutter } from '../../../src/wire/stdioLines.ts';

const tooLarge = (): ExternalMcpError => new ExternalMcpError('protocol', 'too large');

function linesOf(chunks: readonly Uint8Array[], maxBytes = 1000): string[] {
  const cutter = new LineCutter(maxBytes, tooLarge);
  return chunks.flatMap((chunk) => [...cutter.push(chunk)]).map((line) => Buffer.from(line).toString());
}

describe('wire: lines of stdio', () => {
  it('gives the same lines however the stream is cut', () => {
    const line = fc.constantFrom('', '{"a":1}', 'ü👩‍💻', 'x\r');
    fc.assert(
      fc.property(fc.array(line), fc.nat({ max: 40 }), (lines, at) => {
        const expected = lines.map((text) => `${text}\n`);
        const whole = Buffer.from(expected.join(''));
        assert.deepEqual(linesOf([whole]), expected);
        assert.deepEqual(linesOf([whole.subarray(0, at), whole.subarray(at)]), expected);
        assert.deepEqual(linesOf([...whole].map((byte) => Uint8Array.of(byte))), expected);
      }),
    );
  });

  it('waits for the line feed', () => {
    assert.deepEqual(linesOf([Buffer.from('a\nb')]), ['a\n']);
  });

  it('stops at the limit of one line, and hands out those before', () => {
    assert.equal(linesOf([Buffer.from('123456789\n'.repeat(100))], 10).length, 100);
    const cutter = new LineCutter(10, tooLarge);
    const seen: Uint8Array[] = [];
    assert.throws(() => {
      for (const line of cutter.push(Buffer.from('a\n1234567890x'))) seen.push(line);
    }, /too large/);
    assert.equal(seen.length, 1);
  });
});
