import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { OrphanGuard } from '../../../src/process/guard.ts';
import { bootId, executableOf, identify } from '../../../src/process/identity.ts';
import { type LedgerContent, parseLedger } from '../../../src/process/ledger.ts';
import { readProcessTable } from '../../../src/process/processTable.ts';
import { MARKER_VARIABLE } from '../../../src/process/reaperScript.ts';
import { sweep } from '../../../src/process/sweep.ts';
import { sweepLater } from '../../../src/process/sweepLater.ts';
import { cleanUp, ledgerFolder, standIn, until } from './orphanSupport.ts';
import { fastClock, isAlive, ManualClock, program, stopAll, subject } from './support.ts';

describe('The ledger', function () {
  this.timeout(60_000);
  let folder: string;
  let warnings: string[];
  const log = { ...silentLog, warn: (message: string) => warnings.push(message) };
  const guards: OrphanGuard[] = [];
  const started: ChildProcess[] = [];

  beforeEach(() => {
    folder = ledgerFolder();
    warnings = [];
  });

  afterEach(async () => {
    await stopAll();
    for (const guard of guards.splice(0)) await guard.dispose();
    for (const child of started.splice(0)) child.kill('SIGKILL');
    await cleanUp();
  });

  function createGuard(): OrphanGuard {
    const guard = new OrphanGuard({ folder, log, clock: systemClock });
    guards.push(guard);
    return guard;
  }

  const ledgers = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.startsWith('ledger-'));
  const sweepAll = async (): Promise<void> => sweep(await ledgers(), { folder, log, clock: systemClock });

  async function read(guard: OrphanGuard): Promise<LedgerContent> {
    return parseLedger(await readFile(join(folder, `ledger-${guard.marker}.json`), 'utf8'));
  }

  /** A process in a group of its own, as a server's. */
  async function leader(env: Readonly<Record<string, string>> = {}, command = 'sleep'): Promise<number> {
    const PATH = String(process.env['PATH']);
    const child = spawn(command, ['600'], { detached: true, stdio: 'ignore', env: { PATH, ...env } });
    started.push(child);
    await once(child, 'spawn');
    return Number(child.pid);
  }

  /** The ledger of a host that is gone. */
  async function leave(changes: Partial<LedgerContent>): Promise<void> {
    const content: LedgerContent = {
      boot: String(await bootId()),
      marker: randomUUID(),
      host: { pid: process.pid, started: 'before this one' },
      runs: [],
      executables: {},
      ...changes,
    };
    await writeFile(join(folder, `ledger-${content.marker}.json`), JSON.stringify(content));
  }

  async function startedAt(pid: number): Promise<string> {
    return String((await identify(pid))?.started);
  }

  it('names a run before it is spawned, then its process, and nothing once that is gone', async () => {
    const guard = createGuard();
    const run = await guard.prepare('one');
    assert.deepEqual((await read(guard)).runs, [{ id: '0.1' }]);
    run.gone();

    const { process: child, line } = subject({ server: 'one', guard, clock: fastClock, args: program('stubborn') });
    await child.start();
    const pid = Number(await line());
    const started = await startedAt(pid);
    const expected = [{ id: '0.2', pid, started }];
    await until(async () => JSON.stringify((await read(guard)).runs) === JSON.stringify(expected), 'it was recorded');
    const { boot, host, executables } = await read(guard);
    assert.deepEqual(
      { boot, host },
      {
        boot: await bootId(),
        host: { pid: process.pid, started: await startedAt(process.pid) },
      },
    );
    assert.equal(executables['0']?.length, 1);

    await child.stop();
    await until(async () => (await read(guard)).runs.length === 0, 'it was crossed out');
    await guard.dispose();
    assert.deepEqual(await readdir(folder), []);
  });

  it('learns what a group has become after its start', async () => {
    const guard = createGuard();
    const args = ['-c', `"${process.execPath}" "${program('stubborn')[0]}"; true`];
    const { process: child, line } = subject({ guard, clock: fastClock, command: '/bin/sh', args });
    await child.start();
    await line();
    await until(async () => (await read(guard)).executables['0']?.length === 2, 'shell and Node were known');
    await child.stop();
  });

  it('learns what a group has become later from every look that is taken at its memory', async () => {
    const guard = createGuard();
    const args = ['-c', 'read -r word; sleep 600; true'];
    const { process: child } = subject({ guard, clock: fastClock, command: '/bin/sh', args, stdio: 'pipes' });
    await child.start();
    await until(async () => (await read(guard)).executables['0']?.length === 1, 'the shell was known');
    child.pipes?.stdin.write('go\n');
    await until(async () => {
      guard.see(await readProcessTable());
      return (await read(guard)).executables['0']?.length === 2;
    }, 'what it ran was known');
    await child.stop();
  });

  it('of a living host is left alone by every sweep: two windows do not end each other’s servers', async () => {
    const guard = createGuard();
    const { process: child, line } = subject({ guard, clock: fastClock, args: program('stubborn') });
    await child.start();
    const pid = Number(await line());
    await sweepAll();
    assert.equal(isAlive(pid), true);
    assert.deepEqual(await ledgers(), [`ledger-${guard.marker}.json`]);
  });

  it('of a dead host is carried out and thrown away', async () => {
    const pid = await leader();
    await leave({ runs: [{ id: '0.1', pid, started: await startedAt(pid) }] });
    await sweepAll();
    assert.equal(isAlive(pid), false);
    assert.deepEqual(await readdir(folder), []);
  });

  it('spares a process that has got the id of one of ours', async () => {
    const pid = await leader();
    await leave({ runs: [{ id: '0.1', pid, started: 'long ago' }] });
    await sweepAll();
    assert.equal(isAlive(pid), true);
    assert.deepEqual(await readdir(folder), []);
  });

  it('of another boot is thrown away and means nothing', async () => {
    const pid = await leader();
    await leave({ boot: randomUUID(), runs: [{ id: '0.1', pid, started: await startedAt(pid) }] });
    await sweepAll();
    assert.equal(isAlive(pid), true);
    assert.deepEqual(await readdir(folder), []);
  });

  it('recognises strays by marker and executable, and those of a run whose process it does not name by the marker', async () => {
    const marker = randomUUID();
    const opened = await leader({ [MARKER_VARIABLE]: `${marker}.0.1` }, await standIn(folder));
    const ofAnother = await leader({ [MARKER_VARIABLE]: `${marker}.1.2` });
    const stray = await leader({ [MARKER_VARIABLE]: `${marker}.0.1` });
    const spawning = await leader({ [MARKER_VARIABLE]: `${marker}.2.3` });
    const sleep = String(executableOf(stray));
    await leave({ marker, runs: [{ id: '2.3' }], executables: { 0: [sleep], 1: ['/bin/other'] } });
    await sweepAll();
    assert.deepEqual([opened, ofAnother, stray, spawning].map(isAlive), [true, true, false, false]);
  });

  it('that cannot be read is set aside, and the others are carried out', async () => {
    await writeFile(join(folder, 'ledger-0.json'), '{"boot": ');
    await writeFile(join(folder, 'ledger-1.json'), '{"boot": 1, "runs": "none"}');
    const pid = await leader();
    await leave({ runs: [{ id: '0.1', pid, started: await startedAt(pid) }] });
    await sweepAll();
    assert.equal(isAlive(pid), false);
    assert.deepEqual(await readdir(folder), ['unreadable-ledger.json']);
    assert.equal(warnings.length, 2);
  });

  it('that cannot be written is one warning, and servers start all the same', async () => {
    await writeFile(join(folder, 'file'), '');
    folder = join(folder, 'file');
    const guard = createGuard();
    for (let start = 1; start <= 2; start += 1) {
      const { process: child } = subject({ guard, clock: fastClock, args: program('stubborn') });
      await child.start();
      assert.equal(child.state.kind, 'running');
      await child.stop();
    }
    assert.equal(warnings.length, 1);
  });

  it('is looked for a moment after the window has opened, unless that closes first', async () => {
    const pid = await leader();
    await leave({ runs: [{ id: '0.1', pid, started: await startedAt(pid) }] });
    const clock = new ManualClock();
    sweepLater({ folder, log, clock }).dispose();
    clock.advance(60_000);
    assert.equal(isAlive(pid), true);

    const later = new ManualClock();
    const timed = { ...systemClock, after: later.after.bind(later) };
    sweepLater({ folder, log, clock: timed });
    assert.equal(isAlive(pid), true);
    await until(() => {
      later.advance(1000);
      return !isAlive(pid);
    }, 'what was left was ended');
    await until(async () => (await ledgers()).length === 0, 'the ledger was thrown away');
  });

  it('need not exist', async () => {
    const clock = new ManualClock();
    const empty = join(folder, 'never made');
    sweepLater({ folder: empty, log, clock });
    clock.advance(60_000);
    await mkdir(empty);
    assert.deepEqual(warnings, []);
  });
});
