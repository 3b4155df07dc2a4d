import assert from 'node:assert/strict';
import { schemaProblem, schemaSentences } from '../../../../src/traffic/specification/schemaCheck.ts';

describe('A schema', () => {
  it('is not given up because the machine was busy', () => {
    let reads = 0;
    const value = {
      get a(): number {
        reads += 1;
        // Time goes by in which this process does nothing, as where others have the processors.
        if (reads === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30_000);
        return 1;
      },
    };
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    assert.deepEqual(schemaProblem(schema, value), { pointer: '/a', keyword: 'type' });
  });

  it('that has no end is given up', () => {
    const schema = { properties: { a: { pattern: '^(a+)+$' } } };
    const value = { a: `${'a'.repeat(40)}!` };
    assert.throws(() => schemaProblem(schema, value), { message: 'The schema takes too long' });
    assert.throws(() => schemaSentences(schema, value, 3), { message: 'The schema takes too long' });
  });

  it('is of the draft that it names, in which `format` is a remark', () => {
    const tuple = { items: [{ type: 'string' }], additionalItems: false };
    const draft7 = { $schema: 'http://json-schema.org/draft-07/schema#', ...tuple };
    assert.equal(schemaProblem(draft7, ['a', 'b'])?.keyword, 'additionalItems');
    assert.equal(schemaProblem({ type: 'string', format: 'email' }, 'me'), undefined);
    assert.throws(() => schemaProblem({ $schema: 'https://example.com/mine' }, 1), /cannot be used/);
  });

  it('tells the innermost places first of what does not fit', () => {
    const number = { type: 'number' };
    const schema = { properties: { a: { properties: { b: number, c: number } }, d: number } };
    const value = { a: { b: 'x', c: 'y' }, d: 'z' };
    assert.deepEqual(
      schemaSentences(schema, value, 2).map((sentence) => sentence.split(':')[0]),
      ['a/b', 'a/c'],
    );
    assert.equal(schemaSentences(schema, value, 5).length, 3);
    assert.deepEqual(schemaSentences(schema, { a: { b: 1 } }, 5), []);
  });
});
