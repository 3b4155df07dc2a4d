import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as hex from '../../../../src/webview/inspector/detail/hexText.ts';

const nothing = { selection: { from: 0, to: 0 }, cursor: -1, chunkStarts: new Set<number>() };

function line(runs: readonly hex.HexRun[]): string {
  return runs.map((run) => run.gap + run.hex).join('');
}

describe('a row of a hex view', () => {
  it('is sixteen bytes in two halves, and their text', () => {
    const runs = hex.hexRuns(new TextEncoder().encode('data: {"é":1}\r\n\n').subarray(0, 16), nothing);
    assert.equal(runs.length, 1);
    assert.equal(line(runs), '64 61 74 61 3a 20 7b 22  c3 a9 22 3a 31 7d 0d 0a');
    assert.equal(runs[0]?.text, 'data: {"··":1}··');
  });

  it('reads the same however it is marked', () => {
    const marks = fc.record({
      selection: fc.record({ from: fc.integer({ min: -5, max: 20 }), to: fc.integer({ min: -5, max: 20 }) }),
      cursor: fc.integer({ min: -5, max: 20 }),
      chunkStarts: fc.uniqueArray(fc.integer({ min: 0, max: 15 })).map((starts) => new Set(starts)),
    });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 16 }), marks, (bytes, marked) => {
        const runs = hex.hexRuns(bytes, marked);
        assert.equal(line(runs), line(hex.hexRuns(bytes, nothing)));
        assert.equal(runs.map((run) => run.text).join('').length, bytes.length);
        const inside = [...marked.chunkStarts].filter((start) => start < bytes.length);
        assert.equal(runs.filter((run) => run.isChunkStart).length, inside.length);
      }),
    );
  });

  it('has its bytes where the pointer finds them', () => {
    const row = line(
      hex.hexRuns(
        Uint8Array.from({ length: 16 }, (_, index) => index),
        nothing,
      ),
    );
    for (let byte = 0; byte < 16; byte += 1) assert.equal(hex.byteAtColumn(row.indexOf(hex.hexByte(byte))), byte);
  });
});

describe('the cursor of a hex view', () => {
  const move = (key: string, cursor: number, ctrlKey = false): number | undefined =>
    hex.moveCursor({ key, ctrlKey, metaKey: false }, cursor, 100, 3);

  it('goes by byte, row, page and to the ends', () => {
    assert.deepEqual(
      ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'].map((key) =>
        move(key, 50),
      ),
      [49, 51, 34, 66, 48, 63, 2, 98],
    );
    assert.deepEqual([move('Home', 50, true), move('End', 50, true)], [0, 99]);
  });

  it('stays among the bytes', () => {
    assert.deepEqual(
      [move('ArrowLeft', 0), move('ArrowUp', 5), move('ArrowRight', 99), move('ArrowDown', 90)],
      [0, 5, 99, 90],
    );
    assert.equal(move('x', 5), undefined);
  });
});

describe('an offset as it is typed', () => {
  it('is decimal, or hexadecimal with a sign of it', () => {
    assert.deepEqual(['31', ' 0x1F ', '1fh', '0'].map(hex.parseOffset), [31, 31, 31, 0]);
    assert.deepEqual(['', '1f', '-1', '0x', '1.5', '9'.repeat(40)].map(hex.parseOffset), Array(6).fill(undefined));
  });
});
