import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { UsageSampler } from '../../src/process/usage.ts';
import { type BenchRow, median } from './row.ts';

const TREES = [1, 20, 50] as const;
/** Issue 4: ms for 50 trees. */
const TARGET_MS = 20;
const PASSES = 40;
/** The first ones run code that has not been compiled. */
const WARM_UP = 10;
/** A tree of three processes, as `npx` makes. */
const TREE = 'echo up; sleep 1000 & sleep 1000 & wait';

/** Cost of one pass over the process table for all watched trees, on this machine with everything that runs on it. */
export async function bench(): Promise<BenchRow[]> {
  const trees: ChildProcess[] = [];
  const rows: BenchRow[] = [];
  try {
    for (const count of TREES) {
      while (trees.length < count) trees.push(await startTree());
      rows.push({
        name: `sampling: a pass, trees of three processes: ${count}`,
        value: await measure(trees.map(({ pid }) => pid ?? 0)),
        unit: 'ms',
        ...(count === 50 ? { target: TARGET_MS } : {}),
      });
    }
    return rows;
  } finally {
    for (const { pid } of trees) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  }
}

async function startTree(): Promise<ChildProcess> {
  const tree = spawn('/bin/sh', ['-c', TREE], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(tree.stdout, 'data');
  return tree;
}

/** Milliseconds from the start of a pass until the last tree has been told of. */
async function measure(leaders: readonly number[]): Promise<number> {
  const times: number[] = [];
  const done = Promise.withResolvers<void>();
  let started = 0;
  let told = 0;
  const eager: Clock = {
    ...systemClock,
    after: (_ms, pass) =>
      systemClock.after(1, () => {
        started = performance.now();
        told = 0;
        pass();
      }),
  };
  const sampler = new UsageSampler({ clock: eager, log: silentLog });
  const watches = leaders.map((leader) =>
    sampler.watch(leader, () => {
      told += 1;
      if (told < leaders.length) return;
      times.push(performance.now() - started);
      if (times.length === WARM_UP + PASSES) done.resolve();
    }),
  );
  await done.promise;
  for (const watch of watches) watch.dispose();
  return median(times.slice(WARM_UP));
}
