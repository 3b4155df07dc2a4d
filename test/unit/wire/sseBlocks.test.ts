import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ExternalMcpError } from '../../../src/base/errors.ts';
import { SseBlocks } from '../../../src/wire/sseBlocks.ts';

const tooLarge = (): ExternalMcpError => new ExternalMcpError('protocol', 'too large');

interface Cut {
  blocks: string[];
  offsets: number[];
  chunkStarts: number[][];
}

/** Feeds the chunks and returns the blocks, the rest at the end included. */
function cut(chunks: Iterable<Uint8Array>, maxBytes = 1e6): Cut {
  const blocks = new SseBlocks(maxBytes, tooLarge);
  const found = [...chunks].flatMap((chunk) => [...blocks.push(chunk)]);
  const rest = blocks.end();
  if (rest !== undefined) found.push(rest);
  return {
    blocks: found.map(({ raw }) => Buffer.from(raw).toString()),
    offsets: found.map(({ offset }) => offset),
    chunkStarts: found.map(({ chunkStarts }) => [...chunkStarts]),
  };
}

/** What the blocks of a stream are, by looking at the whole text line by line. */
function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  let block = '';
  for (const line of text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+/g) ?? []) {
    const endsBlock = /^[\r\n]/.test(line) && /[^\r\n]/.test(block);
    block += line;
    if (!endsBlock) continue;
    blocks.push(block);
    block = '';
  }
  return block === '' ? blocks : [...blocks, block];
}

const bytes = (text: string): Buffer => Buffer.from(text);

describe('wire: event blocks', () => {
  it('ends a block at a blank line, whatever the line ends', () => {
    for (const eol of ['\n', '\r\n', '\r']) {
      const first = `event: message${eol}data: 1${eol}${eol}`;
      const second = `data: 2${eol}${eol}`;
      assert.deepEqual(cut([bytes(first + second)]).blocks, [first, second]);
    }
  });

  it('gives the same blocks at every split into two', () => {
    const texts = [
      'data: 1\n\ndata: 2\n\n',
      'data: 1\r\n\r\ndata: 2\r\n\r\n',
      'data: 1\r\rdata: 2\r\r',
      'data: a\r\n\rdata: b\n\r\n: c',
    ];
    for (const text of texts) {
      const whole = bytes(text);
      const expected = cut([whole]);
      assert.deepEqual(expected.blocks, blocksOf(text));
      for (let at = 0; at <= whole.length; at += 1) {
        const split = cut([whole.subarray(0, at), whole.subarray(at)]);
        assert.deepEqual(split.blocks, expected.blocks, `${JSON.stringify(text)} at ${at}`);
        assert.deepEqual(split.offsets, expected.offsets);
      }
    }
  });

  it('gives the same blocks however the stream is cut, byte by byte included', () => {
    const line = fc.constantFrom(
      'data: 1',
      'data: 👩‍💻ü',
      ': note',
      'id: 7',
      'event: x',
      'data',
      '\uFEFFdata: b',
      'retry: 5',
      '',
    );
    const stream = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 14 })
      .map((lines) => lines.map(([text, eol]) => text + eol).join(''));
    fc.assert(
      fc.property(stream, fc.array(fc.nat({ max: 120 }), { maxLength: 6 }), (text, at) => {
        const whole = bytes(text);
        const expected = blocksOf(text);
        const positions = [
          0,
          ...at.filter((position) => position < whole.length).toSorted((a, b) => a - b),
          whole.length,
        ];
        const pieces = positions.slice(1).map((end, index) => whole.subarray(positions[index], end));
        for (const chunks of [[whole], pieces, [...whole].map((byte) => Uint8Array.of(byte))]) {
          const { blocks, offsets } = cut(chunks);
          assert.deepEqual(blocks, expected);
          assert.equal(blocks.join(''), text);
          let offset = 0;
          for (const [index, block] of blocks.entries()) {
            assert.equal(offsets[index], offset);
            offset += bytes(block).length;
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('remembers where each chunk began, within the block', () => {
    const { blocks, chunkStarts } = cut(['data: ', '1\n', '\nda', 'ta: 2\n\n'].map(bytes));
    assert.deepEqual(blocks, ['data: 1\n\n', 'data: 2\n\n']);
    assert.deepEqual(chunkStarts, [[6, 8], [2]]);
  });

  it('keeps a character that the chunks tear apart', () => {
    const whole = bytes('data: 👩‍💻\n\n');
    assert.deepEqual(cut([whole.subarray(0, 8), whole.subarray(8, 9), whole.subarray(9)]).blocks, ['data: 👩‍💻\n\n']);
  });

  it('hands out an unterminated end as it is', () => {
    assert.deepEqual(cut([bytes('data: 1\n\ndata: 2\n')]).blocks, ['data: 1\n\n', 'data: 2\n']);
    assert.deepEqual(cut([bytes('data: 1\r\n\r')]).blocks, ['data: 1\r\n\r']);
    assert.deepEqual(cut([]).blocks, []);
  });

  it('does not make a block of each blank line', () => {
    const { blocks } = cut([bytes(`data: 1\n\n${'\n'.repeat(10_000)}data: 2\n\n`)]);
    assert.deepEqual(blocks, ['data: 1\n\n', `${'\n'.repeat(10_000)}data: 2\n\n`]);
  });

  it('stops at the limit of one block, counted in bytes since the last one', () => {
    assert.equal(cut([bytes('data: 123\n\n'.repeat(1000))], 11).blocks.length, 1000);
    assert.throws(() => cut([bytes('data: 1234\n\n')], 11), /too large/);
    assert.throws(() => cut([bytes('data:\n'.repeat(2000))], 10_000), /too large/, 'empty data lines');
    assert.throws(() => cut([bytes(':\n'.repeat(6000))], 10_000), /too large/, 'comments');
    assert.throws(() => cut([bytes('\n'.repeat(10_001))], 10_000), /too large/, 'blank lines');
  });

  it('hands out the blocks before the one that breaks a limit', () => {
    const blocks = new SseBlocks(20, tooLarge);
    const seen: string[] = [];
    assert.throws(() => {
      for (const { raw } of blocks.push(bytes(`data: 1\n\ndata: ${'x'.repeat(30)}`)))
        seen.push(Buffer.from(raw).toString());
    }, /too large/);
    assert.deepEqual(seen, ['data: 1\n\n']);
  });

  it('refuses an id or event line of more than 1 KB, also across chunks, and keeps its bytes', () => {
    for (const field of ['id', 'event']) {
      const fits = `${field}:${'x'.repeat(1024 - field.length - 1)}\n\n`;
      assert.deepEqual(cut([bytes(fits)]).blocks, [fits]);
      const long = bytes(`${field}:${'x'.repeat(1024)}\n\n`);
      for (const chunks of [[long], [long.subarray(0, 3), long.subarray(3)]]) {
        const blocks = new SseBlocks(1e6, tooLarge);
        assert.throws(() => {
          for (const chunk of chunks) Array.from(blocks.push(chunk));
        }, /more than 1024 bytes/);
        assert.ok((blocks.end()?.raw.length ?? 0) > 1024);
      }
    }
    assert.equal(cut([bytes(`data:${'x'.repeat(5000)}\n\n`)]).blocks.length, 1);
  });
});
