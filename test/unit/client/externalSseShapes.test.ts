import assert from 'node:assert/strict';
import { parseMessages } from '../../../src/client/externalSse/messages.ts';
import { callResult, initializeResult, listResult } from '../../../src/client/externalSse/shapes.ts';

describe('client: shapes of the External MCP dialect', () => {
  const text = (value: string): object => ({ type: 'text', text: value });

  it("leaves MCP's own results as they are", () => {
    const tools = { tools: [{ name: 'a', inputSchema: { type: 'object' } }], nextCursor: '2', _meta: { x: 1 } };
    assert.deepEqual(listResult(tools), tools);
    for (const result of [
      { content: [text('x')], isError: true },
      { structuredContent: { a: 1 } },
      { content: [], structuredContent: [1] },
    ]) {
      assert.deepEqual(callResult(result), result);
    }
  });

  it('makes a list of bare tools, whatever they call their schema', () => {
    const schema = { type: 'object', properties: { a: {} } };
    assert.deepEqual(
      listResult([{ name: 'a', input_schema: schema }, { name: 'b', inputSchema: { properties: {} } }, { name: 'c' }]),
      {
        tools: [
          { name: 'a', inputSchema: schema },
          { name: 'b', inputSchema: { type: 'object', properties: {} } },
          { name: 'c', inputSchema: { type: 'object' } },
        ],
      },
    );
  });

  it('makes content of whatever a tool answers', () => {
    const cases: [unknown, object[]][] = [
      [text('x'), [text('x')]],
      [
        [text('x'), text('y')],
        [text('x'), text('y')],
      ],
      ['plain', [text('plain')]],
      [{ temperature: 20 }, [text('{"temperature":20}')]],
      [[1, 2], [text('[1,2]')]],
      [{ type: 'person', name: 'x' }, [text('{"type":"person","name":"x"}')]],
      [{ content: 'plain' }, [text('plain')]],
      [{ content: text('x') }, [text('x')]],
      [42, [text('42')]],
      [null, [text('null')]],
      [[], []],
    ];
    for (const [said, content] of cases) assert.deepEqual(callResult(said), { content }, JSON.stringify(said));
  });

  it('completes a handshake that says less than MCP wants', () => {
    const info = { name: 'x', version: '' };
    assert.deepEqual(initializeResult({ status: 'ok' }, info), {
      status: 'ok',
      protocolVersion: '2024-11-05',
      capabilities: { tools: {} },
      serverInfo: info,
    });
    const whole = { protocolVersion: '2025-06-18', capabilities: { logging: {} }, serverInfo: info };
    assert.deepEqual(initializeResult(whole, info), whole);
  });

  it('reads messages as leniently as can be without guessing', () => {
    const cases: [string, unknown][] = [
      ['not JSON', undefined],
      ['{"ok":true}', []],
      ['"text"', []],
      ['{"id":7,"result":1}', [{ kind: 'answer', id: '7', answer: { result: 1 } }]],
      [
        '{"id":null,"error":"busy"}',
        [{ kind: 'answer', id: undefined, answer: { error: { code: -32000, message: 'busy' } } }],
      ],
      [
        '{"id":1,"result":1,"error":{"code":-1,"message":"no","data":2}}',
        [{ kind: 'answer', id: '1', answer: { error: { code: -1, message: 'no', data: 2 } } }],
      ],
      [
        '[{"method":"a"},{"method":"b","id":1,"params":{}}]',
        [
          { kind: 'message', message: { jsonrpc: '2.0', method: 'a' } },
          { kind: 'message', message: { jsonrpc: '2.0', method: 'b', id: 1, params: {} } },
        ],
      ],
    ];
    for (const [said, expected] of cases) assert.deepEqual(parseMessages(said), expected, said);
  });
});
