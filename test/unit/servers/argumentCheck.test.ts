import assert from 'node:assert/strict';
import { checkArguments } from '../../../src/servers/argumentCheck.ts';

describe('Arguments', () => {
  const check = (schema: object, args: Record<string, unknown>): void =>
    checkArguments('mine', { name: 'tool', inputSchema: { type: 'object', ...schema } }, args);
  const add = {
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
    additionalProperties: false,
  };

  it('that fit are let through', () => {
    check(add, { a: 1, b: 2 });
    check({}, { anything: true });
  });

  it('that break the schema are told by place, a few at a time', () => {
    const invalid = { kind: 'validation', server: 'mine' };
    assert.throws(() => check(add, { a: 'one', b: 2 }), { ...invalid, message: /a: .*string.*number/ });
    assert.throws(() => check(add, { a: 1 }), { ...invalid, message: /required property "b"\. Change them/ });
    assert.throws(() => check(add, { a: 1, b: 2, c: 3 }), { ...invalid, message: /"c"/ });
  });

  it('with keys that mean something to JavaScript are ordinary', () => {
    assert.throws(() => check(add, JSON.parse('{"a":1,"b":2,"__proto__":{},"constructor":1}')), { kind: 'validation' });
  });

  it('are let through by a schema that cannot be used', () => {
    check({ $ref: 'https://example.com/never-fetched' }, {});
    check({ properties: { a: { pattern: '(' } } }, { a: 'x' });
    check({ $ref: '#' }, {});
  });

  it('cannot be used to freeze the host: an endless check is broken off', () => {
    check({ properties: { a: { pattern: '^(a+)+$' } } }, { a: `${'a'.repeat(40)}!` });
    const doubling = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [
        `d${n}`,
        { allOf: [{ $ref: `#/$defs/d${n + 1}` }, { $ref: `#/$defs/d${n + 1}` }] },
      ]),
    );
    check({ $ref: '#/$defs/d0', $defs: { ...doubling, d40: {} } }, {});
  });
});
