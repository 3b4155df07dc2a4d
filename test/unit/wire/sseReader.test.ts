import assert from 'node:assert/strict';
import { ExternalMcpError } from '../../../src/base/errors.ts';
import { readSseEvents, type SseEvent } from '../../../src/wire/sseReader.ts';

describe('wire: reading an event stream', () => {
  it('gives id, name and data of each event, whatever the line ends and wherever the chunks were cut', async () => {
    const text = ': hello\nid: 1\nevent: message\ndata: a\ndata: b\n\ndata: ö😀\r\n\r\nid\rdata:c\r\r';
    const bytes = Buffer.from(text);
    const expected: SseEvent[] = [
      { id: '1', event: 'message', data: 'a\nb' },
      { id: '1', event: undefined, data: 'ö😀' },
      { id: '', event: undefined, data: 'c' },
    ];
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      assert.deepEqual(await all([bytes.subarray(0, cut), bytes.subarray(cut)]), expected, `cut at ${cut}`);
    }
    assert.deepEqual(await all(Array.from(bytes, (byte) => Buffer.of(byte))), expected);
  });

  it('remembers the id of a block without data', async () => {
    assert.deepEqual(await all([Buffer.from('id: 7\n\ndata: x\n\n')]), [{ id: '7', event: undefined, data: 'x' }]);
  });

  it('skips one byte order mark and takes a second for a part of the line', async () => {
    const mark = '\uFEFF';
    const data = async (text: string): Promise<string[]> => (await all([Buffer.from(text)])).map((event) => event.data);
    assert.deepEqual(await data(`${mark}data: x\n\n`), ['x']);
    assert.deepEqual(await data(`${mark}${mark}data: x\n\ndata: y\n\n`), ['y']);
    assert.deepEqual(await data(`data: x\n\n${mark}data: y\n\n`), ['x']);
  });

  it('drops an event that the stream ends in', async () => {
    assert.deepEqual(await all([Buffer.from('data: x\n')]), []);
  });

  it('hands on what the server says of reconnecting', async () => {
    const waits: number[] = [];
    for await (const _ of readSseEvents(bodyOf([Buffer.from('retry: 3000000000\nretry: x\ndata: y\n\n')]), 1000, (ms) =>
      waits.push(ms),
    ));
    assert.deepEqual(waits, [3_000_000_000]);
  });

  it('delivers what came before an event over the limit, then throws', async () => {
    const got: SseEvent[] = [];
    const reading = (async () => {
      const chunks = [Buffer.from(`data: first\n\ndata: ${'x'.repeat(60)}`), Buffer.from('x'.repeat(60))];
      for await (const event of readSseEvents(bodyOf(chunks), 100)) got.push(event);
    })();
    await assert.rejects(reading, isProtocol(/more than 100 bytes/));
    assert.deepEqual(got, [{ id: undefined, event: undefined, data: 'first' }]);
  });

  it('overlooks a hundred lines that are not of the format and no more', async () => {
    const lines = (count: number): Buffer => Buffer.from('what: is this\n'.repeat(count));
    assert.deepEqual(await all([lines(100), Buffer.from('data: x\n\n')]), [
      { id: undefined, event: undefined, data: 'x' },
    ]);
    await assert.rejects(all([lines(101)]), isProtocol(/more than 100 lines/));
  });

  it('survives a flood of comments', async () => {
    const flood = Buffer.from(': nothing new\n\n'.repeat(100_000));
    assert.deepEqual(await all([flood, Buffer.from('data: x\n\n')]), [{ id: undefined, event: undefined, data: 'x' }]);
  });

  it('cancels the body when its reader leaves', async () => {
    const cancelled = Promise.withResolvers<void>();
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(Buffer.from('data: x\n\n')),
      cancel: () => cancelled.resolve(),
    });
    for await (const _ of readSseEvents(body, 1000)) break;
    await cancelled.promise;
  });

  it('throws what the body fails with', async () => {
    const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('reset')) });
    await assert.rejects(readSseEvents(broken, 1000).next(), /reset/);
  });
});

function isProtocol(message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof ExternalMcpError && error.kind === 'protocol' && message.test(error.message);
}

function bodyOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function all(chunks: readonly Uint8Array[]): Promise<SseEvent[]> {
  const events: SseEvent[] = [];
  for await (const event of readSseEvents(bodyOf(chunks), 1000)) events.push(event);
  return events;
}
