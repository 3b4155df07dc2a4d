import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ManagedServer } from '../../src/servers/managedServer.ts';
import type { ServerRegistry } from '../../src/servers/serverRegistry.ts';
import type { ServerStatus } from '../../src/servers/status.ts';
import { serverScript } from '../servers/start.ts';
import { createBenchRegistry } from './benchRegistry.ts';
import { packageCopy } from './packageCopy.ts';
import { type BenchRow, median, RUNS } from './row.ts';

/** Issue 4: so many at once, and their limits. */
const SERVERS = 50;
const STOP_ALL_TARGET_MS = 4000;
const IDLE_TARGET_PERCENT = 2;
/** Long enough for two health checks of each server (every 15 s) and eight samples of their memory. */
const IDLE_MS = 40_000;
/** The wait before the first restart, which is not ours to shorten. */
const FIRST_DELAY_MS = 1000;

/** What supervision costs: after a crash, with fifty servers that idle, and when all of them are stopped. */
export async function bench(): Promise<BenchRow[]> {
  return [...(await crashRows()), ...(await crowdRows())];
}

/** From SIGKILL to ready again, against a plain start of the same server. */
async function crashRows(): Promise<BenchRow[]> {
  const registry = createBenchRegistry();
  const { dist } = await packageCopy();
  const raw = { command: process.execPath, args: [join(dist, 'sample.cjs')], port: 'auto' };
  const boots: number[] = [];
  const recoveries: number[] = [];
  try {
    const server = registry.add({ name: 'bench', source: 'bench', raw });
    for (let run = 0; run <= RUNS; run += 1) {
      const began = performance.now();
      await server.start();
      const boot = performance.now() - began;
      const recovery = await recoveryMs(server);
      await server.stop();
      // The first loads our own code.
      if (run === 0) continue;
      boots.push(boot);
      recoveries.push(recovery - FIRST_DELAY_MS);
    }
  } finally {
    await registry.dispose();
  }
  return [
    { name: 'crash to ready again, minus the delay: sample server', value: median(recoveries), unit: 'ms' },
    { name: 'start to ready, the same server', value: median(boots), unit: 'ms' },
  ];
}

async function recoveryMs(server: ManagedServer): Promise<number> {
  const { pid } = server.snapshot();
  if (pid === undefined) throw new Error('A server that we started has a process');
  const began = performance.now();
  process.kill(pid, 'SIGKILL');
  await reached(server, 'restarting');
  await reached(server, 'ready');
  return performance.now() - began;
}

function reached(server: ManagedServer, kind: ServerStatus['kind']): Promise<void> {
  return new Promise((resolve) => {
    const subscription = server.onDidChange(() => {
      if (server.status.kind !== kind) return;
      subscription.dispose();
      resolve();
    });
  });
}

/** Half of them on pipes, half over HTTP. */
async function crowdRows(): Promise<BenchRow[]> {
  const registry = createBenchRegistry();
  try {
    define(registry);
    const began = performance.now();
    await registry.startAll();
    const started = performance.now();
    const before = process.cpuUsage();
    await pause(IDLE_MS);
    const { user, system } = process.cpuUsage(before);
    const idle = performance.now() - started;
    const stopping = performance.now();
    await registry.stopAll();
    return [
      { name: `${SERVERS} servers: start all, four at a time`, value: started - began, unit: 'ms' },
      {
        name: `${SERVERS} servers that idle: CPU of the host`,
        value: ((user + system) / 1000 / idle) * 100,
        unit: '% of a core',
        target: IDLE_TARGET_PERCENT,
      },
      {
        name: `${SERVERS} servers: stop all`,
        value: performance.now() - stopping,
        unit: 'ms',
        target: STOP_ALL_TARGET_MS,
      },
    ];
  } finally {
    await registry.dispose();
  }
}

function define(registry: ServerRegistry): void {
  for (let index = 0; index < SERVERS; index += 1) {
    const isHttp = index % 2 === 0;
    registry.add({
      name: `server ${index}`,
      source: 'bench',
      raw: {
        command: process.execPath,
        args: [serverScript(isHttp ? 'echo' : 'stdioEcho')],
        ...(isHttp ? { port: 'auto' } : {}),
      },
    });
  }
}
