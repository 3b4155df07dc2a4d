import assert from 'node:assert/strict';
import { readLargeEvent } from '../../../src/client/largeEvent.ts';
import { answerTo, beginEvents, text, writeEvent } from '../../servers/support/exchange.ts';
import { endAll, failureOf } from '../wire/support.ts';
import { connected, user } from './support.ts';

const read = (event: string): [head: string, data: string] | undefined => {
  const found = readLargeEvent(Buffer.from(event));
  return found === undefined ? undefined : [found.head, Buffer.from(found.data).toString()];
};

describe('A large event', () => {
  afterEach(endAll);

  it('is read from its bytes, in every way in which servers write it', () => {
    assert.deepEqual(read('data: {"a":1}\n\n'), ['', '{"a":1}']);
    assert.deepEqual(read('data:{"a":1}\r\n\r\n'), ['', '{"a":1}']);
    assert.deepEqual(read('event: message\nid: 7\nretry: 500\ndata: {}\n\n'), [
      'event: message\nid: 7\nretry: 500\n',
      '{}',
    ]);
  });

  it('is left to the library where it is written in any other way', () => {
    for (const event of [
      'data: 1\ndata: 2\n\n',
      'data: 1\nid: 7\n\n',
      ': comment\ndata: 1\n\n',
      'event: done\ndata: 1\n\n',
      'data: 1',
      '\ufeffdata: 1\n\n',
      'id: 1\n\n',
    ]) {
      assert.equal(read(event), undefined, JSON.stringify(event));
    }
  });

  it('brings its answer whole, and the id from which the stream could go on', async () => {
    const large = 'ü'.repeat(1_500_000);
    const { client, traffic } = await connected({
      callTool(exchange) {
        beginEvents(exchange);
        writeEvent(exchange, answerTo(exchange, text(large)), 'e-1');
        exchange.response.end();
      },
    });
    const { content } = await client.callTool('x', {}, user);
    assert.deepEqual(content, [{ type: 'text', text: large }]);
    const recorded = traffic.records.filter(({ channel }) => channel === 'sse').at(-1);
    assert.ok(recorded && Buffer.from(recorded.raw).toString().includes(large), 'what is recorded is what came');
    assert.ok(await client.listTools(user));
  });

  it('brings an error as well as a result', async () => {
    const { client } = await connected({
      callTool(exchange) {
        beginEvents(exchange);
        const error = { code: -32000, message: 'no', data: 'x'.repeat(2_000_000) };
        writeEvent(exchange, { jsonrpc: '2.0', id: exchange.message.id, error });
      },
    });
    const error = await failureOf(client.callTool('x', {}, user), 'protocol');
    assert.equal(error.rpcCode, -32000);
    assert.equal(String(error.rpcData).length, 2_000_000);
  });

  it('that is no JSON, or answers somebody else, is no answer', async () => {
    const { client } = await connected({
      callTool(exchange) {
        beginEvents(exchange);
        exchange.response.write(`data: {${'x'.repeat(2_000_000)}\n\n`);
        writeEvent(exchange, { jsonrpc: '2.0', id: 'other', result: text('y'.repeat(2_000_000)) });
        writeEvent(exchange, answerTo(exchange, text('mine')));
        exchange.response.end();
      },
    });
    assert.deepEqual((await client.callTool('x', {}, user)).content, [{ type: 'text', text: 'mine' }]);
  });
});
