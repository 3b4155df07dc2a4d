import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RpcIds } from '../../../src/traffic/rpcIds.ts';
import { Files, jsonlOf } from './exchangeFiles/support.ts';
import { filterOf, newLog, record, rpc } from './records.ts';

const ROWS = 20;

describe('Ids of rows', () => {
  const id = fc.oneof(
    fc.constant(undefined),
    // Not -0, which JSON does not have.
    fc.double({ noNaN: true }).map((number) => number + 0),
    fc.integer({ min: -3, max: 3 }),
    fc.uuid(),
    fc.uuid().map((uuid) => uuid.toUpperCase()),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.constantFrom('', '1', 'x'.repeat(1024), '😀'.repeat(512), 'f2b3ad1c-0000-4000-8000-00000000000g'),
  );
  const step = fc.tuple(fc.nat({ max: ROWS - 1 }), id);

  it('are what they were set to last, before and after all rows have come', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat({ max: 60 }), (steps, closed) => {
        const ids = new RpcIds(ROWS);
        const expected = Array.from({ length: ROWS }, (): string | number | undefined => undefined);
        for (const [index, [row, value]] of steps.entries()) {
          if (index === closed) ids.close();
          ids.set(row, value);
          expected[row] = value;
        }
        assert.deepEqual(
          expected.map((_, row) => ids.at(row)),
          expected,
        );
      }),
    );
  });

  it('have one number for one text, and none where they are no text', () => {
    const ids = new RpcIds(ROWS);
    for (const [row, value] of ['a', 'b', 'a', 5, undefined, '5'].entries()) ids.set(row, value);
    const numbers = [0, 1, 2, 3, 4, 5].map((row) => ids.textNumber(row));
    assert.equal(numbers[0], numbers[2]);
    assert.equal(new Set(numbers).size, 4);
    assert.deepEqual(numbers.slice(3, 5), [0, 0]);
  });

  it('cost what they need: nothing, 8 bytes for a number, 4 and 17 for a UUID', () => {
    const rows = 8192;
    const none = new RpcIds(rows);
    none.close();
    assert.equal(none.byteSize, 0);
    const numbers = new RpcIds(rows);
    const uuids = new RpcIds(rows);
    for (let row = 0; row < rows; row += 1) {
      numbers.set(row, row >> 1);
      uuids.set(row, uuidOf(row >> 1));
    }
    numbers.close();
    uuids.close();
    assert.equal(numbers.byteSize, rows * 8);
    assert.equal(uuids.byteSize, rows * 4 + (rows / 2) * 17);
  });

  it('take no memory by being set again and again to what they are', () => {
    const ids = new RpcIds(ROWS);
    ids.set(0, 'an id');
    ids.close();
    const { byteSize } = ids;
    for (let time = 0; time < 1000; time += 1) ids.set(0, 'an id');
    assert.equal(ids.byteSize, byteSize);
  });

  it('that are UUIDs leave an entry of an imported file under a hundred bytes, and pairs of entries are found by them', async () => {
    const files = new Files();
    const entries = 2 * 8192;
    const log = newLog();
    for (let index = 0; index < entries; index += 1) {
      const message = rpc(
        index % 2 === 0 ? { id: uuidOf(index >> 1), method: 'ping' } : { id: uuidOf(index >> 1), result: {} },
      );
      log.append(record(JSON.stringify(message), { direction: index % 2 === 0 ? 'sent' : 'received' }));
    }
    const file = await files.read(await jsonlOf(log));
    assert.ok(file.byteSize / entries < 100, `${file.byteSize / entries} bytes`);
    for (const pair of [0, 4095, 4096, 8191]) {
      const found = file.entries(filterOf(`id:${uuidOf(pair)}`));
      assert.deepEqual(
        found.map(({ seq, rpcId }) => [seq, rpcId]),
        [2 * pair + 1, 2 * pair + 2].map((seq) => [seq, uuidOf(pair)]),
      );
    }
    assert.deepEqual(file.entries(filterOf('-id:f2b3ad1c-*')), []);
    files.dispose();
    log.dispose();
  });
});

function uuidOf(number: number): string {
  return `f2b3ad1c-0000-4000-8000-${String(number).padStart(12, '0')}`;
}
