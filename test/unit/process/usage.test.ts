import assert from 'node:assert/strict';

import { type Log, silentLog } from '../../../src/base/log.ts';
import { type ProcessRow, readProcess, readProcessTable } from '../../../src/process/processTable.ts';
import { type UsageSample, UsageSampler, type UsageSource } from '../../../src/process/usage.ts';
import { parseCim, parsePs, processesByPs } from '../../../src/process/usageElsewhere.ts';
import { code, fastClock, ManualClock, program, stopAll, subject } from './support.ts';

const INTERVAL = 5000;

/** A process that has used `cpuMs`, of 10 MB, 3 of them shared. */
function row(pid: number, parent: number, cpuMs = 0, change: Partial<ProcessRow> = {}): ProcessRow {
  return { pid, ppid: parent, pgid: parent, dead: false, rssBytes: 10e6, cpuMs, ...change };
}

/** A system whose processes the test writes down; `answer` ends the pass that is waiting. */
class FakeSystem implements UsageSource {
  readonly intervalMs = INTERVAL;
  passes = 0;
  #answer = Promise.withResolvers<readonly ProcessRow[]>();

  readProcesses = (): Promise<readonly ProcessRow[]> => {
    this.passes += 1;
    this.#answer = Promise.withResolvers();
    return this.#answer.promise;
  };
  limitBytes = (): number => 7e6;

  async answer(rows: readonly ProcessRow[] | Error): Promise<void> {
    if (rows instanceof Error) this.#answer.reject(rows);
    else this.#answer.resolve(rows);
    for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
  }
}

describe('measuring memory and processor time', () => {
  let clock: ManualClock;
  let system: FakeSystem;
  let logged: string[];
  let sampler: UsageSampler;

  beforeEach(() => {
    clock = new ManualClock();
    system = new FakeSystem();
    logged = [];
    const log: Log = { ...silentLog, debug: (message) => logged.push(message) };
    sampler = new UsageSampler({ clock, log, source: system });
  });

  it('sums the descendants and the group of a process, those that are dead left out', async () => {
    const samples: UsageSample[] = [];
    const watch = sampler.watch(100, (sample) => samples.push(sample));
    clock.advance(INTERVAL);
    await system.answer([
      row(1, 0),
      row(100, 1, 0, { pgid: 100 }),
      row(101, 100),
      row(102, 101, 0, { pgid: 102 }),
      row(103, 1, 0, { pgid: 100 }),
      row(104, 100, 0, { dead: true, rssBytes: 0 }),
      row(200, 1),
    ]);
    assert.deepEqual(samples, [{ at: INTERVAL, rssBytes: 40e6, limitBytes: 28e6, processes: 4 }]);
    watch.dispose();
  });

  it('tells processor time since the sample before, whoever came, went or took the id of another', async () => {
    const shares: (number | undefined)[] = [];
    const watch = sampler.watch(100, ({ cpuPercent }) => shares.push(cpuPercent));
    const passes = [
      [row(100, 1, 60_000), row(101, 100, 30_000)],
      [row(100, 1, 62_000), row(101, 100, 30_500)],
      [row(100, 1, 62_000), row(102, 100, 1000)],
      [row(100, 1, 62_000), row(102, 100, 500)],
    ];
    for (const rows of passes) {
      clock.advance(INTERVAL);
      await system.answer(rows);
    }
    assert.deepEqual(shares, [undefined, 50, 20, 10]);
    watch.dispose();
  });

  it('asks once for all who watch, and not while nobody does', async () => {
    clock.advance(INTERVAL);
    assert.equal(system.passes, 0);
    let heard = 0;
    const watches = [100, 200, 300].map((leader) => sampler.watch(leader, () => (heard += 1)));
    clock.advance(INTERVAL);
    assert.equal(system.passes, 1);
    await system.answer([row(100, 1), row(200, 1)]);
    assert.equal(heard, 2);
    for (const watch of watches) watch.dispose();
    clock.advance(INTERVAL);
    assert.equal(system.passes, 1);
  });

  it('tells nobody who has stopped watching while it asked, and counts nobody who has begun', async () => {
    const heard: string[] = [];
    const early = sampler.watch(100, () => heard.push('early'));
    clock.advance(INTERVAL);
    const late = sampler.watch(100, () => heard.push('late'));
    early.dispose();
    await system.answer([row(100, 1)]);
    assert.deepEqual(heard, []);
    clock.advance(INTERVAL);
    await system.answer([row(100, 1)]);
    assert.deepEqual(heard, ['late']);
    late.dispose();
  });

  it('does not ask again while the system has not answered', async () => {
    const watch = sampler.watch(100, () => {});
    for (let interval = 0; interval < 5; interval += 1) clock.advance(INTERVAL);
    assert.equal(system.passes, 1);
    await system.answer([]);
    clock.advance(INTERVAL - 1);
    assert.equal(system.passes, 1);
    clock.advance(1);
    assert.equal(system.passes, 2);
    watch.dispose();
  });

  it('skips a pass that fails, and goes on when one who watches throws', async () => {
    let heard = 0;
    const broken = sampler.watch(100, () => {
      throw new Error('a view is broken');
    });
    const sound = sampler.watch(100, () => (heard += 1));
    clock.advance(INTERVAL);
    await system.answer(new Error('ps is missing'));
    assert.equal(heard, 0);
    clock.advance(INTERVAL);
    await system.answer([row(100, 1)]);
    assert.equal(heard, 1);
    assert.match(logged.join('\n'), /ps is missing.*\n.*a view is broken/);
    broken.dispose();
    sound.dispose();
  });
});

describe('the memory and processor time of a real tree', () => {
  afterEach(stopAll);

  it('are those of its processes', async () => {
    const { process: child, line } = subject({ args: program('parentOf') });
    await child.start();
    const helper = Number(await line());
    assert(child.state.kind === 'running');
    const { pid } = child.state;
    const sampler = new UsageSampler({ clock: fastClock, log: silentLog });
    const samples: UsageSample[] = [];
    const second = await new Promise<UsageSample>((resolve) => {
      const watch = sampler.watch(pid, (sample) => {
        samples.push(sample);
        if (samples.length < 2) return;
        watch.dispose();
        resolve(sample);
      });
    });
    assert.equal(second.processes, 2);
    assert.equal(samples[0]?.cpuPercent, undefined);
    assert(second.cpuPercent !== undefined && second.cpuPercent >= 0);
    // Two of Node, each with some 50 MB, of which what they share is not counted against a limit.
    assert(second.rssBytes > 50e6 && second.rssBytes < 500e6, `${second.rssBytes} bytes`);
    assert(second.limitBytes > 0 && second.limitBytes < second.rssBytes, `${second.limitBytes} bytes`);
    assert.notEqual(helper, pid);
  });

  it('show a process that computes and allocates', async () => {
    const { process: child, line } = subject({
      args: code(`
        const held = Buffer.alloc(200e6, 1);
        const end = process.cpuUsage().user + 300_000;
        while (process.cpuUsage().user < end);
        console.log('done');
        setInterval(() => held, 1e9);`),
    });
    await child.start();
    await line();
    assert(child.state.kind === 'running');
    const { pid } = child.state;
    const rows = process.platform === 'linux' ? await readProcessTable() : await processesByPs();
    const own = rows.find((each) => each.pid === pid);
    assert(own !== undefined);
    assert(own.rssBytes > 200e6, `${own.rssBytes} bytes`);
    assert(own.cpuMs >= 290, `${own.cpuMs} ms`);
  });

  it('are the same by ps as by /proc', async () => {
    const { process: child, line } = subject({ args: program('stubborn') });
    await child.start();
    const pid = Number(await line());
    const byPs = (await processesByPs()).find((each) => each.pid === pid);
    assert(byPs !== undefined);
    const { rssBytes, cpuMs, ...identity } = byPs;
    assert.deepEqual(identity, { pid, ppid: process.pid, pgid: pid, dead: false });
    assert(rssBytes > 20e6, `${rssBytes} bytes`);
    // It says whole seconds on Linux.
    assert(cpuMs % 10 === 0, `${cpuMs} ms`);
    if (process.platform === 'linux') assert(Math.abs(rssBytes - (readProcess(pid)?.rssBytes ?? 0)) < 20e6);
  });
});

/** Written after the manuals of these tools, not recorded: neither macOS nor Windows was at hand. */
describe('what the tools of other systems print', () => {
  it('is read as macOS writes it', () => {
    const text = [
      '  PID  PPID  PGID STAT    RSS      TIME',
      '    1     0     1 Ss    13264   2:54.61',
      '  412     1   412 S     81920  61:02.34',
      '  977   412   412 Z         0   0:00.00',
      '',
    ].join('\n');
    assert.deepEqual(parsePs(text), [
      { pid: 1, ppid: 0, pgid: 1, dead: false, rssBytes: 13_264 * 1024, cpuMs: 174_610 },
      { pid: 412, ppid: 1, pgid: 412, dead: false, rssBytes: 81_920 * 1024, cpuMs: 3_662_340 },
      { pid: 977, ppid: 412, pgid: 412, dead: true, rssBytes: 0, cpuMs: 0 },
    ]);
  });

  it('is read as Linux writes times of hours and days', () => {
    const text = '  7  1  7 Sl  100  01:01:01\n  8  1  8 R  100  2-00:00:01\n';
    assert.deepEqual(
      parsePs(text).map(({ cpuMs }) => cpuMs),
      [3_661_000, 2 * 86_400_000 + 1000],
    );
  });

  it('is read as PowerShell writes it', () => {
    const text = [
      '"ProcessId","ParentProcessId","WorkingSetSize","KernelModeTime","UserModeTime"',
      '"0","0","8192","0","0"',
      '"4412","988","73400320","1562500","4687500"',
      '"5000","4412",,,',
      '',
    ].join('\r\n');
    assert.deepEqual(parseCim(text), [
      { pid: 0, ppid: 0, pgid: 0, dead: false, rssBytes: 8192, cpuMs: 0 },
      { pid: 4412, ppid: 988, pgid: 0, dead: false, rssBytes: 73_400_320, cpuMs: 625 },
    ]);
  });
});
