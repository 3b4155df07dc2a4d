import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Redactor } from '../../../../src/base/redact.ts';
import type { TrafficReader } from '../../../../src/traffic/trafficReader.ts';
import {
  appendCall,
  bytes,
  event,
  filterOf,
  headsOf,
  newLog,
  nextTurn,
  record,
  requestHead,
  responseHead,
  rpc,
} from '../records.ts';
import { steps } from './randomTraffic.ts';
import { entriesIn, Files, jsonlOf } from './support.ts';

describe('Exported traffic', () => {
  const files = new Files();
  after(() => files.dispose());

  it('begins with a header and has a line for each entry with all that is known of it', async () => {
    const log = newLog();
    const [, request = 0] = appendCall(log, 7);
    log.reach(1, 'connected', 1001.1);
    log.reach(1, 'ended', 1010);
    log.addNotes(request, [{ rule: 'r', severity: 'warning', message: 'odd', section: 'Base, 2' }]);
    log.append(record('a\nb', { chunkStarts: [1, 2], offset: 12, sessionId: 's', direction: 'sent' }));
    const lines = (await jsonlOf(log)).split('\n');
    assert.equal(lines[0], '{"format":"external-mcp-traffic","version":1}');
    assert.equal(
      lines[2],
      '{"seq":2,"time":1000,"server":"alpha","direction":"sent","channel":"http-request","part":"content","kind":"request",' +
        '"origin":"user","exchange":1,"pairedWith":4,"durationMs":5.25,"method":"tools/call","tool":"echo","rpcId":7,' +
        '"connectMs":1.1,"firstByteMs":3,"endMs":10,"notes":[{"rule":"r","severity":"warning","message":"odd",' +
        '"section":"Base, 2"}],"bytes":71,"text":"{\\"jsonrpc\\":\\"2.0\\",\\"id\\":7,\\"method\\":\\"tools/call\\",' +
        '\\"params\\":{\\"name\\":\\"echo\\"}}"}',
    );
    assert.equal(
      lines[5],
      '{"seq":5,"time":1700000000000,"server":"alpha","direction":"sent","channel":"stdio","part":"content","kind":"other",' +
        '"origin":"user","sessionId":"s","offset":12,"bytes":3,"chunkStarts":[1,2],"text":"a\\nb"}',
    );
    assert.deepEqual(lines.slice(6), ['']);
  });

  it('is the same in memory and in a file that was read in', async () => {
    const log = newLog();
    appendCall(log, 1);
    log.append(requestHead('GET /mcp\r\n\r\n', { exchange: 2 }));
    log.append(responseHead(404, 'content-type: text/plain\r\n', { exchange: 2 }));
    log.append(record('began', { part: 'boundary', channel: 'process', direction: 'internal' }));
    log.append(record(JSON.stringify(rpc({ id: 99, result: {} }))));
    for (const id of [4, 5]) log.append(record(JSON.stringify(rpc({ id, method: 'ping' })), { direction: 'sent' }));
    log.append(record(JSON.stringify([4, 5].map((id) => rpc({ id, result: {} })))));
    log.append(record(Uint8Array.of(0xff, 0, 0xed, 0xa0, 0x80), { chunkStarts: [3] }));
    const file = await files.read(await jsonlOf(log));
    assert.deepEqual(everythingIn(file), everythingIn(log));
    assert.deepEqual(file.problems, { broken: 0, tooLong: 0 });
  });

  it('is byte for byte what is exported again after it was read in, whatever was in it', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (of, withSecrets) => {
        const redactor = new Redactor();
        redactor.add('alpha');
        redactor.addPatterns(['ping*a']);
        const log = newLog({ redactor });
        for (const step of of) step(log);
        const first = await jsonlOf(log, { redactor, withSecrets });
        const file = await files.read(first, withSecrets ? undefined : redactor);
        assert.equal(file.lastSeq, log.lastSeq);
        assert.equal(await jsonlOf(file, { redactor, withSecrets }), first);
        file.dispose();
        log.dispose();
      }),
    );
  });

  it('gives back every byte of every entry', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.uint8Array(), fc.string({ unit: 'binary' }).map(bytes))),
        async (bodies) => {
          const log = newLog();
          for (const body of bodies) log.append(record(body));
          const file = await files.read(await jsonlOf(log));
          assert.deepEqual(
            file.entries().map(({ raw }) => new Uint8Array(raw)),
            bodies.map((body) => new Uint8Array(body)),
          );
          file.dispose();
          log.dispose();
        },
      ),
    );
  });

  it('writes text as text, with its byte order mark, NULs and line ends, and other bytes as base64', async () => {
    const log = newLog();
    log.append(record('\uFEFFa\0\r\n"\u2028😀'));
    log.append(record(Uint8Array.of(0xed, 0xa0, 0xbd)));
    const entries = entriesIn(await jsonlOf(log));
    assert.deepEqual([entries[0]?.['text'], entries[1]?.['text']], ['\uFEFFa\0\r\n"\u2028😀', undefined]);
    assert.equal(entries[1]?.['base64'], '7aC9');
  });

  it('is not half of what was asked for where an expression does not come to an end', async () => {
    const log = newLog();
    for (let count = 0; count < 3; count += 1) log.append(record(`${'a'.repeat(40)}!`));
    await assert.rejects(jsonlOf(log, { filter: filterOf('/(a+)+"/') }), /takes too long/);
  });

  it('has the entries of one server and a time', async () => {
    const log = newLog();
    for (const server of ['alpha', 'beta'])
      for (const time of [1000, 2000, 3000]) log.append(record('x', { server, time }));
    const text = await jsonlOf(log, { server: 'beta', from: 2000, to: 2500 });
    assert.deepEqual(
      entriesIn(text).map(({ server, time }) => [server, time]),
      [['beta', 2000]],
    );
  });

  it('has the entries that pass a filter, counted anew, and points at no others', async () => {
    const log = newLog();
    appendCall(log, 1, 'first');
    appendCall(log, 2, 'second');
    const calls = await jsonlOf(log, { filter: filterOf('tool:second -kind:other') });
    assert.deepEqual(
      entriesIn(calls).map(({ seq, kind, pairedWith }) => [seq, kind, pairedWith]),
      [
        [1, 'request', 2],
        [2, 'response', 1],
      ],
    );
    log.append(event(rpc({ method: 'notifications/message' }), { exchange: 2 }));
    log.append(event(rpc({ method: 'notifications/message' }), { exchange: 1 }));
    const inCalls = await jsonlOf(log, { filter: filterOf('tool:second -kind:other') });
    assert.deepEqual(
      entriesIn(inCalls).map(({ call }) => call),
      [undefined, undefined, 1],
    );
    const outside = await jsonlOf(log, { filter: filterOf('kind:notification') });
    assert.deepEqual(
      entriesIn(outside).map(({ seq, call }) => [seq, call]),
      [
        [1, undefined],
        [2, undefined],
      ],
    );
    const requests = await files.read(await jsonlOf(log, { filter: filterOf('kind:request') }));
    assert.deepEqual(
      [1, 2].map((seq) => [
        requests.entry(seq)?.pairedWith,
        requests.row(seq)?.isPending,
        requests.row(seq)?.durationMs,
      ]),
      [
        [undefined, undefined, 5.25],
        [undefined, undefined, 5.25],
      ],
      'answered, though the answer is not there',
    );
  });

  it('has of the calls that a batch answers those that are in it', async () => {
    const log = newLog();
    for (const id of [1, 2, 3]) {
      const message = rpc({ id, method: id === 2 ? 'ping' : 'tools/call', params: { name: `tool${id}` } });
      log.append(record(JSON.stringify(message), { direction: 'sent', time: id }));
    }
    log.append(record(JSON.stringify([1, 2, 3].map((id) => rpc({ id, result: {} }))), { time: 10 }));
    const all = entriesIn(await jsonlOf(log));
    assert.deepEqual([all[3]?.['pairedWith'], all[3]?.['alsoAnswers'], all[3]?.['durationMs']], [1, [2, 3], 9]);
    const some = await jsonlOf(log, { from: 2 });
    const file = await files.read(some);
    assert.deepEqual(
      file.entries().map(({ pairedWith, durationMs }) => [pairedWith, durationMs]),
      [
        [3, 8],
        [3, 7],
        [undefined, 9],
      ],
    );
    assert.equal(await jsonlOf(file), some);
  });

  it('is of one moment: what comes later is left out, what is dropped meanwhile is not', async () => {
    const log = newLog({ maxBytes: 1_000_000 });
    for (let index = 0; index < 500; index += 1) log.append(record(`${index} ${'x'.repeat(500)}`));
    const exported = jsonlOf(log, {
      onProgress: () => {
        for (let index = 0; index < 5000; index += 1) log.append(record('later'));
      },
    });
    const first = log.firstSeq;
    const entries = entriesIn(await exported);
    assert.ok(log.firstSeq > 500);
    assert.equal(entries.length, 501 - first);
    assert.ok(String(entries.at(-1)?.['text']).startsWith('499 '));
  });

  it('tells how far it is and ends at 1', async () => {
    const log = newLog();
    for (let index = 0; index < 1000; index += 1) log.append(record('x'.repeat(500)));
    const shares: number[] = [];
    await jsonlOf(log, { onProgress: (share) => shares.push(share) });
    assert.ok(shares.length > 3);
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => a - b),
    );
    assert.equal(shares.at(-1), 1);
  });

  it('ends with the reason when it is cancelled', async () => {
    const log = newLog();
    for (let index = 0; index < 1000; index += 1) log.append(record('x'.repeat(500)));
    const controller = new AbortController();
    const exported = jsonlOf(log, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await assert.rejects(exported, { message: 'enough' });
  });

  it('lets others have their turn', async () => {
    const log = newLog();
    for (let index = 0; index < 20_000; index += 1) log.append(record('x'.repeat(100)));
    let turns = 0;
    let isDone = false;
    const exported = jsonlOf(log).finally(() => (isDone = true));
    while (!isDone) {
      await nextTurn();
      turns += 1;
    }
    await exported;
    assert.ok(turns > 5, `${turns} turns`);
  });
});

function everythingIn(log: TrafficReader): unknown[] {
  return Array.from({ length: log.lastSeq }, (_, index) => {
    const seq = index + 1;
    const entry = log.entry(seq);
    const raw = entry === undefined ? undefined : new Uint8Array(entry.raw);
    return [{ ...entry, raw }, log.row(seq), log.chunkStarts(seq), log.jsonText(seq), headsOf(log, seq)];
  });
}
