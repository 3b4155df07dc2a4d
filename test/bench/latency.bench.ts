import { bareCaller, type Caller, plainCaller, recordedCaller } from './callers.ts';
import { type BenchRow, median, RUNS } from './row.ts';
import { startBare, startEverything } from './servers.ts';

/** Steps per client, run and row: calls one after the other, or that many at once. */
const CALLS = 200;
const AT_ONCE = 10;
const STEPS_AT_ONCE = 60;
const WARM_UP = 100;
const BLOCK = 10;
/** Issue 2: a recorded call costs at most what the plain library costs. */
const RECORDED_TO_PLAIN = 1;

const CALLERS = ['recorded', 'plain', 'bare'] as const;
type Callers = Record<(typeof CALLERS)[number], Caller>;

/**
 * Latency of a call, p50: our client with recording on, the plain library and bare HTTP, on the same server process. They take turns.
 */
export async function bench(): Promise<BenchRow[]> {
  return [
    ...(await benchServer('server-everything', startEverything)),
    ...(await benchServer('bare SSE server', startBare)),
  ];
}

async function benchServer(name: string, start: typeof startBare): Promise<BenchRow[]> {
  const server = await start();
  try {
    const callers: Callers = {
      recorded: await recordedCaller(server.url),
      plain: await plainCaller(server.url),
      bare: await bareCaller(server.url),
    };
    await takeTurns(callers, WARM_UP, 1);
    const sequential: Medians[] = [];
    const atOnce: Medians[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      sequential.push(await takeTurns(callers, CALLS, 1));
      atOnce.push(await takeTurns(callers, STEPS_AT_ONCE, AT_ONCE));
    }
    for (const caller of CALLERS) await callers[caller].close();
    return [...rows(`latency, ${name}`, sequential), ...rows(`latency, ${name}, ${AT_ONCE} at once`, atOnce)];
  } finally {
    await server.stop();
  }
}

/** Median latency of each in one run, ms. */
type Medians = Record<(typeof CALLERS)[number], number>;

/**
 * Each makes `BLOCK` steps of `width` calls at once, then it is the next one's turn: a client pays for what its own last call left
 * behind, and whatever else the machine does falls on all three.
 */
async function takeTurns(callers: Callers, steps: number, width: number): Promise<Medians> {
  const times = { recorded: [] as number[], plain: [] as number[], bare: [] as number[] };
  for (let turn = 0; turn < steps / BLOCK; turn += 1) {
    for (const name of turn % 2 === 0 ? CALLERS : CALLERS.toReversed()) {
      for (let step = 0; step < BLOCK; step += 1) {
        const calls = Array.from({ length: width }, (_, index) => timed(callers[name], `${turn}.${step}.${index}`));
        times[name].push(...(await Promise.all(calls)));
      }
    }
  }
  return { recorded: median(times.recorded), plain: median(times.plain), bare: median(times.bare) };
}

async function timed(caller: Caller, message: string): Promise<number> {
  const started = performance.now();
  const answer = await caller.callTool('echo', { message });
  const took = performance.now() - started;
  if (!answer.endsWith(message)) throw new Error(`Not the echo of “${message}”: ${answer}`);
  return took;
}

function rows(name: string, runs: readonly Medians[]): BenchRow[] {
  const over = (value: (run: Medians) => number): number => median(runs.map(value));
  return [
    {
      name: `${name}: recorded / plain SDK`,
      value: over(({ recorded, plain }) => recorded / plain),
      unit: '×',
      target: RECORDED_TO_PLAIN,
    },
    { name: `${name}: recorded / undici`, value: over(({ recorded, bare }) => recorded / bare), unit: '×' },
    { name: `${name}: recorded`, value: over(({ recorded }) => recorded), unit: 'ms' },
    { name: `${name}: plain SDK`, value: over(({ plain }) => plain), unit: 'ms' },
    { name: `${name}: undici`, value: over(({ bare }) => bare), unit: 'ms' },
  ];
}
