import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

import { systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { sweep } from '../../../src/process/sweep.ts';
import { processesMarked } from '../../host/markedProcesses.ts';
import { cleanUp, ledgerFolder, type OrphanHost, reapersOf, standIn, startHost, until } from './orphanSupport.ts';
import { isAlive } from './support.ts';

const kinds = ['direct', 'shell', 'helper', 'chain', 'daemon'];
/** `ORPHAN_ROUNDS=50` for the long version. */
const rounds = Number(process.env['ORPHAN_ROUNDS'] ?? 5);
/** Rounds that run side by side: each is a dozen processes. */
const lanes = 3;
/** From before the first server has been spawned until all of them are up, in ms. */
const longestLife = 2000;

describe('A host that is killed', function () {
  this.timeout(120_000);
  let folder: string;
  let program: string;
  const bystanders: number[] = [];

  before(async () => {
    folder = ledgerFolder();
    program = await standIn(folder);
  });

  after(cleanUp);

  afterEach('touches no bystander', () => {
    const all = bystanders.splice(0);
    const alive = all.filter(isAlive);
    for (const pid of alive) process.kill(pid, 'SIGKILL');
    assert.deepEqual(alive, all);
  });

  it(`at any moment leaves no process of its servers, ${rounds} rounds of ${kinds.length} kinds`, async () => {
    let next = 0;
    const lane = async (): Promise<void> => {
      while ((next += 1) <= rounds) {
        const host = await startHost(folder, program, kinds);
        await pause(Math.random() * longestLife);
        await killed(host, host.child.pid);
        assert.deepEqual(await processesMarked(host.mark), []);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }).timeout(120_000 + rounds * 20_000);

  it('leaves what a server opened for a person, and what is none of its business', async () => {
    bystanders.push(unrelated());
    const host = await startHost(folder, program, [...kinds, 'opens']);
    await Promise.all(kinds.map((kind) => host.line(kind)));
    const opened = Number(await host.line('opens'));
    bystanders.push(opened);
    await killed(host, host.child.pid);
    assert.deepEqual(await processesMarked(host.mark), [opened]);
  });

  it('together with its reaper leaves nothing beyond the next sweep, which spares the same bystanders', async () => {
    bystanders.push(unrelated());
    const host = await startHost(folder, program, [...kinds, 'opens']);
    await Promise.all(kinds.map((kind) => host.line(kind)));
    const opened = Number(await host.line('opens'));
    bystanders.push(opened);
    await killed(host, ...(await reapersOf(host.marker)), host.child.pid);
    const left = await processesMarked(host.mark);
    assert.ok(left.length > kinds.length, 'they would have survived');

    const file = `ledger-${host.marker}.json`;
    await sweep([file], { folder, log: silentLog, clock: systemClock });
    assert.deepEqual(await processesMarked(host.mark), [opened]);
    assert.equal((await readdir(folder)).includes(file), false);
  });

  /** Kills these and waits until the host and whatever reaper it has are gone. */
  async function killed(host: OrphanHost, ...pids: readonly (number | undefined)[]): Promise<void> {
    for (const pid of pids) if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await until(() => host.child.signalCode !== null, 'the host was gone');
    await until(async () => (await reapersOf(host.marker)).length === 0, 'the reaper was gone');
  }

  /** Runs what the servers run, in a group of its own, without the marker. */
  function unrelated(): number {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1e9)'], {
      detached: true,
      stdio: 'ignore',
    });
    child.unref();
    return Number(child.pid);
  }
});
