import assert from 'node:assert/strict';
import fc from 'fast-check';
import { scanEnvelope } from '../../../src/traffic/envelope.ts';
import { bytes } from './records.ts';

function scan(json: string): Record<string, unknown> {
  const { kind, ...rest } = scanEnvelope(bytes(json));
  return { kind, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) };
}

/** The same judgement on parsed objects, which is what the scanner saves us from building. */
function judge(json: string): Record<string, unknown> {
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { kind: 'other' };
  const own = new Map<string, unknown>(Object.entries(value));
  if (!own.has('id') && !own.has('jsonrpc')) return { kind: 'other' };
  const id = own.get('id');
  const isHeldExactly = typeof id === 'number' && Math.abs(id) <= Number.MAX_SAFE_INTEGER;
  const rpcId =
    typeof id === 'string' || isHeldExactly
      ? { rpcId: id }
      : typeof id === 'number'
        ? { rpcId: JSON.stringify(id) }
        : {};
  const method = own.get('method');
  if (typeof method === 'string') return { kind: own.has('id') ? 'request' : 'notification', method, ...rpcId };
  if (own.has('error') && own.get('error') !== null) return { kind: 'error', ...rpcId };
  return own.has('result') ? { kind: 'response', ...rpcId } : { kind: 'other', ...rpcId };
}

describe('scanEnvelope', () => {
  const cases: [name: string, json: string, expected: Record<string, unknown>][] = [
    ['a request', '{"jsonrpc":"2.0","id":1,"method":"ping"}', { kind: 'request', method: 'ping', rpcId: 1 }],
    ['a notification', '{"jsonrpc":"2.0","method":"a/b"}', { kind: 'notification', method: 'a/b' }],
    ['a response whose id comes last', '{"jsonrpc":"2.0","result":{},"id":"x"}', { kind: 'response', rpcId: 'x' }],
    ['an error', '{"jsonrpc":"2.0","id":0,"error":{"code":-1}}', { kind: 'error', rpcId: 0 }],
    ['an error with a null id', '{"jsonrpc":"2.0","id":null,"error":{"code":-1}}', { kind: 'error' }],
    ['a result with a null error', '{"id":1,"result":{},"error":null}', { kind: 'response', rpcId: 1 }],
    ['result and error together', '{"jsonrpc":"2.0","id":1,"result":1,"error":{}}', { kind: 'error', rpcId: 1 }],
    ['a service’s refusal', '{"error":"invalid_grant"}', { kind: 'other' }],
    ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', { kind: 'other' }],
    [
      'a tool call whose params come first',
      '{"params":{"arguments":{"name":"no"},"name":"a\\u0062"},"method":"tools/call","id":1,"jsonrpc":"2.0"}',
      { kind: 'request', method: 'tools/call', tool: 'ab', rpcId: 1 },
    ],
    [
      'the seed’s tool call',
      '{"jsonrpc":"2.0","id":"u","method":"call_tool","params":{"name":"t"}}',
      { kind: 'request', method: 'call_tool', tool: 't', rpcId: 'u' },
    ],
    [
      'a name in params of another method',
      '{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"t"}}',
      { kind: 'request', method: 'prompts/get', rpcId: 1 },
    ],
    [
      'keys given twice',
      '{"jsonrpc":"2.0","id":1,"method":"a","id":2,"method":"b"}',
      { kind: 'request', method: 'b', rpcId: 2 },
    ],
    ['escaped keys', '{"\\u0069d":7,"jsonrpc":"2.0","m\\u0065thod":"x"}', { kind: 'request', method: 'x', rpcId: 7 }],
    [
      'keys of the prototype',
      '{"__proto__":{"method":"evil"},"constructor":1,"jsonrpc":"2.0","id":1,"result":{}}',
      { kind: 'response', rpcId: 1 },
    ],
    [
      'an id that no number can hold',
      '{"jsonrpc":"2.0","id":9007199254740993,"result":1}',
      { kind: 'response', rpcId: '9007199254740993' },
    ],
    ['an id written with a fraction', '{"jsonrpc":"2.0","id":1.0,"result":1}', { kind: 'response', rpcId: 1 }],
    ['an id that is NaN', '{"jsonrpc":"2.0","id":NaN,"method":"x"}', { kind: 'request', method: 'x' }],
    [
      'escaped quotes and braces in strings',
      '{"a":"}\\"{\\\\","jsonrpc":"2.0","method":"m\\"}"}',
      { kind: 'notification', method: 'm"}' },
    ],
    [
      'a byte order mark and white space',
      '\ufeff \r\n{ "jsonrpc" : "2.0" , "method" : "x" }\n',
      { kind: 'notification', method: 'x' },
    ],
    ['a text behind the message', '{"jsonrpc":"2.0","method":"x"}{}', { kind: 'other' }],
    ['a cut message', '{"jsonrpc":"2.0","method":"x"', { kind: 'other' }],
    ['a broken escape in the method', '{"jsonrpc":"2.0","id":1,"method":"\\x"}', { kind: 'request', rpcId: 1 }],
    ['HTML', '<!doctype html>', { kind: 'other' }],
    ['nothing', '', { kind: 'other' }],
  ];
  for (const [name, json, expected] of cases) {
    it(`reads ${name}`, () => assert.deepEqual(scan(json), expected));
  }

  it('agrees with JSON.parse on every valid message', () => {
    const json = fc.jsonValue();
    const message = fc
      .record(
        {
          jsonrpc: fc.constant('2.0'),
          id: fc.oneof(fc.maxSafeInteger(), fc.string({ unit: 'binary' }), fc.constant(null), json),
          method: fc.oneof(fc.string({ unit: 'binary' }), json),
          params: json,
          result: json,
          error: json,
          more: json,
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(
        fc.oneof(
          message,
          json.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const expected = judge(text);
          const { tool: _, ...found } = scan(text);
          assert.deepEqual(found, expected);
        },
      ),
    );
  });

  it('never throws, whatever the bytes', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ':',
      ',',
      '"id"',
      '"method"',
      '"params"',
      'null',
      '1',
      '\\u00',
      ' ',
    );
    const likeJson = fc.array(pieces, { maxLength: 60 }).map((parts) => bytes(parts.join('')));
    fc.assert(fc.property(fc.oneof(likeJson, fc.uint8Array()), (raw) => void scanEnvelope(raw)));
  });

  it('reads past 100,000 levels', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    assert.deepEqual(scan(`{"jsonrpc":"2.0","params":${deep},"id":1,"method":"x"}`), {
      kind: 'request',
      method: 'x',
      rpcId: 1,
    });
  });

  it('says of a result that it is an error where it says so itself, and nothing in it', () => {
    const saysError = (result: string): boolean | undefined =>
      scanEnvelope(bytes(`{"jsonrpc":"2.0","id":1,"result":${result}}`)).saysError;
    assert.deepEqual(
      [
        '{"content":[],"isError":true}',
        '{"isError": true ,"content":[]}',
        '{"isError":false}',
        '{"isError":"true"}',
        '{"structuredContent":{"isError":true}}',
        '{"content":[{"type":"text","text":"\\"isError\\":true"}]}',
        '["isError",true]',
        'true',
      ].map(saysError),
      [true, true, ...Array.from({ length: 6 }, () => undefined)],
    );
  });

  it('does not walk over a value whose end is known, and reads what stands behind it', () => {
    const json = '{"result":{not even JSON ]]},"jsonrpc":"2.0","id":5}';
    const known = { start: json.indexOf('{not'), end: json.indexOf(',"jsonrpc') };
    assert.deepEqual([scanEnvelope(bytes(json), known).kind, scanEnvelope(bytes(json), known).rpcId], ['response', 5]);
    const later = '{"jsonrpc":"2.0","id":5,"result":{},"error":{"code":1}}';
    assert.equal(scanEnvelope(bytes(later), { start: 33, end: 35 }).kind, 'error');
    assert.equal(scanEnvelope(bytes(later), { start: -4, end: 60 }).kind, 'error', 'it is nowhere');
  });

  it('gives up on an object with too many members', () => {
    const members = Array.from({ length: 2000 }, (_, index) => `"k${index}":0`).join(',');
    assert.deepEqual(scan(`{"jsonrpc":"2.0","method":"x",${members}}`), { kind: 'other' });
  });

  it('takes no name from a string of megabytes', () => {
    assert.deepEqual(scan(`{"jsonrpc":"2.0","id":1,"method":"${'x'.repeat(2_000_000)}"}`), {
      kind: 'request',
      rpcId: 1,
    });
  });
});
