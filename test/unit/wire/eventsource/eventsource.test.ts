import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { readSseEvents, type SseEvent } from '../../../../src/wire/sseReader.ts';
import { atEnd, endAll, MB, testWire, type TestWire } from '../support.ts';
import { bytesOf, cases, mediaTypes, type StreamCase } from './cases.ts';

interface Read {
  events: SseEvent[];
  retries: number[];
}

async function readAll(body: ReadableStream<Uint8Array>): Promise<Read> {
  const events: SseEvent[] = [];
  const retries: number[] = [];
  for await (const event of readSseEvents(body, MB, (ms) => retries.push(ms))) events.push(event);
  return { events, retries };
}

function expected({ events, retries = [] }: StreamCase): Read {
  return {
    events: events.map(({ id, event, data }) => ({ id, event, data })),
    retries: [...retries],
  };
}

/** The body as one piece, as each pair of pieces, as bytes. */
function* divisions(whole: Uint8Array): Generator<[how: string, pieces: Uint8Array[]]> {
  yield ['whole', [whole]];
  for (let at = 1; at < whole.length; at += 1) {
    yield [`split at ${at}`, [whole.subarray(0, at), whole.subarray(at)]];
  }
  yield ['byte by byte', [...whole].map((byte) => Uint8Array.of(byte))];
}

function streamOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}

/** Bodies that go out piece by piece, each when the one before has been read. */
interface PieceServer {
  readonly url: string;
  /** For the next request. */
  prepare(contentType: string, length: number): void;
  write(piece: Uint8Array): void;
}

async function servePieces(): Promise<PieceServer> {
  let next = '';
  let current: Socket | undefined;
  const server = createServer((socket) => {
    socket.setNoDelay(true).on('error', () => socket.destroy());
    // The requests are small: their heads come in one piece.
    socket.on('data', () => {
      current = socket;
      socket.write(next);
    });
    atEnd(() => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    prepare(contentType, length) {
      next = `HTTP/1.1 200 OK\r\ncontent-type: ${contentType}\r\ncontent-length: ${length}\r\n\r\n`;
    },
    write: (piece) => void current?.write(piece),
  };
}

/** Sends the pieces through the wire and reads what arrives; `received` gets the chunks as the reader got them. */
async function throughWire(
  server: PieceServer,
  wire: TestWire,
  pieces: readonly Uint8Array[],
  received: Uint8Array[],
): Promise<Read> {
  server.prepare(
    'text/event-stream',
    pieces.reduce((sum, { length }) => sum + length, 0),
  );
  const { body } = await wire.fetch(server.url);
  assert.ok(body);
  const left = pieces.filter(({ length }) => length > 0);
  let awaited = 0;
  const sendNext = (): void => {
    const piece = left.shift();
    awaited = piece?.length ?? 0;
    if (piece !== undefined) server.write(piece);
  };
  const watched = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        received.push(chunk);
        controller.enqueue(chunk);
        awaited -= chunk.length;
        if (awaited === 0) sendNext();
      },
    }),
  );
  sendNext();
  return readAll(watched);
}

describe("wire: the web-platform-tests' event streams", () => {
  afterEach(endAll);

  describe('read from chunks', () => {
    for (const stream of cases) {
      it(stream.name, async () => {
        for (const [how, pieces] of divisions(bytesOf(stream))) {
          assert.deepEqual(await readAll(streamOf(pieces)), expected(stream), how);
        }
      });
    }
  });

  describe('read from a socket, and recorded', () => {
    for (const stream of cases) {
      it(stream.name, async () => {
        const server = await servePieces();
        const wire = testWire();
        const whole = bytesOf(stream);
        for (const [how, pieces] of divisions(whole)) {
          const received: Uint8Array[] = [];
          wire.traffic.records.length = 0;
          assert.deepEqual(await throughWire(server, wire, pieces, received), expected(stream), how);
          assert.deepEqual(Buffer.concat(received), Buffer.from(whole), how);
          assert.deepEqual(wire.traffic.received('sse'), Buffer.from(whole), how);
        }
      }).timeout(60_000);
    }
  });

  for (const [contentType, isStream] of mediaTypes) {
    it(`takes ${contentType} for ${isStream ? 'a stream' : 'something else'}`, async () => {
      const server = await servePieces();
      const wire = testWire();
      const body = Buffer.from('data:ok…\n\n');
      server.prepare(contentType, body.length);
      const response = await wire.fetch(server.url);
      server.write(body);
      assert.equal(await response.text(), body.toString());
      assert.deepEqual(wire.traffic.received(isStream ? 'sse' : 'http-response'), body);
      assert.equal(wire.traffic.received(isStream ? 'http-response' : 'sse').length, 0);
    });
  }
});
