import { bareCaller, bareSeedCaller } from './bareCallers.ts';
import { type Caller, recordedCaller, recordedStdioCaller } from './callers.ts';
import { plainCaller, plainSseCaller, plainStatelessCaller, plainStdioCaller } from './plainCallers.ts';
import { type BenchRow, median, RUNS } from './row.ts';
import { everythingScript, startBare, startEverything } from './servers.ts';
import { startServer } from '../servers/start.ts';
import { echo } from './tasks.ts';

/** Steps per client, run and row: calls one after the other, or that many at once. */
const CALLS = 200;
const AT_ONCE = 10;
const STEPS_AT_ONCE = 40;
const WARM_UP = 100;
const BLOCK = 10;
/** Issues 2 and 3: a recorded call costs at most what the plain library costs. */
const RECORDED_TO_PLAIN = 1;

/** Our client with recording on, the plain library where it speaks the transport, and bare HTTP where that is of interest. */
type Callers = { recorded: Caller; plain?: Caller; bare?: Caller };
type Who = keyof Callers;

const TRANSPORTS: Readonly<Record<string, (resources: AsyncDisposableStack) => Promise<Callers>>> = {
  async 'server-everything'(resources) {
    const { url } = own(resources, await startEverything());
    return { recorded: await recordedHttp(url), plain: await plainCaller(url), bare: await bareCaller(url) };
  },
  async 'bare SSE server'(resources) {
    const { url } = own(resources, await startBare());
    return { recorded: await recordedHttp(url), plain: await plainCaller(url), bare: await bareCaller(url) };
  },
  async '2026-07-28, SDK v2 server'(resources) {
    const { url } = own(resources, await startServer('v2Modern'));
    return { recorded: await recordedHttp(url), plain: await plainStatelessCaller(url) };
  },
  async 'HTTP+SSE, server-everything'(resources) {
    const { port } = own(resources, await startEverything('sse'));
    const url = `http://127.0.0.1:${port}/sse`;
    return { recorded: await recordedHttp(url, 'sse'), plain: await plainSseCaller(url) };
  },
  async 'stdio, server-everything'() {
    const args = [everythingScript, 'stdio'];
    return { recorded: await recordedStdioCaller(args), plain: await plainStdioCaller(args) };
  },
  async 'the dialect of the seed, bare server'(resources) {
    const { port } = own(resources, await startBare('seed'));
    const url = `http://127.0.0.1:${port}/sse`;
    return { recorded: await recordedHttp(url, 'external-sse'), bare: await bareSeedCaller(url) };
  },
};

/**
 * Latency of a call, p50, for each transport: our client with recording on, the plain library and bare HTTP, on the same server process
 * (stdio: on processes of the same program). They take turns.
 */
export async function bench(): Promise<BenchRow[]> {
  const all: BenchRow[] = [];
  for (const [name, open] of Object.entries(TRANSPORTS)) {
    await using resources = new AsyncDisposableStack();
    const callers = await open(resources);
    for (const caller of Object.values(callers)) resources.defer(() => caller.close());
    all.push(...(await benchCallers(name, callers)));
  }
  return all;
}

function own<T extends { stop(): Promise<unknown> }>(resources: AsyncDisposableStack, server: T): T {
  resources.defer(async () => void (await server.stop()));
  return server;
}

function recordedHttp(url: string, transport?: 'sse' | 'external-sse'): Promise<Caller> {
  return recordedCaller({
    kind: 'http',
    url: new URL(url),
    headers: {},
    ...(transport === undefined ? {} : { transport }),
  });
}

async function benchCallers(name: string, callers: Callers): Promise<BenchRow[]> {
  await takeTurns(callers, WARM_UP, 1);
  const sequential: Medians[] = [];
  const atOnce: Medians[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    sequential.push(await takeTurns(callers, CALLS, 1));
    atOnce.push(await takeTurns(callers, STEPS_AT_ONCE, AT_ONCE));
  }
  return [
    ...rows(`latency, ${name}`, callers, sequential),
    ...rows(`latency, ${name}, ${AT_ONCE} at once`, callers, atOnce),
  ];
}

/** Median latency of each in one run, ms; NaN for whoever is not there. */
type Medians = Record<Who, number>;

/**
 * Each makes `BLOCK` steps of `width` calls at once, then it is the next one's turn: a client pays for what its own last call left
 * behind, and whatever else the machine does falls on all three.
 */
async function takeTurns(callers: Callers, steps: number, width: number): Promise<Medians> {
  const times: Record<Who, number[]> = { recorded: [], plain: [], bare: [] };
  const turns = Object.entries(callers) as [Who, Caller][];
  for (let turn = 0; turn < steps / BLOCK; turn += 1) {
    for (const [who, caller] of turn % 2 === 0 ? turns : turns.toReversed()) {
      for (let step = 0; step < BLOCK; step += 1) {
        const calls = Array.from({ length: width }, (_, index) => timed(caller, `${turn}.${step}.${index}`));
        times[who].push(...(await Promise.all(calls)));
      }
    }
  }
  return { recorded: median(times.recorded), plain: median(times.plain), bare: median(times.bare) };
}

async function timed(caller: Caller, message: string): Promise<number> {
  const started = performance.now();
  await echo(caller, message);
  return performance.now() - started;
}

function rows(name: string, { plain, bare }: Callers, runs: readonly Medians[]): BenchRow[] {
  const over = (value: (run: Medians) => number): number => median(runs.map(value));
  const all: BenchRow[] = [{ name: `${name}: recorded`, value: over(({ recorded }) => recorded), unit: 'ms' }];
  if (bare !== undefined) {
    all.unshift({ name: `${name}: recorded / undici`, value: over((run) => run.recorded / run.bare), unit: '×' });
    all.push({ name: `${name}: undici`, value: over((run) => run.bare), unit: 'ms' });
  }
  if (plain !== undefined) {
    const value = over((run) => run.recorded / run.plain);
    all.unshift({ name: `${name}: recorded / plain SDK`, value, unit: '×', target: RECORDED_TO_PLAIN });
    all.push({ name: `${name}: plain SDK`, value: over((run) => run.plain), unit: 'ms' });
  }
  return all;
}
