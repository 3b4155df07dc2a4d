import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type BenchRow, median, RUNS } from './row.ts';
import { startBare } from './servers.ts';
import { EVENT_BYTES, FLOOD, PROGRESS_FLOOD } from './sizes.ts';
import type { Cost } from './taskProcess.ts';
import type { TaskName } from './tasks.ts';

const TASK_TIMEOUT_MS = 60_000;
/** Issue 3: no worse than the plain library. */
const RECORDED_TO_PLAIN = 1;

/**
 * What floods, large answers and many calls at once cost, recorded and with the plain library: time, how long the event loop stands
 * still, and memory. Each measurement has a process of its own, and the two take turns.
 */
export async function bench(): Promise<BenchRow[]> {
  const server = await startBare();
  const measured = (task: TaskName): Promise<Costs[]> => takeTurns(task, server.url);
  try {
    return [
      ...floodRows('100,000 log messages of 200 B', FLOOD, await measured('log-flood')),
      ...floodRows('20,000 progress notifications of 200 B', PROGRESS_FLOOD, await measured('progress-flood')),
      ...rows('1,000 calls at once: time', 'ms', await measured('parallel'), ({ time }) => time),
      ...largeRows('80 MB, one string, JSON', await measured('string-json')),
      ...largeRows('80 MB, one string, SSE', await measured('string-sse')),
      ...largeRows('80 MB, 100,000 objects, JSON', await measured('objects-json')),
      ...largeRows('80 MB, 100,000 objects, SSE', await measured('objects-sse')),
    ];
  } finally {
    await server.stop();
  }
}

interface Costs {
  recorded: Cost;
  plain: Cost;
}

async function takeTurns(task: TaskName, url: string): Promise<Costs[]> {
  const costs: Costs[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    costs.push({ recorded: await measure('recorded', task, url), plain: await measure('plain', task, url) });
  }
  return costs;
}

async function measure(who: keyof Costs, task: TaskName, url: string): Promise<Cost> {
  const script = fileURLToPath(new URL('taskProcess.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, who, task, url], {
    timeout: TASK_TIMEOUT_MS,
  });
  return JSON.parse(stdout) as Cost;
}

function floodRows(name: string, events: number, costs: readonly Costs[]): BenchRow[] {
  const [ratio, ...times] = rows(`${name}: time`, 'ms', costs, ({ time }) => time, RECORDED_TO_PLAIN);
  const perSecond = (amount: number) => (cost: Cost) => (amount * 1000) / cost.time;
  return [
    ...(ratio === undefined ? [] : [ratio]),
    ...times,
    ...values(`${name}: rate`, 'events/s', costs, perSecond(events)),
    ...values(`${name}: rate`, 'MB/s', costs, perSecond((events * EVENT_BYTES) / 1_000_000)),
    ...values(`${name}: longest stall`, 'ms', costs, ({ stall }) => stall),
    ...values(`${name}: memory growth`, 'MB', costs, ({ memory }) => memory),
  ];
}

function largeRows(name: string, costs: readonly Costs[]): BenchRow[] {
  return [
    ...rows(`${name}: time`, 'ms', costs, ({ time }) => time),
    ...rows(`${name}: longest stall`, 'ms', costs, ({ stall }) => stall, RECORDED_TO_PLAIN),
    ...rows(`${name}: memory growth`, 'MB', costs, ({ memory }) => memory, RECORDED_TO_PLAIN),
  ];
}

/** The ratio of the two, with its target where one is agreed, and both values. */
function rows(
  name: string,
  unit: string,
  costs: readonly Costs[],
  value: (cost: Cost) => number,
  target?: number,
): BenchRow[] {
  return [
    {
      name: `${name}, recorded / plain SDK`,
      value: median(costs.map(({ recorded, plain }) => value(recorded) / value(plain))),
      unit: '×',
      ...(target === undefined ? {} : { target }),
    },
    ...values(name, unit, costs, value),
  ];
}

function values(name: string, unit: string, costs: readonly Costs[], value: (cost: Cost) => number): BenchRow[] {
  return [
    { name: `${name}, recorded`, value: median(costs.map(({ recorded }) => value(recorded))), unit },
    { name: `${name}, plain SDK`, value: median(costs.map(({ plain }) => value(plain))), unit },
  ];
}
