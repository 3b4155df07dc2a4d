import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { OrphanGuard } from '../../../src/process/guard.ts';
import { readProcess } from '../../../src/process/processTable.ts';
import { Reaper } from '../../../src/process/reaper.ts';
import { MARKER_VARIABLE, reaperCommand } from '../../../src/process/reaperScript.ts';
import { cleanUp, ledgerFolder, reapersOf, standIn, until } from './orphanSupport.ts';
import { code, fastClock, isAlive, program, stopAll, subject } from './support.ts';

/** The flag of a descriptor that no child gets, as /proc shows it. */
const O_CLOEXEC = 0o2000000;

describe('The reaper', function () {
  this.timeout(60_000);
  const guards: OrphanGuard[] = [];
  const warnings: string[] = [];

  function createGuard(): OrphanGuard {
    const log = { ...silentLog, warn: (message: string) => warnings.push(message) };
    const guard = new OrphanGuard({ log, clock: systemClock });
    guards.push(guard);
    return guard;
  }

  async function onlyReaperOf(guard: OrphanGuard): Promise<number> {
    const [pid, ...others] = await reapersOf(guard.marker);
    assert.deepEqual(others, []);
    assert.ok(pid !== undefined);
    return pid;
  }

  after(cleanUp);

  afterEach('ends with its guard', async () => {
    await stopAll();
    warnings.splice(0);
    for (const guard of guards.splice(0)) {
      await guard.dispose();
      await until(async () => (await reapersOf(guard.marker)).length === 0, 'the reaper ended');
    }
  });

  it('comes with the first process, one for all', async () => {
    const guard = createGuard();
    assert.deepEqual(await reapersOf(guard.marker), []);
    for (const server of ['one', 'two'])
      await subject({ server, guard, clock: fastClock, args: program('stubborn') }).process.start();
    await onlyReaperOf(guard);
  });

  it('stands apart: a session of its own, no file of the host, no marker, deaf to polite signals', async () => {
    const guard = createGuard();
    await guard.prepare('one');
    const pid = await onlyReaperOf(guard);
    await until(async () => ignores(await readFile(`/proc/${pid}/status`, 'utf8'), [1, 2, 15]), 'it ignored signals');
    assert.equal(readProcess(pid)?.pgid, pid);
    // A test runner may itself have been given some that it passes on.
    const inherited = await descriptorsOf('self', (flags) => !isKept(flags));
    const descriptors = (await readdir(`/proc/${pid}/fd`)).filter(
      (number) => number.length === 1 || !inherited.has(number),
    );
    assert.deepEqual(descriptors.toSorted(), ['0', '1', '2']);
    assert.match(await readlink(`/proc/${pid}/fd/0`), /^(?:socket|pipe):/);
    assert.equal(await readlink(`/proc/${pid}/fd/2`), '/dev/null');
    assert.equal((await readFile(`/proc/${pid}/environ`, 'latin1')).includes(guard.marker), false);
  });

  it('leaves its lifeline to nobody: servers do not hold it open', async () => {
    const guard = createGuard();
    const { process: child, line } = subject({ guard, clock: fastClock, args: program('stubborn') });
    await child.start();
    const server = Number(await line());
    const ours = [...(await descriptorsOf('self', isKept)).values()];
    // All of them: Node keeps what it was given from its own children, its input and output too.
    const theirs = [...(await descriptorsOf(String(server))).values()];
    assert.ok(theirs.length > 2, theirs.join());
    assert.deepEqual(
      theirs.filter((target) => /^(?:socket|pipe):/.test(target) && ours.includes(target)),
      [],
    );
  });

  it('marks processes, whatever their definition says', async () => {
    const guard = createGuard();
    const { process: child, line } = subject({
      guard,
      clock: fastClock,
      env: { PATH: String(process.env['PATH']), EXTERNAL_MCP_SUPERVISOR: 'theirs' },
      args: code('console.log(process.env.EXTERNAL_MCP_SUPERVISOR)'),
    });
    await child.start();
    assert.equal(await line(), `${guard.marker}.0.1`);
  });

  it('ends at once with a host that has stopped its servers', async () => {
    const guard = createGuard();
    const { process: child, line, exit } = subject({ guard, clock: fastClock, args: program('stubborn') });
    await child.start();
    await line();
    await child.stop();
    await exit;
    const pid = await onlyReaperOf(guard);
    await guard.dispose();
    await until(() => !isAlive(pid), 'it ended');
  });

  it('ends what the host could not stop', async () => {
    const guard = createGuard();
    const { process: child, line } = subject({ guard, clock: fastClock, args: program('stubborn') });
    await child.start();
    const pid = Number(await line());
    await guard.dispose();
    await until(() => !isAlive(pid), 'the server was ended');
  });

  it('tells strays by their executable, and those of a run whose group it was not told by their marker', async () => {
    const marker = randomUUID();
    const node = process.execPath;
    const all = {
      named: marked(`${marker}.0.1`, node),
      stray: marked(`${marker}.0.1`, node),
      opened: marked(`${marker}.0.1`, await standIn(ledgerFolder())),
      forgotten: marked(`${marker}.1.2`, node),
      unnamed: marked(`${marker}.2.3`, node),
    };
    const reaper = new Reaper(reaperCommand(marker), silentLog);
    reaper.start();
    const first = ['run 0.1', `add 0.1 ${all.named}`];
    for (const line of [...first, 'run 1.2', `add 1.2 ${all.forgotten}`, 'del 1.2', 'run 2.3']) reaper.tell(line);
    reaper.close();
    await until(async () => (await reapersOf(marker)).length === 0, 'it had done its work');
    const alive = Object.entries(all).filter(([, pid]) => isAlive(pid));
    for (const [, pid] of alive) process.kill(pid, 'SIGKILL');
    assert.deepEqual(
      alive.map(([name]) => name),
      ['opened', 'forgotten'],
    );
  });

  it('is replaced with the next start when it was killed, knows all that runs, and is warned about once', async () => {
    const guard = createGuard();
    const { process: first, line } = subject({ server: 'one', guard, clock: fastClock, args: program('stubborn') });
    await first.start();
    const pid = Number(await line());
    for (let deaths = 1; deaths <= 2; deaths += 1) {
      const killed = await onlyReaperOf(guard);
      process.kill(killed, 'SIGKILL');
      // Else it might be taken for the next one: on a busy machine it takes time to be gone.
      await until(() => !isAlive(killed), 'it was gone');
      await until(() => warnings.length > 0, 'the host was told');
      await until(async () => {
        await subject({ server: 'two', guard, args: code('') }).process.start();
        return (await reapersOf(guard.marker)).length === 1;
      }, 'there was another one');
    }
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /SIGKILL/);
    await guard.dispose();
    await until(() => !isAlive(pid), 'the first server was ended');
  });

  it('that cannot be started is a warning', async () => {
    const said: string[] = [];
    const log = { ...silentLog, warn: (message: string) => said.push(message) };
    const reaper = new Reaper({ command: '/no/such/shell', args: [], env: {} }, log);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      reaper.start();
      reaper.tell('run 0.1');
      await until(() => !reaper.isRunning, 'it had failed');
    }
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /ENOENT/);
    reaper.close();
  });

  it('is Node on Windows, as which the editor runs, and ends trees with taskkill', async () => {
    const marker = randomUUID();
    const { command, args, env } = reaperCommand(marker, 'win32');
    assert.equal(command, process.execPath);
    assert.deepEqual([args[0], args[2]], ['-e', marker]);
    assert.equal(env['ELECTRON_RUN_AS_NODE'], '1');

    const folder = ledgerFolder();
    const record = join(folder, 'record');
    await writeFile(join(folder, 'taskkill'), `#!/bin/sh\necho "$@" >>'${record}'\n`);
    await chmod(join(folder, 'taskkill'), 0o755);
    const PATH = `${folder}${delimiter}${env['PATH']}`;
    const reaper = new Reaper({ command, args, env: { ...env, PATH } }, silentLog);
    reaper.start();
    for (const line of ['run 0.1', 'add 0.1 41', 'run 0.2', 'add 0.2 42', 'exe 0 C:\\a.exe', 'del 0.1', 'run 1.3']) {
      reaper.tell(line);
    }
    reaper.close();
    const recorded = (): Promise<string> => readFile(record, 'utf8').catch(() => '');
    await until(async () => (await recorded()) !== '', 'taskkill was called');
    assert.equal(await recorded(), '/T /F /PID 42\n');
  });
});

/** A process with a marker in a group of its own. */
function marked(marker: string, command: string): number {
  const args = command === process.execPath ? code('setInterval(() => {}, 1e9)') : ['600'];
  const env = { [MARKER_VARIABLE]: marker };
  const child = spawn(command, args, { detached: true, stdio: 'ignore', env });
  child.unref();
  return Number(child.pid);
}

/** Whether a process ignores these signals, by the mask in its status. */
function ignores(status: string, signals: readonly number[]): boolean {
  const mask = BigInt(`0x${/^SigIgn:\s*(\w+)/m.exec(status)?.[1] ?? '0'}`);
  return signals.every((signal) => (mask >> BigInt(signal - 1)) % 2n === 1n);
}

/** Whether no child gets a descriptor with these flags. */
function isKept(flags: number): boolean {
  return (flags & O_CLOEXEC) !== 0;
}

/** Descriptors of a process with what they stand for. */
async function descriptorsOf(
  pid: string,
  isWanted: (flags: number) => boolean = () => true,
): Promise<Map<string, string>> {
  const held = new Map<string, string>();
  for (const number of await readdir(`/proc/${pid}/fd`)) {
    const information = await readFile(`/proc/${pid}/fdinfo/${number}`, 'utf8').catch(() => '');
    const flags = Number.parseInt(/^flags:\s*(\d+)/m.exec(information)?.[1] ?? '0', 8);
    if (isWanted(flags)) held.set(number, await readlink(`/proc/${pid}/fd/${number}`).catch(() => ''));
  }
  return held;
}
