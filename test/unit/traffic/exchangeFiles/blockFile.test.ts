import assert from 'node:assert/strict';
import { appendFileSync, closeSync, openSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { BlockFile } from '../../../../src/traffic/exchangeFiles/blockFile.ts';
import { Files } from './support.ts';

describe('BlockFile', () => {
  const files = new Files();
  after(() => files.dispose());

  it('has the bytes of the file at any place, in any order', () => {
    const content = Buffer.from(Uint32Array.from({ length: 600_000 }, (_, index) => index).buffer);
    const fd = openSync(files.write(content), 'r');
    const file = new BlockFile(fd);
    const start = fc.nat({ max: content.length });
    const length = fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 200_000 }), fc.nat({ max: content.length }));
    fc.assert(
      fc.property(fc.array(fc.tuple(start, length)), (ranges) => {
        for (const [from, count] of ranges) {
          const bytes = file.read(from, count);
          if (from + count > content.length) assert.equal(bytes, undefined);
          else assert.ok(bytes?.equals(content.subarray(from, from + count)), `${from}, ${count}`);
        }
      }),
    );
    closeSync(fd);
    assert.equal(file.read(2_000_000, 2_000_000), undefined);
  });

  it('has what was written since it looked there last', () => {
    const path = files.path();
    writeFileSync(path, 'first');
    const fd = openSync(path, 'r');
    const file = new BlockFile(fd);
    assert.equal(String(file.read(0, 5)), 'first');
    appendFileSync(path, 'second');
    assert.equal(String(file.read(5, 6)), 'second');
    closeSync(fd);
  });
});
