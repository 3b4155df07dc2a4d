import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { copyFile, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { processesMarked } from '../../host/markedProcesses.ts';

/** Far more than anything takes here, so that a loaded machine fails no test. */
const DEADLINE_MS = 50_000;
const folders: string[] = [];
const hosts: OrphanHost[] = [];
const hostScript = fileURLToPath(new URL('../../servers/orphanHost.ts', import.meta.url));

/** A folder for ledgers, until the tests of the file are over. */
export function ledgerFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'external-mcp-ledger-'));
  folders.push(folder);
  return folder;
}

/** Removes what the tests have made, and ends what is left of their hosts, should a test have failed. */
export async function cleanUp(): Promise<void> {
  for (const host of hosts.splice(0)) {
    host.child.kill('SIGKILL');
    for (const pid of await processesMarked(host.mark)) process.kill(pid, 'SIGKILL');
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** A program that no other server runs: a stand-in for what a server opens for a person. */
export async function standIn(folder: string): Promise<string> {
  const file = join(folder, 'sleep');
  await copyFile('/bin/sleep', file);
  return file;
}

/** Waits until the condition holds. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const deadline = performance.now() + DEADLINE_MS; !(await holds()); await pause(20)) {
    assert.ok(performance.now() < deadline, `waited in vain until ${what}`);
  }
}

/** The living reapers of a host. */
export async function reapersOf(marker: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => Number.isInteger(pid));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')));
  return pids.filter((_pid, index) => lines[index]?.includes(`\0external-mcp-reaper\0${marker}\0`));
}

export interface OrphanHost {
  child: ChildProcess;
  /** Of its guard. */
  marker: string;
  /** In the environment of its servers. */
  mark: string;
  /** The first line that a server of that kind has printed. */
  line(kind: string): Promise<string>;
}

/** A host of its own process with a server of each kind; resolves when its guard exists and before it starts them. */
export async function startHost(folder: string, program: string, kinds: readonly string[]): Promise<OrphanHost> {
  const mark = randomUUID();
  const child = spawn(process.execPath, [hostScript, folder, mark, program, ...kinds], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: { marker?: string; kind?: string; text?: string }[] = [];
  // The lines of the program above.
  createInterface({ input: child.stdout }).on('line', (line) => said.push(JSON.parse(line) as (typeof said)[number]));
  await until(() => said.length > 0, 'the host said its marker');
  const line = async (kind: string): Promise<string> => {
    const find = (): string | undefined => said.find((each) => each.kind === kind)?.text;
    await until(() => find() !== undefined, `the ${kind} server said something`);
    return find() ?? '';
  };
  const host = { child, marker: said[0]?.marker ?? '', mark, line };
  hosts.push(host);
  return host;
}
