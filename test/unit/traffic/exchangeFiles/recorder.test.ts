import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import fc from 'fast-check';
import { systemClock } from '../../../../src/base/clock.ts';
import { ExternalMcpError } from '../../../../src/base/errors.ts';
import { Redactor } from '../../../../src/base/redact.ts';
import { Recorder } from '../../../../src/traffic/exchangeFiles/recorder.ts';
import type { TrafficLog } from '../../../../src/traffic/trafficLog.ts';
import { appendCall, newLog, nextTurn, once, record, requestBody, rpc, text } from '../records.ts';
import { steps } from './randomTraffic.ts';
import { entriesIn, Files, jsonlOf } from './support.ts';

describe('Recorder', () => {
  const files = new Files();
  after(() => files.dispose());

  function start(
    log: TrafficLog,
    path = files.path(),
    clock = systemClock,
    redactor = new Redactor(),
  ): Promise<Recorder> {
    return Recorder.start(log, { path, redactor, clock });
  }

  it('writes what comes while it is on, and nothing from before or behind', async () => {
    const log = newLog();
    appendCall(log, 1);
    const recorder = await start(log);
    appendCall(log, 2);
    log.append(record('last'));
    const stopped = recorder.stop();
    log.append(record('too late'));
    await stopped;
    log.append(record('far too late'));
    const file = await files.read(readFileSync(recorder.path));
    assert.deepEqual([file.lastSeq, recorder.count, file.problems.broken], [5, 5, 0]);
    assert.deepEqual([file.entry(2)?.rpcId, file.entry(4)?.pairedWith, text(file.entry(5)?.raw)], [2, 2, 'last']);
  });

  it('gives a file that reads as what was in the log, whatever came when', async () => {
    const log = newLog();
    const recorder = await start(log);
    appendCall(log, 1);
    log.append(requestBody(rpc({ id: 5, method: 'tools/call', params: { name: 'slow' } }), { exchange: 9, time: 5 }));
    await written(recorder, 5);
    // All of this is about entries that are in the file already.
    log.reach(9, 'connected', 7);
    log.append(record(JSON.stringify(rpc({ id: 5, result: {} })), { exchange: 9, time: 30, channel: 'http-response' }));
    log.reach(9, 'ended', 31);
    log.addNotes(2, [{ rule: 'r', severity: 'warning', message: 'odd', section: 'Base, 2' }]);
    await written(recorder, 6);
    log.append(requestBody(rpc({ id: 6, method: 'ping' })));
    for (const id of [7, 8]) log.append(requestBody(rpc({ id, method: 'ping' }), { exchange: id, time: id }));
    log.append(record(JSON.stringify([7, 8].map((id) => rpc({ id, result: {} }))), { exchange: 8, time: 32 }));
    log.append(record('gone', { part: 'end', channel: 'process', direction: 'internal' }));
    await recorder.stop();
    const file = await files.read(readFileSync(recorder.path));
    assert.equal(await jsonlOf(file), await jsonlOf(log));
    assert.equal(file.row(7)?.mark, 'unanswered');
  });

  it('gives a file that reads as what was in the log, whatever it was', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat({ max: 30 }), async (of, pause) => {
        const log = newLog();
        const recorder = await start(log);
        for (const step of of.slice(0, pause)) step(log);
        // What comes behind it may change entries that are written.
        await written(recorder, log.lastSeq);
        for (const step of of.slice(pause)) step(log);
        await recorder.stop();
        const file = await files.read(readFileSync(recorder.path));
        assert.equal(await jsonlOf(file), await jsonlOf(log));
        file.dispose();
        log.dispose();
      }),
    );
  });

  it('tells a time of 0 that comes later from none', async () => {
    const log = newLog();
    const recorder = await start(log);
    log.append(requestBody(rpc({ id: 1, method: 'ping' }), { exchange: 1, time: 5 }));
    await written(recorder, 1);
    log.reach(1, 'connected', 5);
    await recorder.stop();
    const file = await files.read(readFileSync(recorder.path));
    assert.equal(file.row(1)?.timing?.connectMs, 0);
  });

  it('says what entries have come to be while it goes on, a second later, once, and of no others', async () => {
    const log = newLog();
    let due = (): void => {};
    const clock = {
      ...systemClock,
      after: (_ms: number, task: () => void) => {
        due = task;
        return { dispose() {} };
      },
    };
    const recorder = await start(log, undefined, clock);
    appendCall(log, 1);
    await written(recorder, 4);
    const changed = once(log.onDidChange);
    log.addNotes(1, [{ rule: 'a', severity: 'info', message: 'first' }]);
    log.addNotes(1, [{ rule: 'b', severity: 'info', message: 'second' }]);
    log.addNotes(4, [{ rule: 'b', severity: 'info', message: 'second' }]);
    await changed;
    due();
    await until(() => readFileSync(recorder.path, 'utf8').includes('update'));
    const changedAgain = once(log.onDidChange);
    log.addNotes(1, [{ rule: 'b', severity: 'info', message: 'third' }]);
    await changedAgain;
    await recorder.stop();
    const updates = entriesIn(readFileSync(recorder.path, 'utf8')).filter((line) => 'update' in line);
    assert.deepEqual(
      updates.map(({ update, notes }) => [update, Array.isArray(notes) ? notes.length : 0]),
      [
        [1, 2],
        [4, 1],
        [1, 3],
      ],
    );
  });

  it('says how many entries are missing when the log dropped them before they could be written', async () => {
    const log = newLog({ maxBytes: 1_000_000 });
    const recorder = await start(log);
    appendCall(log, 1);
    await written(recorder, 4);
    for (let index = 0; index < 5000; index += 1) log.append(record(`${index} ${'x'.repeat(500)}`));
    await recorder.stop();
    const file = await files.read(readFileSync(recorder.path));
    const [note] = file.entry(5)?.notes ?? [];
    const missing = 5004 - recorder.count;
    assert.ok(missing > 1000, `${missing} missing`);
    assert.deepEqual([note?.rule, file.lastSeq], ['record.missing', recorder.count + 1]);
    assert.equal(note?.message, `${missing} entries are missing here: they were dropped before they could be written.`);
    assert.ok(text(file.entry(file.lastSeq)?.raw).startsWith('4999 '));
    assert.equal(file.entry(4)?.pairedWith, 2);
  });

  it('masks secrets', async () => {
    const redactor = new Redactor();
    redactor.add('hunter22');
    const log = newLog({ redactor });
    const recorder = await start(log, undefined, undefined, redactor);
    log.append(record('hunter22', { server: 'hunter22', note: { rule: 'r', severity: 'info', message: 'hunter22' } }));
    await written(recorder, 1);
    log.addNotes(1, [{ rule: 'r', severity: 'info', message: 'also hunter22' }]);
    await recorder.stop();
    const content = readFileSync(recorder.path, 'utf8');
    assert.ok(content.includes('"update":1') && !content.includes('hunter'), content);
  });

  it('does not begin where it cannot write', async () => {
    const folder = files.path('folder');
    mkdirSync(folder);
    await assert.rejects(start(newLog(), folder), (error) => {
      assert.ok(error instanceof ExternalMcpError);
      assert.equal(error.kind, 'config');
      assert.match(error.message, /^Recording to “folder” ended, as it cannot be written: EISDIR/);
      return true;
    });
  });

  it('does not say that it ended well when its file was deleted or moved meanwhile', async () => {
    for (const spoil of [rmSync, (path: string) => renameSync(path, `${path}.moved`)]) {
      const log = newLog();
      const recorder = await start(log);
      const ended = once(recorder.onDidEnd);
      log.append(record('x'));
      await written(recorder, 1);
      spoil(recorder.path);
      await assert.rejects(recorder.stop(), /cannot be written: the file was deleted, moved or replaced\./);
      assert.equal((await ended)?.kind, 'config');
    }
  });

  it('ends with the updates of a second when its file was deleted, and does not go on for nobody', async () => {
    const log = newLog();
    const due: (() => void)[] = [];
    const after = (_ms: number, task: () => void): { dispose(): void } => {
      due.push(task);
      return { dispose() {} };
    };
    const recorder = await start(log, undefined, { ...systemClock, after });
    const ended = once(recorder.onDidEnd);
    appendCall(log, 1);
    await written(recorder, 4);
    const changed = once(log.onDidChange);
    log.addNotes(1, [{ rule: 'a', severity: 'info', message: 'first' }]);
    await changed;
    rmSync(recorder.path);
    for (const task of due) task();
    assert.equal((await ended)?.kind, 'config');
  });

  it('leaves a recording to the same file alone, which then says that it was replaced', async () => {
    const path = files.path();
    const [first, second] = [newLog(), newLog()];
    const replaced = await start(first, path);
    for (let index = 0; index < 200; index += 1) first.append(record(`first ${index}`));
    await written(replaced, 200);
    const open = await files.open(path);
    await open.read();
    const recorder = await start(second, path);
    for (let index = 0; index < 5; index += 1) second.append(record(`second ${index}`));
    first.append(record('too late'));
    await assert.rejects(replaced.stop(), { kind: 'config' });
    await recorder.stop();
    const file = await files.read(readFileSync(path));
    assert.deepEqual([file.lastSeq, file.problems.broken, text(file.entry(5)?.raw)], [5, 0, 'second 4']);
    // Who looks at the replaced file goes on to see what was in it.
    assert.equal(text(open.entry(200)?.raw), 'first 199');
  });

  it('is ended by being disposed of, and stopping twice is harmless', async () => {
    const log = newLog();
    const recorder = await start(log);
    log.append(record('x'));
    const ended = once(recorder.onDidEnd);
    recorder.dispose();
    assert.equal(await ended, undefined);
    await recorder.stop();
    await recorder.stop();
    assert.equal((await files.read(readFileSync(recorder.path))).lastSeq, 1);
  });

  // Windows has no pipes among its files, and lets few people make links.
  if (process.platform !== 'win32') {
    it('writes where a link leads and leaves the link', async () => {
      const [path, target] = [files.path(), files.path()];
      writeFileSync(target, 'old');
      symlinkSync(target, path);
      const log = newLog();
      const recorder = await start(log, path);
      log.append(record('x'));
      await recorder.stop();
      assert.equal((await files.read(readFileSync(target))).lastSeq, 1);
    });

    it('ends with one error when it cannot write any more, and tells whoever listens and whoever stops it', async () => {
      const log = newLog();
      const { reader, recorder } = await startOnPipe(log);
      const ended = once(recorder.onDidEnd);
      await reader.close();
      log.append(record('x'));
      const error = await ended;
      assert.deepEqual([error?.kind, error?.message.includes('cannot be written: EPIPE')], ['config', true]);
      await assert.rejects(recorder.stop(), (thrown) => thrown === error);
      log.append(record('y'));
      await nextTurn();
    });

    it('waits for a slow disk, and writes everything that is still in the log', async () => {
      const log = newLog();
      const { reader, recorder } = await startOnPipe(log);
      for (let index = 0; index < 3000; index += 1) log.append(record(`${index} ${'x'.repeat(500)}`));
      // Far more turns than it takes to make all the lines.
      for (let turn = 0; turn < 2000; turn += 1) await nextTurn();
      assert.ok(recorder.count < 1500, `${recorder.count} entries`);
      const [content] = await Promise.all([reader.readFile('utf8'), recorder.stop()]);
      await reader.close();
      assert.deepEqual(
        entriesIn(content).map(({ bytes }) => bytes),
        Array.from({ length: 3000 }, (_, index) => `${index} `.length + 500),
      );
    });
  }

  /** Records into a pipe whose other end the test has. */
  async function startOnPipe(log: TrafficLog): Promise<{ reader: FileHandle; recorder: Recorder }> {
    const path = files.path();
    execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', path]);
    // Neither end opens before the other does.
    const [reader, recorder] = await Promise.all([open(path, 'r'), start(log, path)]);
    return { reader, recorder };
  }
});

/** Resolves when so many entries have been written. */
async function written(recorder: Recorder, count: number): Promise<void> {
  await until(() => recorder.count >= count);
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await nextTurn();
}
