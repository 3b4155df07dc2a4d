import assert from 'node:assert/strict';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { Redactor } from '../../../src/base/redact.ts';
import { readSseLines } from '../../../src/traffic/sseLines.ts';
import { type StreamEvent, streamEvents } from '../../../src/traffic/streamEvents.ts';
import type { TrafficLog } from '../../../src/traffic/trafficLog.ts';
import { bytes, newLog, record, requestHead, responseHead } from './records.ts';

/** A log with one stream of these blocks, a second apart, among the entries of another; and the number of its request. */
function streamOf(...blocks: readonly string[]): { log: TrafficLog; seq: number; exchange: number } {
  const log = newLog();
  const other = log.nextExchange();
  const exchange = log.nextExchange();
  log.append(requestHead('GET /mcp\r\n\r\n', { exchange }));
  const seq = log.lastSeq;
  log.append(responseHead(200, '', { exchange }));
  let offset = 0;
  for (const [index, block] of blocks.entries()) {
    log.append(record(block, { channel: 'sse', exchange, offset, time: 1000 * (index + 1) }));
    log.append(record('data: other\n\n', { channel: 'sse', exchange: other, offset: 0 }));
    offset += bytes(block).length;
  }
  return { log, seq, exchange };
}

function eventsOf(blocks: readonly string[], redactor = new Redactor()): readonly StreamEvent[] {
  const { log, seq } = streamOf(...blocks);
  return streamEvents(log, redactor, seq, 0, 1000).events;
}

describe('The events of a stream', () => {
  it('are found from any entry of the exchange, with their times, places and sizes', () => {
    const { log, seq } = streamOf('event: message\nid: 7\nretry: 10\ndata: a\ndata: b\n\n', ': ping\n\n');
    const { events, total } = streamEvents(log, new Redactor(), seq, 0, 10);
    assert.equal(total, 2);
    assert.deepEqual(events, [
      {
        seq: seq + 2,
        time: 1000,
        offset: 0,
        size: 48,
        chunks: 1,
        event: 'message',
        id: '7',
        retry: '10',
        data: 'a\nb',
        comments: [],
        malformed: [],
      },
      { seq: seq + 4, time: 2000, gapMs: 1000, offset: 48, size: 8, chunks: 1, comments: ['ping'], malformed: [] },
    ]);
    assert.deepEqual(streamEvents(log, new Redactor(), seq + 4, 0, 10), { events, total });
  });

  it('come in pages that know what was before them', () => {
    const { log, seq } = streamOf('id: 1\ndata: a\n\n', 'id: 2\ndata: b\n\n', 'id: 1\ndata: a\n\n', 'id\ndata: c\n\n');
    const { events, total } = streamEvents(log, new Redactor(), seq, 2, 10);
    assert.equal(total, 4);
    assert.deepEqual(
      events.map(({ id, gapMs, isRepeated }) => [id, gapMs, isRepeated]),
      [
        ['1', 1000, true],
        ['', 1000, undefined],
      ],
    );
    assert.deepEqual(streamEvents(log, new Redactor(), seq, 9, 10), { events: [], total: 4 });
  });

  it('tell of ids that the stream has left out, also from the page before, and no secret', () => {
    const { log, seq } = streamOf(...[1, 2, 3, 7, 8].map((number) => `id: key-${number}\ndata: a\n\n`));
    const redactor = new Redactor();
    redactor.add('key-3');
    const { events } = streamEvents(log, redactor, seq, 3, 10);
    assert.deepEqual(
      events.map(({ id, missing }) => [id, missing]),
      [
        ['key-7', { count: 3, after: '*****' }],
        ['key-8', undefined],
      ],
    );
  });

  it('tell of lines that the format has no use for, and of reads', () => {
    const log = newLog();
    const exchange = log.nextExchange();
    const raw = 'data: a\nfoo: bar\nretry: soon\nid: a\0b\nnonsense\n Data: x\n\n';
    log.append(record(raw, { channel: 'sse', exchange, chunkStarts: [3, 9] }));
    const [event] = streamEvents(log, new Redactor(), 1, 0, 1).events;
    assert.deepEqual(event?.malformed, ['foo: bar', 'retry: soon', 'id: a\0b', 'nonsense', ' Data: x']);
    assert.equal(event?.chunks, 3);
  });

  it('show what a stream breaks off with, as what is no event yet', () => {
    const events = eventsOf(['data: whole\n\n', ': no data\n\n', 'data: half of\n']);
    assert.deepEqual(
      events.map(({ data, isUnfinished }) => [data, isUnfinished]),
      [
        ['whole', undefined],
        [undefined, undefined],
        ['half of', true],
      ],
    );
  });

  it('are none where an entry is of no exchange, or is gone', () => {
    const log = newLog();
    log.append(record('x'));
    assert.deepEqual(streamEvents(log, new Redactor(), 1, 0, 10), { events: [], total: 0 });
    assert.deepEqual(streamEvents(log, new Redactor(), 99, 0, 10), { events: [], total: 0 });
  });

  it('show no secret, also one that the preview would cut or that spans lines', () => {
    const redactor = new Redactor();
    redactor.add('top-secret');
    redactor.add('two\nlines');
    const [first, second] = eventsOf(
      [
        'event: top-secret\nid: top-secret\n: top-secret\ntop-secret\ndata: two\ndata: lines\n\n',
        `data: ${'x'.repeat(1995)}top-secret\n\n`,
      ],
      redactor,
    );
    assert.doesNotMatch(JSON.stringify(first), /top|two/);
    assert.equal(second?.data, `${'x'.repeat(1995)}*****`);
  });

  it('have texts of a bounded length, however long their lines and many their comments', () => {
    const [first, second] = eventsOf([
      `event: ${'e'.repeat(100_000)}\ndata: ${'d'.repeat(1_000_000)}\n\n`,
      `${':\n'.repeat(5000)}data: a\n\n`,
    ]);
    assert.equal(first?.event?.length, 500);
    assert.equal(first?.data?.length, 2000);
    assert.equal(second?.comments.length, 100);
  });
});

describe('A block of an event stream read for display', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'data',
      'data:',
      'data: x',
      'data:  x',
      'id: 1',
      'id:',
      'event: a',
      'event:',
      'retry: 5',
      'retry: x',
    ),
    fc.constantFrom(': c', ':', 'Data: x', ' data: x', 'datax: 1', '\uFEFFdata: x', 'id: a\0b', ':data: 1', 'data:a:b'),
    fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.replace(/[\r\n]/g, '')),
  );
  const end = fc.constantFrom('\n', '\r\n', '\r');
  /** Lines that are not empty, and the empty one that ends the block; two ends could otherwise make one. */
  const block = fc
    .tuple(
      fc.array(
        line.filter((text) => text !== ''),
        { maxLength: 8 },
      ),
      end,
    )
    .map(([lines, eol]) => [...lines, ''].map((text) => `${text}${eol}`).join(''));

  it('has the events, ids, waits and comments that eventsource-parser finds in the same stream', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), fc.constantFrom('', '\uFEFF'), (blocks, mark) => {
        const events: unknown[] = [];
        const comments: string[] = [];
        const retries: number[] = [];
        const parser = createParser({
          onEvent: ({ data, event, id }) => events.push({ data, event, id }),
          onComment: (comment) => comments.push(comment),
          onRetry: (retry) => retries.push(retry),
        });
        parser.feed(`${mark}${blocks.join('')}\n`);
        const texts = blocks.map((text, index) => (index === 0 ? `${mark}${text}` : text));
        const read = texts.map((text, index) => readSseLines(bytes(text), index === 0));
        assert.deepEqual(
          read.filter(({ isEvent }) => isEvent).map(({ data, event, id }) => ({ data, event: event || undefined, id })),
          events,
        );
        assert.deepEqual(
          read.flatMap((lines) => lines.comments),
          comments,
        );
        const lastRetries = read.flatMap(({ retry }) => (retry === undefined ? [] : [Number(retry)]));
        assert.ok(lastRetries.every((retry) => retries.includes(retry)));
        assert.equal(lastRetries.length > 0, retries.length > 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('is no event before the empty line that ends it', () => {
    for (const [text, isEvent] of [
      ['data: a\r\n', false],
      ['data: a\r\n\r\n', true],
      ['data: a\r\r', true],
      ['id: a\n\n', false],
    ] as const) {
      assert.equal(readSseLines(bytes(text), false).isEvent, isEvent, JSON.stringify(text));
    }
  });

  it('leaves no line out: each is a field, a comment, or malformed', () => {
    fc.assert(
      fc.property(
        fc.array(
          line.filter((text) => text !== ''),
          { minLength: 1, maxLength: 1 },
        ),
        ([text = '']) => {
          const { comments, malformed, event, id, retry, data } = readSseLines(bytes(`${text}\n\n`), false);
          const fields = [event, id, retry, data].filter((value) => value !== undefined);
          assert.equal(comments.length + malformed.length + fields.length, 1);
        },
      ),
    );
  });
});
