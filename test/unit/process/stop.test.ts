import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import type { Clock } from '../../../src/base/clock.ts';
import { toDisposable } from '../../../src/base/lifecycle.ts';
import { describeExit } from '../../../src/process/state.ts';
import { code, fastClock, isAlive, program, stopAll, subject } from './support.ts';

/** Resources of this process that a child may leave behind. */
function handles(): number {
  return process.getActiveResourcesInfo().filter((name) => /Pipe|Process/.test(name)).length;
}

/** Closing a handle takes a turn or two of the event loop after it is said to be closed. */
async function settled(expected: number): Promise<void> {
  for (let turns = 0; turns < 100 && handles() !== expected; turns += 1) await new Promise(setImmediate);
}

describe('the end of a process', () => {
  afterEach(stopAll);

  it('keeps the last lines of one that exits at once', async () => {
    const {
      process: child,
      exit,
      traffic,
    } = subject({
      args: code('for (let i = 0; i < 30; i += 1) console.error(`line ${i}`); console.log(); process.exit(1)'),
    });
    await child.start();
    const cause = await exit;
    assert.equal(describeExit(cause), 'exited with code 1');
    assert.deepEqual(child.lastOutput(2), ['line 28', 'line 29']);
    assert.equal(traffic.at(-1), 'exited with code 1');
    assert(traffic.includes('stderr: line 29'));
  });

  it('is polite first: a server that ends with its input is not signalled', async () => {
    const {
      process: child,
      exit,
      line,
      traffic,
    } = subject({
      args: code('process.stdin.resume().on("end", () => process.exit(7)); console.log("up")'),
    });
    await child.start();
    await line();
    await child.stop();
    assert.deepEqual(await exit, { kind: 'code', code: 7, requested: true });
    assert.deepEqual(
      traffic.filter((text) => text.startsWith('SIG')),
      [],
    );
  });

  it('ends one that ignores the end of its input and SIGTERM', async () => {
    const { process: child, exit, line } = subject({ args: program('stubborn'), clock: fastClock });
    await child.start();
    const pid = Number(await line());
    await child.stop();
    assert.equal(isAlive(pid), false);
    assert.equal(describeExit(await exit), 'was ended by SIGKILL');
  });

  it('ends a stubborn grandchild', async () => {
    const { process: child, line } = subject({ args: program('parentOf'), clock: fastClock });
    await child.start();
    const grandchild = Number(await line());
    assert.notEqual(child.state.kind === 'running' && child.state.pid, grandchild);
    await child.stop();
    assert.equal(isAlive(grandchild), false);
  });

  it('ends what a shell has started', async () => {
    const { process: child, line } = subject({
      command: '/bin/sh',
      clock: fastClock,
      args: ['-c', `"${process.execPath}" "${program('stubborn')[0]}"; true`],
    });
    await child.start();
    const grandchild = Number(await line());
    await child.stop();
    assert.equal(isAlive(grandchild), false);
  });

  it('ends a helper that holds the output when its leader is gone', async () => {
    const { process: child, exit, line } = subject({ args: program('parentOf', 'leave'), clock: fastClock });
    await child.start();
    const helper = Number(await line());
    assert.deepEqual(await exit, { kind: 'code', code: 3, requested: false });
    assert.equal(isAlive(helper), false);
  });

  it('does not wait for a daemon that left the group and kept the output', async () => {
    const {
      process: child,
      exit,
      line,
    } = subject({
      args: code(`
        const daemon = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { detached: true, stdio: 'inherit' });
        console.log(daemon.pid);
        process.exit();`),
    });
    const before = handles();
    await child.start();
    const daemon = Number(await line());
    await exit;
    assert.equal(isAlive(daemon), true);
    process.kill(daemon, 'SIGKILL');
    await settled(before);
    assert.equal(handles(), before);
  });

  it('tells a crash and a kill from outside from our own signals', async () => {
    for (const [signal, words] of [
      ['SIGKILL', "was killed by SIGKILL from outside (possibly by the system's memory killer)"],
      ['SIGSEGV', 'crashed with SIGSEGV'],
      ['SIGTERM', 'was ended by SIGTERM from outside'],
    ] as const) {
      const { process: child, exit } = subject({ args: code('setInterval(() => {}, 1e9)') });
      await child.start();
      assert(child.state.kind === 'running');
      process.kill(child.state.pid, signal);
      assert.equal(describeExit(await exit), words);
    }
  });

  it('ends a suspended process', async () => {
    const { process: child, line } = subject({ args: program('stubborn'), clock: fastClock });
    await child.start();
    const pid = Number(await line());
    process.kill(pid, 'SIGSTOP');
    await child.stop();
    assert.equal(isAlive(pid), false);
  });

  it('lets every caller of stop share one ladder, and returns at once when there is nothing to stop', async () => {
    const { process: child, line, traffic } = subject({ args: program('stubborn'), clock: fastClock });
    await child.stop();
    assert.equal(child.state.kind, 'idle');
    await child.start();
    await line();
    await Promise.all([child.stop(), child.stop(), child.stop()]);
    await child.stop();
    assert.equal(child.state.kind, 'exited');
    assert.equal(traffic.filter((text) => text.startsWith('SIGKILL')).length, 1);
  });

  it('that is stopped before it was spawned is not spawned', async () => {
    const { process: child, traffic } = subject({ args: program('stubborn'), clock: fastClock });
    const starting = assert.rejects(child.start(), { kind: 'cancelled' });
    await child.stop();
    await starting;
    assert.deepEqual(child.state, { kind: 'exited', cause: { kind: 'notStarted' } });
    assert.deepEqual(traffic, []);
  });

  it('is told as soon as the process itself is gone, while what it left behind is still being ended', async () => {
    const { process: child, line } = subject({ args: program('parentOf'), clock: fastClock });
    await child.start();
    await line();
    assert(child.state.kind === 'running');
    const ended = new Promise<[string, string]>((resolve) =>
      child.onDidEnd((cause) => resolve([child.state.kind, cause.kind])),
    );
    process.kill(child.state.pid, 'SIGKILL');
    assert.deepEqual(await ended, ['stopping', 'signal']);
    await child.stop();
  });

  it('ends twenty stubborn processes side by side', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const { process: child, line } = subject({ args: program('stubborn') });
        await child.start();
        return { child, pid: Number(await line()) };
      }),
    );
    await Promise.all(all.map(({ child }) => child.stop()));
    assert.deepEqual(
      all.filter(({ pid }) => isAlive(pid)),
      [],
    );
  }).timeout(60_000);

  it('leaves no pipe, process or timer behind', async () => {
    const before = handles();
    const timers = new Set<object>();
    const clock: Clock = {
      ...fastClock,
      after(ms, task) {
        const timer = fastClock.after(ms, () => {
          timers.delete(timer);
          task();
        });
        timers.add(timer);
        return toDisposable(() => {
          timers.delete(timer);
          timer.dispose();
        });
      },
    };
    for (const stdio of ['output', 'pipes'] as const) {
      const { process: child, line } = subject({ args: program('parentOf'), stdio, clock });
      await child.start();
      await line();
      await child.stop();
    }
    const { process: missing } = subject({ command: 'no-such-command', clock });
    await assert.rejects(missing.start());
    await settled(before);
    assert.equal(handles(), before);
    assert.equal(timers.size, 0);
  });

  it('does not outlive a host that ends without stopping it', async () => {
    const host = spawn(process.execPath, program('carelessHost'), { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = (await once(host.stdout, 'data')) as [Buffer];
    const pid = Number(output.toString());
    assert(pid > 0);
    await once(host, 'exit');
    // The signal is sent; the kernel carries it out in its own time.
    while (isAlive(pid)) await new Promise(setImmediate);
  });
});
