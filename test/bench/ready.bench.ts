import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import { createBenchRegistry } from './benchRegistry.ts';
import { packageCopy } from './packageCopy.ts';
import { type BenchRow, median, RUNS } from './row.ts';
import { everythingScript } from './servers.ts';

/** Issue 2: ms after the independent poller's first answer. */
const TARGET_MS = 50;
const POLLER_TIMEOUT_MS = 30_000;

/** One start, ms. */
interface Start {
  /** From our first step to ready: session open, tools known. */
  ready: number;
  /** How much later than the poller's first answer; negative when we were first. */
  behind: number;
}

/**
 * From the start of a server to ready, through the registry, against a process of its own that asks the same server every 5 ms.
 * Each server is started once before, so that the loading of our own code is not part of it.
 */
export async function bench(): Promise<BenchRow[]> {
  const { dist } = await packageCopy();
  const commands = {
    'sample server': [join(dist, 'sample.cjs')],
    'server-everything': [everythingScript, 'streamableHttp'],
  };
  const names = Object.keys(commands) as (keyof typeof commands)[];
  const starts = { 'sample server': [] as Start[], 'server-everything': [] as Start[] };
  for (let run = 0; run <= RUNS; run += 1) {
    for (const name of names) {
      const start = await measure(commands[name]);
      if (run > 0) starts[name].push(start);
    }
  }
  return names.flatMap((name) => [
    {
      name: `ready, ${name}: after the poller's first answer`,
      value: median(starts[name].map(({ behind }) => behind)),
      unit: 'ms',
      target: TARGET_MS,
    },
    { name: `ready, ${name}: from the start`, value: median(starts[name].map(({ ready }) => ready)), unit: 'ms' },
  ]);
}

async function measure(args: readonly string[]): Promise<Start> {
  const port = await getPort({ host: '127.0.0.1' });
  const registry = createBenchRegistry();
  try {
    const firstAnswer = await startPoller(`http://127.0.0.1:${port}/mcp`);
    const raw = { command: process.execPath, args, port };
    const server = registry.add({ name: 'bench', source: 'bench', raw });
    const began = monotonicMs();
    await server.start();
    const ready = monotonicMs();
    return { ready: ready - began, behind: ready - (await firstAnswer()) };
  } finally {
    await registry.dispose();
  }
}

/** A clock that all processes of this machine share. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Resolves once it polls, with what waits for the time of its first answer. */
async function startPoller(url: string): Promise<() => Promise<number>> {
  const script = fileURLToPath(new URL('readyPoller.ts', import.meta.url));
  const poller = spawn(process.execPath, [script, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: POLLER_TIMEOUT_MS,
  });
  const lines = createInterface(poller.stdout)[Symbol.asyncIterator]();
  const exited = once(poller, 'exit');
  await lines.next();
  return async () => {
    const { value } = await lines.next();
    await exited;
    if (value === undefined) throw new Error('The poller got no answer');
    return Number(value) / 1e6;
  };
}
