import assert from 'node:assert/strict';
import fc from 'fast-check';
import { appendFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { ExternalMcpError } from '../../../../src/base/errors.ts';
import { Redactor } from '../../../../src/base/redact.ts';
import type { FileLog } from '../../../../src/traffic/exchangeFiles/fileLog.ts';
import type { TrafficLog } from '../../../../src/traffic/trafficLog.ts';
import type { SeqRange } from '../../../../src/traffic/trafficReader.ts';
import { appendCall, filterOf, newLog, nextTurn, record, text } from '../records.ts';
import { Files, jsonlOf } from './support.ts';

const HEADER = '{"format":"external-mcp-traffic","version":1}\n';

describe('FileLog', () => {
  const files = new Files();
  /** Of 20,000 entries, which take more than one slice. */
  let large = '';
  before(async () => (large = await jsonlOf(calls(5000))));
  after(() => files.dispose());

  it('opens nothing but recorded traffic, and says what to do instead', async () => {
    const wrong: [string, RegExp][] = [
      ['', /is not recorded traffic/],
      ['{"log":{"version":"1.2"}}\n', /is not recorded traffic/],
      ['not json\n', /is not recorded traffic/],
      ['null\n', /is not recorded traffic/],
      ['x'.repeat(200_000), /is not recorded traffic/],
      ['{"format":"external-mcp-traffic","version":2}\n', /newer version/],
    ];
    for (const [content, message] of wrong) {
      await assert.rejects(files.open(files.write(content)), (error) => {
        assert.ok(error instanceof ExternalMcpError);
        assert.equal(error.kind, 'config');
        assert.match(error.message, message);
        return true;
      });
    }
    await assert.rejects(files.open(files.path('none.mcptraffic')), /“none.mcptraffic” cannot be read: ENOENT/);
  });

  it('reads a file without entries, with or without a line end', async () => {
    for (const content of [HEADER, HEADER.trimEnd(), `\uFEFF${HEADER}`]) {
      const log = await files.read(content);
      assert.deepEqual([log.state, log.firstSeq, log.lastSeq, log.entries()], [{ kind: 'read' }, 1, 0, []]);
    }
  });

  it('leaves out lines that are no entries, counts them, and joins the pairs around them nevertheless', async () => {
    const lines = (await jsonlOf(calls(3))).split('\n');
    const good = lines[1] ?? '';
    const broken = [
      'x',
      '{}',
      '[]',
      'null',
      '"text"',
      '{"text":"x"}',
      good.slice(0, -5),
      '{"seq":1,"text":"',
      good.replace('"sent"', '"sideways"'),
      good.replace('"seq":1', '"seq":-1'),
      good.replace('"seq":1', '"seq":1e999'),
      good.replace('"time":', '"time":"x","t":'),
      good.replace('"time":', '"time":1e999,"t":'),
      good.replace('"bytes":', '"bytes":1.5,"b":'),
      good.replace('"part":"head"', '"part":"constructor"'),
      good.replace('"kind":"other"', '"kind":"__proto__"'),
      good.replace('"server":"alpha"', '"server":{}'),
      '{"update":99}',
      '{"update":0}',
    ];
    assert.ok(broken.every((line) => line !== good));
    const log = await files.read([...lines.slice(0, 5), ...broken, '', '\r', ...lines.slice(5)].join('\n'));
    assert.deepEqual([log.lastSeq, log.problems, log.state.kind], [12, { broken: broken.length, tooLong: 0 }, 'read']);
    assert.deepEqual(
      log.entries(filterOf('kind:response')).map(({ seq, pairedWith }) => [seq, pairedWith]),
      [
        [4, 2],
        [8, 6],
        [12, 10],
      ],
    );
  });

  it('points at nothing that is not where the file says', async () => {
    const [header, one = '', two = '', ...rest] = (await jsonlOf(calls(1))).split('\n');
    const log = await files.read([header, one, two.replace('"kind":"request"', '"kind":"odd"'), ...rest].join('\n'));
    assert.deepEqual([log.problems.broken, log.lastSeq], [1, 3]);
    assert.deepEqual(
      log.entries().map(({ pairedWith }) => pairedWith),
      [undefined, undefined, undefined],
    );
  });

  it('never throws, whatever is done to a file', async () => {
    const whole = Buffer.from(await jsonlOf(calls(2)));
    const change = fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 40 }), fc.uint8Array({ maxLength: 40 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        let content = whole;
        for (const [at, drop, put] of changes) {
          const start = Math.max(HEADER.length, at);
          content = Buffer.concat([content.subarray(0, start), put, content.subarray(start + drop)]);
        }
        const log = await files.read(content);
        assert.equal(log.state.kind, 'read');
        for (const { seq } of log.entries()) void [log.row(seq), log.chunkStarts(seq), log.jsonText(seq)];
        await jsonlOf(log);
        log.dispose();
      }),
    );
  });

  it('takes a last line without an end when it is whole, and waits for nothing when it is not', async () => {
    const content = (await jsonlOf(calls(1))).trimEnd();
    const whole = await files.read(content);
    assert.deepEqual([whole.lastSeq, whole.isCut], [4, false]);
    for (const cut of [1, 2, 3, 30, 120]) {
      const log = await files.read(content.slice(0, -cut));
      assert.deepEqual([log.lastSeq, log.problems.broken, log.state.kind], [3, 0, 'read'], `${cut} off`);
      assert.ok(log.isCut);
    }
  });

  it('reads lines that were saved with other line ends', async () => {
    const log = await files.read((await jsonlOf(calls(2))).replaceAll('\n', '\r\n'));
    assert.deepEqual([log.lastSeq, log.problems.broken], [8, 0]);
    assert.equal(text(log.entry(1)?.raw), 'POST /mcp\r\nhost: x\r\n\r\n');
  });

  it('reads bodies of any size, across all blocks', async () => {
    const sizes = [0, 1, 65_000, 65_536, 131_072, 262_144, 1_048_576, 5_000_000];
    const log = newLog();
    for (const size of sizes) log.append(record(`${size}${'é"\n'.repeat(size / 4)}`, { chunkStarts: [1] }));
    const file = await files.read(await jsonlOf(log));
    for (let seq = 1; seq <= sizes.length; seq += 1) {
      assert.ok(Buffer.from(file.entry(seq)?.raw ?? []).equals(Buffer.from(log.entry(seq)?.raw ?? [])), `entry ${seq}`);
      assert.deepEqual([file.entry(seq)?.size, file.chunkStarts(seq)], [log.entry(seq)?.size, [1]]);
    }
  });

  it('skips a line of more than 96 MiB and counts it', async () => {
    const [header = '', one = '', two = ''] = (await jsonlOf(calls(1))).split('\n');
    const path = files.write(`${header}\n${one}\n`);
    appendFileSync(path, `${two.slice(0, -2)}`);
    for (let megabyte = 0; megabyte < 97; megabyte += 1) appendFileSync(path, Buffer.alloc(1024 * 1024, 'x'));
    appendFileSync(path, `"}\n${two}\n`);
    const log = await files.open(path);
    await log.read();
    assert.deepEqual([log.lastSeq, log.problems], [2, { broken: 0, tooLong: 1 }]);
    assert.equal(log.entry(2)?.method, 'tools/call');
    rmSync(path);
  });

  it('tells of rows while it reads, in order and all of them, and how far it is', async () => {
    const log = await files.open(files.write(large));
    const ranges: SeqRange[] = [];
    const shares: number[] = [];
    log.onDidAppend((range) => ranges.push(range));
    log.onDidChangeState((state) => state.kind === 'reading' && shares.push(state.share));
    await log.read();
    assert.ok(ranges.length > 1, `${ranges.length} times`);
    assert.equal(ranges[0]?.first, 1);
    for (const [index, { first }] of ranges.entries())
      if (index > 0) assert.equal(first, (ranges[index - 1]?.last ?? 0) + 1);
    assert.equal(ranges.at(-1)?.last, 20_000);
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => a - b),
    );
    assert.equal(shares.at(-1), 1);
  });

  it('lets others have their turn while it reads', async () => {
    const log = await files.open(files.write(large));
    let turns = 0;
    const reading = log.read();
    while (log.state.kind === 'reading') {
      await nextTurn();
      turns += 1;
    }
    await reading;
    assert.ok(turns > 5, `${turns} turns`);
  });

  it('keeps what it has read when it is stopped', async () => {
    const log = await files.open(files.write(large));
    log.onDidAppend(() => log.stop());
    await log.read();
    assert.equal(log.state.kind, 'cancelled');
    assert.ok(log.lastSeq > 0 && log.lastSeq < 20_000, `${log.lastSeq} entries`);
    assert.equal(log.entry(log.lastSeq)?.seq, log.lastSeq);
    const before = await files.open(files.write(await jsonlOf(calls(1))));
    before.stop();
    await before.read();
    assert.deepEqual([before.state, before.lastSeq], [{ kind: 'cancelled', share: 0 }, 0]);
  });

  it('ends quietly when it is disposed of while it reads', async () => {
    const log = await files.open(files.write(large));
    log.onDidAppend(() => log.dispose());
    await log.read();
    assert.deepEqual([text(log.entry(1)?.raw), log.chunkStarts(1)], ['', []]);
    log.dispose();
  });

  it('says so when the file was cut or replaced while it was open, and does not break', async () => {
    const changes: ((path: string, content: string) => void)[] = [
      (path) => truncateSync(path, 100),
      (path, content) => writeFileSync(path, content.slice(7)),
      (path, content) => writeFileSync(path, 'x'.repeat(content.length)),
    ];
    for (const change of changes) {
      const content = await jsonlOf(calls(50));
      const log = await files.open(files.write(content));
      await log.read();
      change(log.path, content);
      assert.deepEqual([text(log.entry(50)?.raw), log.chunkStarts(50), log.row(50)?.seq], ['', [], 50]);
      assert.match(
        log.state.kind === 'failed' ? log.state.error.message : '',
        /was changed or removed while it was open/,
      );
      assert.equal(log.entries().length, 200);
    }
  });

  it('masks what the window knows as secret, and learns none from the file', async () => {
    const redactor = new Redactor();
    redactor.add('hunter22');
    const log = newLog();
    log.append(
      record('{"jsonrpc":"2.0","id":"hunter22","method":"hunter22"}', { server: 'hunter22', sessionId: 'hunter22' }),
    );
    log.append(record('x', { note: { rule: 'r', severity: 'info', message: 'LONG' } }));
    const content = (await jsonlOf(log, { withSecrets: true })).replace('LONG', `${'x'.repeat(1020)}hunter22`);
    assert.ok(content.includes('hunter22'));
    const file = await files.read(content, redactor);
    const seen = JSON.stringify([
      ...file.entries().map((entry) => [entry, text(entry.raw)]),
      file.row(1),
      file.jsonText(1),
    ]);
    assert.ok(!seen.includes('hunt'), seen);
    assert.ok(!(await jsonlOf(file, { redactor })).includes('hunt'));
  });

  it('gives out copies, of what cannot be read too', async () => {
    const lines = (await jsonlOf(calls(1))).split('\n');
    const file = await files.read(lines.map((line) => line.replace('"text":"', '"text":"\\x')).join('\n'));
    const first = text(file.entry(1)?.raw);
    assert.ok(first.startsWith('{"seq":1,'), first);
    file.entry(1)?.raw.fill(0);
    assert.equal(text(file.entry(1)?.raw), first);
    assert.equal(file.entry(1)?.raw.constructor, Uint8Array);
  });

  it('holds no bodies: 90 bytes an entry and the texts, of which there are few', async () => {
    const log = newLog();
    for (let id = 0; id < 2048; id += 1) appendCall(log, id, 'x'.repeat(500));
    const file = await files.read(await jsonlOf(log));
    assert.equal(file.lastSeq, 8192);
    assert.ok(file.byteSize < 8192 * 90 + 5000, `${file.byteSize} bytes`);
  });

  it('finds the last change of entries that a recording tells of', async () => {
    const content = await jsonlOf(calls(1));
    const update = {
      update: 2,
      method: 'ping',
      mark: 'unanswered',
      connectMs: 2,
      endMs: 9.5,
      notes: [{ rule: 'r', severity: 'error', message: 'm' }],
    };
    const log = await files.read(`${content}{"update":2,"mark":"late"}\n${JSON.stringify(update)}\n`);
    const { method, label, mark, timing, notes } = { method: log.entry(2)?.method, ...row(log, 2) };
    assert.deepEqual(
      [method, label, mark, timing, notes],
      ['ping', 'ping', 'unanswered', { connectMs: 2, answerMs: 5.25, endMs: 9.5 }, { count: 1, severity: 'error' }],
    );
    assert.equal(log.entry(2)?.tool, undefined);
    assert.equal(text(log.entry(2)?.raw).includes('tools/call'), true);
  });
});

function row(log: FileLog, seq: number): NonNullable<ReturnType<FileLog['row']>> {
  const found = log.row(seq);
  assert.ok(found);
  return found;
}

function calls(count: number): TrafficLog {
  const log = newLog();
  for (let id = 0; id < count; id += 1) appendCall(log, id);
  return log;
}
