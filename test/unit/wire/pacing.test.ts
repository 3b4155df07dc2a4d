import assert from 'node:assert/strict';
import { systemClock, type Clock } from '../../../src/base/clock.ts';
import { SLICE_BYTES, PAUSE_ABOVE_BYTES } from '../../../src/wire/pace.ts';
import { PacedBody } from '../../../src/wire/pacedBody.ts';
import { serveRaw } from '../../servers/serve.ts';
import { atEnd, endAll, MB, testWire } from './support.ts';

/** A clock on which each look takes three milliseconds. */
function slowClock(): Clock {
  let time = 0;
  return { ...systemClock, now: () => (time += 3) };
}

function body(clock: Clock): { paced: PacedBody; events: string[] } {
  const events: string[] = [];
  const paced = new PacedBody(clock, {
    pause: () => void events.push('pause'),
    resume: () => void events.push('resume'),
    abort: () => void events.push('abort'),
  });
  return { paced, events };
}

async function turn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

describe('wire: pace of a body', () => {
  afterEach(endAll);

  it('hands over slices of 16 KB at most, and all of it', async () => {
    for (const type of ['application/json', 'text/event-stream']) {
      const text = `data: ${'x'.repeat(3 * MB)}\n\n`;
      const server = await serveRaw(
        (_request, response) => void response.writeHead(200, { 'content-type': type }).end(text),
      );
      atEnd(() => server.close());
      const response = await testWire().fetch(server.url);
      const slices: Uint8Array[] = [];
      for await (const slice of response.body ?? []) slices.push(slice);
      assert.ok(slices.length >= text.length / SLICE_BYTES);
      assert.ok(slices.every(({ length }) => length <= SLICE_BYTES));
      assert.equal(Buffer.concat(slices).toString(), text);
    }
  });

  it('hands small chunks over together, in their order', async () => {
    const { paced } = body(systemClock);
    const whole = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
    for (let index = 0; index < whole.length; index += 1) paced.push(whole.subarray(index, index + 1));
    paced.push(new Uint8Array(SLICE_BYTES + 1));
    paced.end();
    const slices: Uint8Array[] = [];
    for await (const slice of paced.stream) slices.push(slice);
    assert.equal(slices.length, Math.ceil(whole.length / SLICE_BYTES) + 2);
    assert.ok(slices.every(({ length }) => length <= SLICE_BYTES));
    assert.deepEqual(Buffer.concat(slices), Buffer.concat([whole, Buffer.alloc(SLICE_BYTES + 1)]));
  });

  it('gives the event loop a turn after 8 ms of handing over', async () => {
    const { paced } = body(slowClock());
    paced.push(new Uint8Array(100 * SLICE_BYTES));
    paced.end();
    let turns = 0;
    let reading = true;
    const count = (): void => {
      turns += 1;
      if (reading) setImmediate(count);
    };
    setImmediate(count);
    let slices = 0;
    for await (const slice of paced.stream) slices += slice.length > 0 ? 1 : 0;
    reading = false;
    assert.equal(slices, 100);
    // Three milliseconds a slice: a turn for each three of them.
    assert.ok(turns >= 30, `${turns} turns`);
  });

  it('pauses the source while too much waits, and resumes it from a task of its own', async () => {
    const { paced, events } = body(systemClock);
    for (let pushed = 0; pushed <= PAUSE_ABOVE_BYTES; pushed += SLICE_BYTES) paced.push(new Uint8Array(SLICE_BYTES));
    assert.deepEqual(events, ['pause']);
    const reader = paced.stream.getReader();
    for (let taken = 0; taken < PAUSE_ABOVE_BYTES / 4; taken += SLICE_BYTES) await reader.read();
    await turn();
    assert.deepEqual(events, ['pause'], 'more than half still waits');
    for (let taken = 0; taken <= PAUSE_ABOVE_BYTES / 2; taken += SLICE_BYTES) await reader.read();
    await turn();
    assert.deepEqual(events, ['pause', 'resume']);
  });

  it('delivers what came before a failure, then the failure', async () => {
    const { paced } = body(systemClock);
    paced.push(Uint8Array.of(1, 2));
    paced.end(new Error('broke'));
    const reader = paced.stream.getReader();
    assert.deepEqual((await reader.read()).value, Uint8Array.of(1, 2));
    await assert.rejects(reader.read(), /broke/);
  });

  it('gives all of it as text once it has come, in a turn of its own, and the source goes on', async () => {
    const { paced, events } = body(systemClock);
    const text = paced.text();
    setImmediate(() => void events.push('turn'));
    paced.push(Buffer.alloc(PAUSE_ABOVE_BYTES + 1, 'ü'));
    paced.push(Buffer.from('!'));
    paced.end();
    assert.equal(await text, `${'ü'.repeat(PAUSE_ABOVE_BYTES / 2)}\ufffd!`);
    await turn();
    assert.deepEqual(events, ['pause', 'turn', 'resume']);
    assert.ok(paced.stream.locked);
  });

  it('gives no text of what broke off', async () => {
    const { paced } = body(systemClock);
    const text = paced.text();
    paced.push(Uint8Array.of(1, 2));
    paced.end(new Error('broke'));
    await assert.rejects(text, /broke/);
  });

  it('reads JSON as any response does: once, from a clone too, and without a byte order mark', async () => {
    const server = await serveRaw(
      (_request, response) =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end('\ufeff{"a":"ü"}'),
    );
    atEnd(() => server.close());
    const { fetch } = testWire();
    const response = await fetch(server.url);
    assert.deepEqual(await response.json(), { a: 'ü' });
    await assert.rejects(response.json(), TypeError);
    const cloned = await fetch(server.url);
    assert.deepEqual(await cloned.clone().json(), { a: 'ü' });
    assert.deepEqual(await cloned.json(), { a: 'ü' });
    const read = await fetch(server.url);
    await read.text();
    await assert.rejects(read.json(), TypeError);
  });

  it('holds a server back whose reader is slow, and loses nothing', async () => {
    const text = `${`data: ${'y'.repeat(1000)}\n\n`.repeat(4000)}`;
    const server = await serveRaw((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);
    });
    atEnd(() => server.close());
    const wire = testWire();
    const response = await wire.fetch(server.url);
    for (let turns = 0; turns < 50; turns += 1) await turn();
    const waiting = wire.traffic.received('sse').length;
    // A read from the socket may be as large as 64 KB, and one more may be under way.
    assert.ok(waiting < PAUSE_ABOVE_BYTES + 4 * 65_536, `${waiting} bytes read ahead`);
    assert.equal(await response.text(), text);
    assert.equal(wire.traffic.received('sse').toString(), text);
  });
});
