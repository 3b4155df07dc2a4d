// Usage: node taskProcess.ts recorded|plain TASK URL
// Does one task in a process of its own, so that heap and event loop are its own too, and prints what it cost.
import { readFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { recordedCaller } from './callers.ts';
import { plainCaller } from './plainCallers.ts';
import { echo, isTask, tasks } from './tasks.ts';

/** What a task cost. */
export interface Cost {
  /** From its first call to its last answer, ms. */
  time: number;
  /** The longest that nothing else could run meanwhile, ms. */
  stall: number;
  /** By how much the resident memory grew at most, MB (powers of ten). */
  memory: number;
}

const RESOLUTION_MS = 1;
/** Calls that load what is loaded late, and have the compiler look at it. */
const WARM_UP = 50;

const [, , who, task, url = ''] = process.argv;
if (!isTask(task)) throw new Error(`There is no task ${task}`);
const caller = await (who === 'plain'
  ? plainCaller(url)
  : recordedCaller({ kind: 'http', url: new URL(url), headers: {} }));
for (let call = 0; call < WARM_UP; call += 1) await echo(caller, `warm-up ${call}`);

const before = process.memoryUsage.rss();
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
const started = performance.now();
await tasks[task](caller);
const time = performance.now() - started;
// The answer may be handed over within the turn that stalled, before the monitor had a chance to notice.
await new Promise((resolve) => setTimeout(resolve, 2 * RESOLUTION_MS));
delay.disable();
const cost: Cost = {
  time,
  stall: Math.max(0, delay.max / 1e6 - RESOLUTION_MS),
  memory: ((await peakBytes()) - before) / 1_000_000,
};
console.log(JSON.stringify(cost));
await caller.close();

async function peakBytes(): Promise<number> {
  // What a child process is told as its greatest size counts its parent's too, on Linux.
  if (process.platform === 'linux') {
    const status = await readFile('/proc/self/status', 'utf8');
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }
  return process.resourceUsage().maxRSS * 1024;
}
