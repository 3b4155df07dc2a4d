import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type JsonPath, jsonPointer, jsPath } from '../../../src/webview/shared/jsonPath.ts';
import { JsonTree } from '../../../src/webview/shared/jsonTree.ts';

function parse(text: string): JsonTree {
  const tree = JsonTree.parse(text);
  if (tree === undefined) throw new Error('not JSON');
  return tree;
}

describe('the path of a JSON value', () => {
  it('is a pointer that escapes tilde and slash', () => {
    assert.equal(jsonPointer([]), '');
    assert.equal(jsonPointer(['a/b', '~', 0, '']), '/a~1b/~0/0/');
  });

  it('is a JavaScript expression', () => {
    assert.equal(jsPath([]), '$');
    assert.equal(jsPath(['params', '_meta', 'a-b', 3, '"', '__proto__']), '$.params._meta["a-b"][3]["\\""].__proto__');
  });

  it('leads back to the row that it was made of, through slices and escaped keys', () => {
    const tree = parse(JSON.stringify({ 'a/"b': [{ deep: Array.from({ length: 20_500 }, (_, index) => index) }] }));
    const path: JsonPath = ['a/"b', 0, 'deep', 20_123];
    const id = tree.reveal(path);
    const row = tree.rows().find((candidate) => candidate.id === id);
    assert.equal(row?.text, '20123');
    assert.deepEqual(row === undefined ? undefined : tree.path(row), path);
  });

  it('leads nowhere where there is no such value', () => {
    const tree = parse('{"a": [1], "b": "x"}');
    for (const path of [['c'], ['a', 1], ['a', '0'], ['b', 0], [0]]) assert.equal(tree.reveal(path), undefined);
  });

  it('finds what any pointer of any JSON stands for', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const tree = parse(JSON.stringify(value));
        for (const path of pathsOf(JSON.parse(JSON.stringify(value)))) {
          const id = tree.reveal(path);
          const row = tree.rows().find((candidate) => candidate.id === id);
          assert.ok(row !== undefined);
          assert.deepEqual(tree.path(row), path);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('the value of a JSON row, copied', () => {
  it('is the contents of a string and the digits of a number', () => {
    const tree = parse('{"text": "a\\nb \\u00e9", "big": 9007199254740993}');
    assert.deepEqual(
      tree
        .rows()
        .slice(1)
        .map((row) => tree.copyText(row)),
      ['a\nb é', '9007199254740993'],
    );
  });

  it('is the members of a slice alone', () => {
    const tree = parse(JSON.stringify(Array.from({ length: 250 }, (_, index) => index)));
    const last = tree.rows().at(-1);
    assert.equal(last?.label, '[200 … 249]');
    const copied: unknown = JSON.parse(last === undefined ? '' : tree.copyText(last));
    assert.deepEqual(
      copied,
      Array.from({ length: 50 }, (_, index) => 200 + index),
    );
    const object = parse(
      JSON.stringify(Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`k${index}`, index]))),
    );
    const slice = object.rows().at(-1);
    assert.equal(Object.keys(JSON.parse(slice === undefined ? '' : object.copyText(slice)) as object)[0], 'k100');
  });

  it('stays in one array of rows until something opens', () => {
    const tree = parse('{"a": {"b": {"c": 1}}}');
    const rows = tree.rows();
    assert.equal(tree.rows(), rows);
    tree.setExpanded(rows[1]?.id ?? '', false);
    assert.notEqual(tree.rows(), rows);
  });
});

function pathsOf(value: unknown): JsonPath[] {
  if (typeof value !== 'object' || value === null) return [[]];
  const members: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [[], ...members.flatMap(([step, member]) => pathsOf(member).map((path) => [step, ...path]))];
}
