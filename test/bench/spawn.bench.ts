import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { discardTraffic } from '../../src/base/traffic.ts';
import { childEnvironment } from '../../src/process/environment.ts';
import { ExternalMcpProcess } from '../../src/process/externalMcpProcess.ts';
import { OrphanGuard, type ProcessGuard } from '../../src/process/guard.ts';
import { type BenchRow, median } from './row.ts';

const SPAWNS = 150;
/** The first ones load what is loaded late, and have the compiler look at it. */
const WARM_UP = 10;
/** Says a line and waits for the end of its input: neither its boot nor its end is what is measured. */
const COMMAND = { command: '/bin/sh', args: ['-c', 'echo up; read line'] };

/** From the call to the first line of output, by turns: ours without a guard, ours as it is used, and bare `child_process`. */
export async function bench(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-spawn-'));
  const guard = new OrphanGuard({ folder, log: silentLog, clock: systemClock });
  const bare: number[] = [];
  const added = { plain: [] as number[], guarded: [] as number[] };
  try {
    for (let round = 0; round < WARM_UP + SPAWNS; round += 1) {
      const time = await spawnBare();
      bare.push(time);
      // Against the one just before, as the load of the machine changes.
      added.plain.push((await spawnOurs()) - time);
      added.guarded.push((await spawnOurs(guard)) - time);
    }
  } finally {
    await guard.dispose();
    await rm(folder, { recursive: true });
  }
  return [
    { name: 'spawn: bare child_process, until its first line', value: middle(bare), unit: 'ms' },
    { name: 'spawn: ExternalMcpProcess adds', value: middle(added.plain), unit: 'ms' },
    { name: 'spawn: ExternalMcpProcess with its guard adds', value: middle(added.guarded), unit: 'ms' },
  ];
}

function middle(times: readonly number[]): number {
  return median(times.slice(WARM_UP));
}

async function spawnBare(): Promise<number> {
  const env = childEnvironment(process.env);
  const started = performance.now();
  const child = spawn(COMMAND.command, COMMAND.args, { env, detached: true });
  await once(child.stdout, 'data');
  const time = performance.now() - started;
  child.stdin.end();
  await once(child, 'close');
  return time;
}

async function spawnOurs(guard?: ProcessGuard): Promise<number> {
  const env = childEnvironment(process.env);
  const started = performance.now();
  const child = new ExternalMcpProcess({
    server: 'bench',
    ...COMMAND,
    cwd: process.cwd(),
    env,
    stdio: 'output',
    redact: (text) => text,
    log: silentLog,
    traffic: discardTraffic(),
    clock: systemClock,
    ...(guard === undefined ? {} : { guard }),
  });
  const line = new Promise((resolve) => child.onLine(resolve));
  await child.start();
  await line;
  const time = performance.now() - started;
  await child.stop();
  return time;
}
