import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type JsonRow, JsonTree } from '../../../src/webview/shared/jsonTree.ts';

function parse(text: string): JsonTree {
  const tree = JsonTree.parse(text);
  if (tree === undefined) throw new Error('not JSON');
  return tree;
}

function outline(rows: readonly JsonRow[]): string[] {
  return rows.map(
    (row) => `${' '.repeat(row.level - 1)}${row.label ?? '$'} ${row.text ?? `${row.kind} of ${row.size}`}`,
  );
}

function openAll(tree: JsonTree): readonly JsonRow[] {
  for (;;) {
    const closed = tree.rows().filter((row) => row.expanded === false);
    if (closed.length === 0) return tree.rows();
    for (const row of closed) tree.setExpanded(row.id, true);
  }
}

describe('the JSON tree', () => {
  it('shows keys, indices and values in the order of the text', () => {
    const rows = parse('{"b": [1, true, null], "a": {"x": "y"}, "e": {}, "f": []}').rows();
    assert.deepEqual(outline(rows), [
      '$ object of 4',
      ' b array of 3',
      '  0 1',
      '  1 true',
      '  2 null',
      ' a object of 1',
      '  x "y"',
      ' e object of 0',
      ' f array of 0',
    ]);
  });

  it('keeps numbers to the last digit', () => {
    assert.deepEqual(outline(parse('[9007199254740993, 1.50, -1e+400]').rows()).slice(1), [
      ' 0 9007199254740993',
      ' 1 1.50',
      ' 2 -1e+400',
    ]);
  });

  it('takes __proto__, constructor and doubled keys for ordinary keys', () => {
    const rows = parse('{"__proto__": {"polluted": 1}, "constructor": 2, "a": 3, "a": 4}').rows();
    assert.deepEqual(outline(rows).slice(1), [
      ' __proto__ object of 1',
      '  polluted 1',
      ' constructor 2',
      ' a 3',
      ' a 4',
    ]);
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  });

  it('puts a long array into slices, and those of a very long one into slices again', () => {
    const labels = (count: number): (string | undefined)[] => {
      const tree = parse(JSON.stringify(Array.from({ length: count }, () => 0)));
      return tree
        .rows()
        .filter((row) => row.level === 2)
        .map((row) => row.label);
    };
    assert.deepEqual(labels(250), ['[0 … 99]', '[100 … 199]', '[200 … 249]']);
    assert.deepEqual(labels(20_000), ['[0 … 9999]', '[10000 … 19999]']);
  });

  it('counts siblings across slices', () => {
    const tree = parse(JSON.stringify(Array.from({ length: 250 }, (_, index) => index)));
    const last = openAll(tree).at(-1);
    assert.deepEqual([last?.label, last?.text, last?.position, last?.siblings], ['249', '249', 250, 250]);
  });

  it('cuts a long string until all of it is asked for', () => {
    const tree = parse(JSON.stringify(['x'.repeat(5000)]));
    const row = tree.rows()[1];
    assert.equal(row?.fullLength, 5000);
    tree.showAll(row?.id ?? '');
    assert.equal(tree.rows()[1]?.text?.length, 5002);
    assert.equal(tree.rows()[1]?.fullLength, undefined);
  });

  it('closes and opens', () => {
    const tree = parse('{"a": [1, 2]}');
    const row = tree.rows()[1];
    tree.setExpanded(row?.id ?? '', false);
    assert.equal(tree.rows().length, 2);
    tree.setExpanded(row?.id ?? '', true);
    assert.equal(tree.rows().length, 4);
  });

  it('survives a depth of a hundred thousand', () => {
    const text = '['.repeat(100_000) + ']'.repeat(100_000);
    const tree = parse(text);
    assert.ok(tree.rows().length < 200);
  });

  it('opens only so much at first sight', () => {
    const big = Array.from({ length: 90 }, (_, index) => ({ index, more: { a: 1, b: 2 } }));
    assert.ok(parse(JSON.stringify({ big })).rows().length < 100);
  });

  it('refuses what is not JSON', () => {
    assert.equal(JsonTree.parse('{"a": 1'), undefined);
    assert.equal(JsonTree.parse('<html>'), undefined);
  });

  it('reads any JSON as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const leaves = openAll(parse(text)).filter((row) => row.text !== undefined);
        assert.deepEqual(
          leaves.map((row) => JSON.parse(row.fullLength === undefined ? (row.text ?? '') : 'null')),
          leavesOf(JSON.parse(text)),
        );
      }),
    );
  });
});

function leavesOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value];
  return Object.values(value).flatMap((member) => leavesOf(member));
}
