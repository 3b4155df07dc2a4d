import assert from 'node:assert/strict';
import { answerTo, beginEvents, text } from '../../servers/support/exchange.ts';
import { endAll } from '../wire/support.ts';
import { events, fine, pour, step, survives } from './hardeningInputs.ts';
import { peer } from './hardeningSupport.ts';
import { user } from './support.ts';

describe('client: hostile event streams', () => {
  afterEach(endAll);

  for (const [name, end] of [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ] as const) {
    it(`lines that end in ${name}, cut at every place, in a stream that stays open or ends`, async () => {
      let cut = 0;
      let length = 1;
      const { client } = await peer('handshake', {
        callTool(exchange) {
          const progress = {
            jsonrpc: '2.0',
            method: 'notifications/progress',
            params: { ...step(exchange), progress: 1 },
          };
          const lines = [
            ': é',
            '',
            `data: ${JSON.stringify(progress)}`,
            '',
            'id: 1',
            'event: message',
            `data: ${fine(exchange)}`,
          ];
          const body = Buffer.from(`${lines.join(end)}${end}${end}`);
          length = body.length;
          beginEvents(exchange);
          exchange.response.write(body.subarray(0, cut));
          setImmediate(() => {
            exchange.response.write(body.subarray(cut));
            if (cut % 5 !== 0) exchange.response.end();
          });
        },
      });
      for (; cut <= length; cut += 1) {
        let steps = 0;
        const result = await client.callTool('x', {}, { ...user, onProgress: () => void (steps += 1) });
        assert.deepEqual(result.content, [{ type: 'text', text: 'fine' }], `at ${cut}`);
        assert.equal(steps, 1, `at ${cut}`);
      }
    });
  }

  it('an emoji that the chunks tear apart arrives whole', async () => {
    let cut = 0;
    const { client } = await peer('handshake', {
      callTool(exchange) {
        const body = Buffer.from(`data: ${JSON.stringify(answerTo(exchange, text('👩‍🚀')))}\n\n`);
        const at = body.indexOf(0xf0) + cut;
        beginEvents(exchange);
        exchange.response.write(body.subarray(0, at));
        setImmediate(() => exchange.response.end(body.subarray(at)));
      },
    });
    for (; cut < Buffer.byteLength('👩‍🚀'); cut += 1) {
      assert.deepEqual((await client.callTool('x', {}, user)).content, [{ type: 'text', text: '👩‍🚀' }]);
    }
  });

  survives([
    { name: 'a byte order mark', bad: events((exchange) => `\ufeffdata: ${fine(exchange)}\n\n`) },
    {
      name: 'two byte order marks before something else',
      bad: events((exchange) => `\ufeff\ufeffdata: {}\n\ndata: ${fine(exchange)}\n\n`),
    },
    {
      name: 'invalid UTF-8 before the answer and in a comment',
      bad: events((exchange) =>
        Buffer.concat([
          Buffer.from([0x3a, 0xff, 0xfe, 0x0a, 0x0a, 0x64, 0x61, 0x74, 0x61, 0x3a, 0xc0, 0x80, 0x0a, 0x0a]),
          Buffer.from(`data: ${fine(exchange)}\n\n`),
        ]),
      ),
    },
    {
      name: 'a flood of comments, each an event of its own',
      bad: events((exchange) => `${': x\n\n'.repeat(100_000)}data: ${fine(exchange)}\n\n`),
    },
    {
      name: 'a flood of comments in one event',
      bad: events((exchange) => `${': x\n'.repeat(100_000)}data: ${fine(exchange)}\n\n`),
    },
    {
      name: 'comments for ever in one event',
      bad(exchange) {
        beginEvents(exchange);
        pour(exchange, Buffer.from(': x\n'.repeat(100_000)), 1000);
      },
      kind: 'protocol',
      says: /more than 16 MB/,
      outcomeUnknown: true,
      growth: 200,
    },
    {
      name: 'five million empty data lines',
      bad(exchange) {
        beginEvents(exchange);
        pour(exchange, Buffer.from('data:\n'.repeat(100_000)), 50);
      },
      kind: 'protocol',
      says: /more than 16 MB/,
      outcomeUnknown: true,
      growth: 200,
    },
    {
      name: 'a million blank lines',
      bad: events((exchange) => `${'\n'.repeat(1_000_000)}data: ${fine(exchange)}\n\n`),
    },
    {
      name: 'an answer whose line is not terminated',
      bad: events((exchange) => `data: ${fine(exchange)}`),
      kind: 'connection',
      says: /ended the stream before its answer/,
      outcomeUnknown: true,
    },
    {
      name: 'an answer behind a hundred events that are not JSON',
      bad: events((exchange) => `${'data: <nope>\n\n'.repeat(100)}data: ${fine(exchange)}\n\n`),
    },
    {
      name: 'an answer in many data lines',
      bad: events((exchange) => `data: ${fine(exchange).replaceAll(',', ',\ndata: ')}\n\n`),
    },
    {
      name: 'fields that nobody knows',
      bad: events((exchange) => `color: red\nlink\n: \ndata: ${fine(exchange)}\n\n`),
    },
    {
      name: 'an event of another name before the answer',
      bad: events((exchange) => `event: ping\ndata: {}\n\ndata: ${fine(exchange)}\n\n`),
    },
    { name: 'an id with NUL', bad: events((exchange) => `id: a\0b\ndata: ${fine(exchange)}\n\n`) },
    { name: 'an empty id', bad: events((exchange) => `id: 1\ndata:\n\nid\ndata: ${fine(exchange)}\n\n`) },
    {
      name: 'an id with NUL and then the end: nothing to go on from',
      bad: events(() => 'retry: 1\nid: a\0b\ndata:\n\n'),
      kind: 'connection',
      says: /ended the stream before its answer/,
      outcomeUnknown: true,
    },
    {
      name: 'an id that no header can hold, and then the end',
      bad: events(() => 'retry: 1\nid: ✓\ndata:\n\n'),
      kind: 'connection',
      outcomeUnknown: true,
    },
    {
      name: 'an id with a control character, and then the end',
      bad: events(() => 'retry: 1\nid: a\u0001b\ndata:\n\n'),
      kind: 'connection',
      outcomeUnknown: true,
    },
    {
      name: 'an id of 2 KB',
      bad: events((exchange) => `id: ${'x'.repeat(2000)}\ndata: ${fine(exchange)}\n\n`),
      kind: 'protocol',
      says: /id or name of more than 1024 bytes/,
      outcomeUnknown: true,
    },
    {
      name: 'a retry that is no number',
      bad: events((exchange) => `retry: soon\n\nretry: -1\n\nretry: 1e99\n\ndata: ${fine(exchange)}\n\n`),
    },
  ]);
});
