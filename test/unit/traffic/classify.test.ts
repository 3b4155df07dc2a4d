import assert from 'node:assert/strict';
import fc from 'fast-check';
import { newLog, record, text } from './records.ts';

const MESSAGE = '{"jsonrpc":"2.0","method":"notifications/message"}';

function kindOf(
  raw: string,
  channel: 'sse' | 'stdio' | 'http-response' | 'process' = 'sse',
  offset = 0,
): string | undefined {
  const log = newLog();
  log.append(record(raw, { channel, offset }));
  return log.entry(1)?.kind;
}

describe('classification', () => {
  it('reads the data of an event whatever its line ends', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      assert.equal(
        kindOf(`event: message${end}id: 4${end}retry: 10${end}: hi${end}data: ${MESSAGE}${end}${end}`),
        'notification',
      );
    }
  });

  it('joins data lines', () => {
    assert.equal(kindOf('data: {"jsonrpc":"2.0",\ndata:"method":\ndata: "x"}\n\n'), 'notification');
  });

  it('skips a byte order mark at the start of a stream and nowhere else', () => {
    assert.equal(kindOf(`\ufeffdata: ${MESSAGE}\n\n`, 'sse', 0), 'notification');
    assert.equal(kindOf(`\ufeffdata: ${MESSAGE}\n\n`, 'sse', 10), 'other');
    assert.equal(kindOf(`\ufeff\ufeffdata: ${MESSAGE}\n\n`, 'sse', 0), 'other');
  });

  it('calls a block with nothing but comments a comment', () => {
    assert.equal(kindOf(': ping\n\n'), 'comment');
    assert.equal(kindOf(':\n\n'), 'comment');
    assert.equal(kindOf(': ping\nid: 3\n\n'), 'other');
  });

  it('finds no message in an event that stops before its blank line, in a priming event, in text', () => {
    assert.equal(kindOf(`data: ${MESSAGE}\n`), 'other');
    assert.equal(kindOf('id: 1\ndata:\n\n'), 'other');
    assert.equal(kindOf('data: [DONE]\n\n'), 'other');
  });

  it('is not misled by the block before', () => {
    const log = newLog();
    log.append(record('data: {"jsonrpc":"2.0",\n', { channel: 'sse', offset: 0 }));
    log.append(record('data: "method":"x"}\n\n', { channel: 'sse', offset: 24 }));
    assert.deepEqual([log.entry(1)?.kind, log.entry(2)?.kind], ['other', 'other']);
  });

  it('takes large events for what small ones of the same lines are', () => {
    const blocks = (filling: string): string[] => {
      const data = `{"jsonrpc":"2.0","id":3,"result":{"text":"${filling}"}}`;
      return [
        `data: ${data}\n\n`,
        `id: 1\r\nevent: message\r\nretry:5\r\ndata:${data}\r\n\r\n`,
        `event: x\rdata: ${data}\r\r`,
        `data: ${data}\nid: 1\n\n`,
        `data: ${data}\ndata: ${data}\n\n`,
        `: hi\n\ndata: ${data}\n\n`,
        `: ${data}\n\n`,
        `data: ${data}\n`,
        `data: ${data}\nx`,
        `data: ${data}`,
        `data: ${data}x\n\n`,
        `date: ${data}\n\n`,
        ` data: ${data}\n\n`,
        `\ufeffdata: ${data}\n\n`,
        `data: ${filling}\n\n`,
      ];
    };
    const small = blocks('x').map((raw) => kindOf(raw));
    assert.deepEqual([small[0], small[4], small[6]], ['response', 'other', 'comment']);
    assert.deepEqual(
      blocks('x'.repeat(100_000)).map((raw) => kindOf(raw)),
      small,
    );
  });

  it('reads the end of a large event too, whatever is known of its middle', () => {
    const log = newLog();
    const before = 'event: message\ndata: {"result":';
    const value = JSON.stringify({ rows: Array.from({ length: 10_000 }, (_, index) => [index, '}']) });
    const known = { start: before.length, end: before.length + value.length };
    log.append(record(`${before}${value},"id":7,"error":{}}\n\n`, { channel: 'sse', largestValue: known }));
    log.append(record(`${before}${value},"id":8}\n\n`, { channel: 'sse', largestValue: known }));
    assert.deepEqual(
      log.entries().map(({ kind, rpcId }) => [kind, rpcId]),
      [
        ['error', 7],
        ['response', 8],
      ],
    );
  });

  it('does not parse an event of too many lines and says so', () => {
    const log = newLog();
    log.append(record(`${'data:\n'.repeat(100_001)}\n`, { channel: 'sse' }));
    const entry = log.entry(1);
    assert.deepEqual([entry?.kind, entry?.notes[0]?.rule, entry?.size], ['other', 'traffic.tooManyLines', 600_007]);
  });

  it('takes bodies and lines for messages, process events and our own remarks not', () => {
    assert.equal(kindOf(`${MESSAGE}\n`, 'stdio'), 'notification');
    assert.equal(kindOf(MESSAGE, 'http-response'), 'notification');
    assert.equal(kindOf(MESSAGE, 'process'), 'other');
    const log = newLog();
    log.append(record(MESSAGE, { direction: 'internal', channel: 'http-response' }));
    assert.equal(log.entry(1)?.kind, 'other');
  });

  it('keeps every byte of every record, readable text or not', () => {
    const channels = fc.constantFrom('sse', 'stdio', 'http-request', 'http-response', 'process');
    const pieces = fc.array(
      fc.record({
        channel: channels,
        raw: fc.oneof(
          fc.uint8Array(),
          fc.string().map((t) => new TextEncoder().encode(t)),
        ),
      }),
    );
    fc.assert(
      fc.property(pieces, (given) => {
        const log = newLog();
        for (const { channel, raw } of given) log.append(record(raw, { channel }));
        const whole = Buffer.concat(log.entries().map((entry) => entry.raw));
        assert.deepEqual(whole, Buffer.concat(given.map(({ raw }) => raw)));
        log.dispose();
      }),
    );
  });
});

describe('jsonText', () => {
  it('gives the data of an event, a body or a line, and nothing where there is no JSON', () => {
    const log = newLog();
    log.append(record('event: x\ndata: {"a":\ndata: "ü"}\n\n', { channel: 'sse' }));
    log.append(record('{"b":1}\n'));
    log.append(record('<html>', { channel: 'http-response' }));
    log.append(record(': {}\n\n', { channel: 'sse' }));
    log.append(record('{"pid":1}', { channel: 'process', direction: 'internal' }));
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6].map((seq) => log.jsonText(seq)),
      ['{"a":\n"ü"}', '{"b":1}', undefined, undefined, undefined, undefined],
    );
    assert.equal(text(log.entry(1)?.raw), 'event: x\ndata: {"a":\ndata: "ü"}\n\n');
  });
});
