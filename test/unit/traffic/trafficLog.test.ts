import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SeqRange } from '../../../src/traffic/trafficReader.ts';
import {
  appendCall,
  bytes,
  filterOf,
  headsOf,
  newLog,
  nextTurn,
  once,
  record,
  requestHead,
  responseHead,
  text,
} from './records.ts';

describe('TrafficLog', () => {
  it('gives back what was recorded', () => {
    const log = newLog();
    log.append({
      time: 1_700_000_000_000.125,
      server: 'alpha',
      direction: 'received',
      channel: 'sse',
      part: 'content',
      origin: 'plugin',
      exchange: 4,
      sessionId: 's-1',
      status: 200,
      offset: 5_000_000_000,
      raw: new TextEncoder().encode('data: x\n\n'),
      note: { rule: 'wire.cut', severity: 'warning', message: 'Cut off here' },
    });
    assert.deepEqual(log.entries(), [
      {
        seq: 1,
        time: 1_700_000_000_000.125,
        server: 'alpha',
        direction: 'received',
        channel: 'sse',
        kind: 'other',
        origin: 'plugin',
        exchange: 4,
        sessionId: 's-1',
        status: 200,
        offset: 5_000_000_000,
        size: 9,
        raw: new Uint8Array(Buffer.from('data: x\n\n')),
        notes: [{ rule: 'wire.cut', severity: 'warning', message: 'Cut off here' }],
      },
    ]);
  });

  it('copies the bytes in and out', () => {
    const log = newLog();
    const raw = new TextEncoder().encode('one');
    log.append(record(raw));
    raw.fill(0);
    log.entry(1)?.raw.fill(0);
    assert.equal(text(log.entry(1)?.raw), 'one');
  });

  it('keeps large bytes that were given away, counts them, and gives out copies all the same', () => {
    const log = newLog();
    const before = log.byteSize;
    const raw = new Uint8Array(3_000_000).fill(0x61);
    log.append(record('first'));
    log.append(record(raw, { mayKeep: true, chunkStarts: [5, 70_000] }));
    log.append(record('behind', { chunkStarts: [3] }));
    const { byteSize } = log;
    assert.ok(byteSize - before > raw.length && byteSize - before < raw.length + 2_000_000, `${byteSize} bytes`);
    assert.deepEqual(
      [1, 2, 3].map((seq) => log.chunkStarts(seq)),
      [[], [5, 70_000], [3]],
    );
    assert.deepEqual([text(log.entry(1)?.raw), text(log.entry(3)?.raw)], ['first', 'behind']);
    log.entry(2)?.raw.fill(0);
    assert.ok(log.entry(2)?.raw.every((byte) => byte === 0x61));
    raw.fill(0x62);
    assert.equal(log.entry(2)?.raw[0], 0x62, 'not a copy');
  });

  it('copies small bytes that were given away', () => {
    const log = newLog();
    const raw = bytes('one');
    log.append(record(raw, { mayKeep: true, chunkStarts: [2] }));
    raw.fill(0);
    assert.deepEqual([text(log.entry(1)?.raw), log.chunkStarts(1)], ['one', [2]]);
  });

  it('says of heads that they are rebuilt, and counts no bytes of theirs', () => {
    const log = newLog();
    log.append(requestHead('POST /mcp\r\nhost: x\r\n\r\n'));
    const entry = log.entry(1);
    assert.deepEqual(
      [entry?.size, entry?.notes[0]?.rule, text(entry?.raw)],
      [0, 'wire.reconstructed', 'POST /mcp\r\nhost: x\r\n\r\n'],
    );
  });

  it('keeps where the chunks began', () => {
    const log = newLog();
    const starts = Array.from({ length: 10_000 }, (_, index) => index + 1);
    log.append(record('x'.repeat(20_000), { chunkStarts: starts }));
    log.append(record('abc', { chunkStarts: [2] }));
    log.append(record('abc'));
    assert.deepEqual(log.chunkStarts(1), starts);
    assert.deepEqual([log.chunkStarts(2), log.chunkStarts(3), log.chunkStarts(4)], [[2], [], []]);
    assert.equal(text(log.entry(2)?.raw), 'abc');
  });

  it('gives the heads of an exchange, wherever they lie', () => {
    const log = newLog();
    appendCall(log, 1);
    appendCall(log, 2);
    for (const seq of [1, 2, 3, 4]) {
      assert.deepEqual(headsOf(log, seq), [
        { title: 'POST /mcp', lines: [{ name: 'host', value: 'x' }] },
        { title: '200', lines: [{ name: 'content-type', value: 'text/event-stream; charset=utf-8' }] },
      ]);
    }
    log.append(record('no exchange'));
    assert.deepEqual([headsOf(log, 9), headsOf(log, 100)], [[], []]);
  });

  it('pages through the entries that pass a filter', () => {
    const log = newLog();
    for (let id = 0; id < 30; id += 1) appendCall(log, id);
    log.append(record('x', { server: 'beta' }));
    const filter = filterOf('server:alpha');
    assert.equal(log.entries(filter).length, 120);
    assert.deepEqual(
      log.entries(filter, { after: 117, limit: 2 }).map((entry) => entry.seq),
      [118, 119],
    );
    assert.deepEqual(
      log.entries(filter, { after: 119 }).map((entry) => entry.seq),
      [120],
    );
    assert.deepEqual([log.entries(undefined, { after: 500 }), log.entries(undefined, { limit: 0 })], [[], []]);
  });

  it('has no entry for a number it never gave or that is no number', () => {
    const log = newLog();
    log.append(record('x'));
    assert.deepEqual(
      [0, -1, 2, 1.5, Number.NaN, Infinity].map((seq) => log.entry(seq)),
      Array(6).fill(undefined),
    );
  });

  it('goes on counting after it was cleared', async () => {
    const log = newLog();
    log.append(record('x'));
    await nextTurn();
    const dropped = once(log.onDidDrop);
    log.clear();
    assert.deepEqual([log.firstSeq, log.lastSeq, log.byteSize, log.entries().length], [2, 1, 0, 0]);
    assert.deepEqual(await dropped, { first: 1, last: 1 });
    log.append(record('y'));
    assert.deepEqual([log.firstSeq, log.entry(2)?.seq], [2, 2]);
  });

  it('tells once per turn of the event loop what came', async () => {
    const log = newLog();
    const told: SeqRange[] = [];
    log.onDidAppend((range) => told.push(range));
    for (let index = 0; index < 5; index += 1) log.append(record('x'));
    await Promise.resolve();
    log.append(record('x'));
    assert.deepEqual(told, []);
    await nextTurn();
    log.append(record('x'));
    await nextTurn();
    assert.deepEqual(told, [
      { first: 1, last: 6 },
      { first: 7, last: 7 },
    ]);
  });

  it('tells nobody once it is disposed of', async () => {
    const log = newLog();
    log.onDidAppend(() => assert.fail('told after the end'));
    log.append(record('x'));
    log.dispose();
    await nextTurn();
    assert.equal(log.byteSize, 0);
  });

  it('drops what is older for one record that is larger than the budget', () => {
    const log = newLog({ maxBytes: 1_000_000 });
    for (let index = 0; index < 200; index += 1) log.append(record('x'.repeat(1000)));
    log.append(record('y'.repeat(3_000_000)));
    assert.equal(log.entry(log.lastSeq)?.size, 3_000_000);
    log.append(record('z'));
    assert.deepEqual([log.firstSeq, log.lastSeq, log.byteSize < 1_000_000], [202, 202, true]);
  });

  it('lets hostile names die with the entries they came with', () => {
    const log = newLog({ maxBytes: 1_000_000 });
    for (let index = 0; index < 3000; index += 1) {
      const name = `${index}-${'n'.repeat(900)}`;
      log.append(record(JSON.stringify({ jsonrpc: '2.0', id: name, method: name }), { sessionId: name }));
      assert.ok(log.byteSize <= 1_000_000);
    }
  });

  it('cuts names and ids of more than 1,024 characters, but not the bytes', () => {
    const log = newLog();
    const long = 'm'.repeat(5000);
    const body = JSON.stringify({ jsonrpc: '2.0', id: long, method: 'tools/call', params: { name: long } });
    log.append(record(body));
    const entry = log.entry(1);
    assert.deepEqual([entry?.tool?.length, String(entry?.rpcId).length, entry?.size], [1024, 1024, body.length]);
  });

  it('keeps its budget and the newest entries under any sequence of records', () => {
    const size = fc.oneof({ weight: 8, arbitrary: fc.nat(600) }, { weight: 1, arbitrary: fc.nat(60_000) });
    const step = fc.record({ size, chunks: fc.nat(5), server: fc.string({ maxLength: 20 }), isHead: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 50, maxLength: 600 }),
        fc.integer({ min: 20_000, max: 200_000 }),
        (steps, maxBytes) => {
          const log = newLog({ maxBytes });
          const kept: { size: number; server: string; chunks: number[] }[] = [];
          for (const [index, { size: bytes, chunks, server, isHead }] of steps.entries()) {
            const chunkStarts = Array.from({ length: chunks }, (_, n) => n + 1);
            const raw = new Uint8Array(bytes).fill(index % 251);
            log.append(
              record(raw, {
                server,
                chunkStarts,
                channel: isHead ? 'http-response' : 'stdio',
                part: isHead ? 'head' : 'content',
              }),
            );
            kept.push({ size: bytes, server, chunks: chunkStarts });
            // Only the segment being written may stand alone above the budget, and it takes no more than this.
            assert.ok(log.byteSize <= Math.max(maxBytes, 4 * 4096 + 65_000 + bytes), `${log.byteSize} bytes`);
            assert.equal(log.lastSeq, index + 1);
          }
          const entries = log.entries();
          assert.deepEqual(
            entries.map((entry) => entry.seq),
            Array.from({ length: log.lastSeq - log.firstSeq + 1 }, (_, n) => log.firstSeq + n),
          );
          for (const entry of entries) {
            const expected = kept[entry.seq - 1];
            assert.equal(entry.raw.length, expected?.size);
            assert.ok(entry.raw.every((byte) => byte === (entry.seq - 1) % 251));
            assert.equal(entry.server, expected?.server);
            assert.deepEqual(log.chunkStarts(entry.seq), expected?.chunks);
          }
          log.clear();
          assert.equal(log.byteSize, 0);
          log.dispose();
        },
      ),
      { numRuns: 30 },
    );
  });

  it('never throws, whatever the record', () => {
    const log = newLog({ maxBytes: 100_000 });
    const hostile = fc.record(
      {
        time: fc.double(),
        server: fc.string({ unit: 'binary', maxLength: 3000 }),
        direction: fc.constantFrom('sent', 'received', 'internal'),
        channel: fc.constantFrom('http-request', 'http-response', 'sse', 'stdio', 'process'),
        part: fc.constantFrom('head', 'content'),
        origin: fc.constantFrom('user', 'api', 'plugin', 'health', 'internal'),
        exchange: fc.integer(),
        sessionId: fc.string({ unit: 'binary' }),
        status: fc.integer(),
        offset: fc.double(),
        raw: fc.uint8Array({ maxLength: 2000 }),
        chunkStarts: fc.array(fc.integer()),
      },
      { requiredKeys: ['time', 'server', 'direction', 'channel', 'part', 'origin', 'raw'] },
    );
    fc.assert(
      fc.property(hostile, (given) => {
        log.append(given);
        const { lastSeq } = log;
        assert.deepEqual(log.entry(lastSeq)?.raw.length, given.raw.length);
        assert.notEqual(log.row(lastSeq), undefined);
        headsOf(log, lastSeq);
        log.jsonText(lastSeq);
      }),
    );
    log.dispose();
  });

  it('gives different numbers to exchanges', () => {
    const log = newLog();
    assert.equal(new Set(Array.from({ length: 100 }, () => log.nextExchange())).size, 100);
  });

  it('shows a status of a head', () => {
    const log = newLog();
    log.append(responseHead(404, ''));
    assert.equal(log.entry(1)?.status, 404);
  });
});
