import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Caller, plainCaller, recordedCaller } from './callers.ts';
import { type BenchRow, median, RUNS } from './row.ts';
import { startBare } from './servers.ts';

/** Sent by the bench server's tool. */
const FLOOD = 100_000;
/** Length of its large answer, in characters, at the least. */
const BIG_LENGTH = 9_000_000;
const RESOLUTION_MS = 1;

interface Cost {
  /** From the call to its answer, ms. */
  time: number;
  /** The longest that nothing else could run meanwhile, ms. */
  stall: number;
}

/** What floods and large answers cost, recorded and with the plain library: time, and how long the event loop stands still. */
export async function bench(): Promise<BenchRow[]> {
  const server = await startBare();
  try {
    const callers = { recorded: await recordedCaller(server.url), plain: await plainCaller(server.url) };
    const floods = await takeTurns(callers, flood);
    const json = await takeTurns(callers, (caller) => big(caller, 'big-json'));
    const sse = await takeTurns(callers, (caller) => big(caller, 'big-sse'));
    await callers.recorded.close();
    await callers.plain.close();
    return [
      ...rows('100,000 notifications of 200 B', 'µs', floods, ({ time }) => (time * 1000) / FLOOD),
      ...rows('10 MB answer, JSON', 'ms', json, ({ time }) => time),
      ...rows('10 MB answer, SSE', 'ms', sse, ({ time }) => time),
    ];
  } finally {
    await server.stop();
  }
}

type Task = (caller: Caller) => Promise<void>;

interface Costs {
  recorded: Cost;
  plain: Cost;
}

async function takeTurns(callers: Record<keyof Costs, Caller>, task: Task): Promise<Costs[]> {
  const costs: Costs[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    costs.push({ recorded: await measure(callers.recorded, task), plain: await measure(callers.plain, task) });
  }
  return costs;
}

async function measure(caller: Caller, task: Task): Promise<Cost> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const started = performance.now();
  await task(caller);
  const time = performance.now() - started;
  // The answer may be handed over within the turn that stalled, before the monitor had a chance to notice.
  await new Promise((resolve) => setTimeout(resolve, 2 * RESOLUTION_MS));
  delay.disable();
  return { time, stall: Math.max(0, delay.max / 1e6 - RESOLUTION_MS) };
}

async function flood(caller: Caller): Promise<void> {
  const before = caller.delivered();
  await caller.callTool('flood', {});
  const delivered = caller.delivered() - before;
  // What is recorded counts the answer too.
  if (delivered < FLOOD) throw new Error(`${delivered} of ${FLOOD} notifications were taken in before the answer`);
}

async function big(caller: Caller, tool: string): Promise<void> {
  const { length } = await caller.callTool(tool, {});
  if (length < BIG_LENGTH) throw new Error(`The answer has ${length} characters only`);
}

function rows(name: string, unit: string, costs: readonly Costs[], time: (cost: Cost) => number): BenchRow[] {
  const over = (value: (run: Costs) => number): number => median(costs.map(value));
  const what = unit === 'µs' ? 'time per event' : 'time';
  return [
    {
      name: `${name}: recorded / plain SDK`,
      value: over(({ recorded, plain }) => recorded.time / plain.time),
      unit: '×',
    },
    { name: `${name}: ${what}, recorded`, value: over(({ recorded }) => time(recorded)), unit },
    { name: `${name}: ${what}, plain SDK`, value: over(({ plain }) => time(plain)), unit },
    { name: `${name}: longest stall, recorded`, value: over(({ recorded }) => recorded.stall), unit: 'ms' },
    { name: `${name}: longest stall, plain SDK`, value: over(({ plain }) => plain.stall), unit: 'ms' },
  ];
}
