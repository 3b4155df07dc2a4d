import { readFile } from 'node:fs/promises';

import { executableOf, identify } from './identity.ts';
import type { LedgerContent } from './ledger.ts';
import { type ProcessRow, readProcessTable } from './processTable.ts';
import { MARKER_VARIABLE } from './reaperScript.ts';

/**
 * What is left of a host that is gone, as targets for `process.kill`, by the reaper's rules. An id that means another process by now is
 * spared. On macOS groups whose leader lives, else nothing: without it, nothing proves that a group is still the one in the ledger.
 * @param ledger its `executables` are added to, so that what was seen once is still recognised when its group is gone
 */
export async function survivorsOf(ledger: LedgerContent): Promise<number[]> {
  const intact = new Set<number>();
  for (const { pid, started } of ledger.runs) {
    const identity = pid === undefined ? undefined : await identify(pid);
    // A dead leader whom nobody has taken note of still holds its id.
    if (pid !== undefined && identity !== undefined && identity.started === started) intact.add(pid);
  }
  return process.platform === 'linux' ? onLinux(ledger, intact) : [...intact].map((pid) => -pid);
}

async function onLinux(ledger: LedgerContent, intact: ReadonlySet<number>): Promise<number[]> {
  const pending = new Set(ledger.runs.filter(({ pid }) => pid === undefined).map(({ id }) => id));
  const groups = new Set(ledger.runs.map(({ pid }) => pid));
  const rows = (await readProcessTable()).filter(({ dead }) => !dead);
  const marked = await Promise.all(rows.map(async (row) => ({ ...row, id: await runOf(row.pid, ledger.marker) })));
  const members = marked.filter(({ pgid, id }) => intact.has(pgid) || (id !== undefined && groups.has(pgid)));
  for (const { pid, id } of members) learn(ledger, id, executableOf(pid));
  const strays = marked.filter(({ pid, id }) => {
    const executable = executableOf(pid);
    if (id === undefined || executable === undefined) return false;
    return pending.has(id) || ledger.executables[serverOf(id)]?.includes(executable) === true;
  });
  return [...new Set([...members, ...strays].map(({ pid }) => pid))];
}

/** What carries the marker of a host, by the run that it belongs to, wherever it hangs in the tree of processes. Linux only. */
export async function markedByRun(marker: string): Promise<ReadonlyMap<string, readonly ProcessRow[]>> {
  const found = new Map<string, ProcessRow[]>();
  if (process.platform !== 'linux') return found;
  const rows = (await readProcessTable()).filter(({ dead }) => !dead);
  await Promise.all(
    rows.map(async (row) => {
      const id = await runOf(row.pid, marker);
      if (id !== undefined) found.set(id, [...(found.get(id) ?? []), row]);
    }),
  );
  return found;
}

function learn(ledger: LedgerContent, id: string | undefined, executable: string | undefined): void {
  if (id === undefined || executable === undefined) return;
  const seen = (ledger.executables[serverOf(id)] ??= []);
  if (!seen.includes(executable)) seen.push(executable);
}

/** Which run of the host a process belongs to, by the marker that it inherited. */
async function runOf(pid: number, marker: string): Promise<string | undefined> {
  // Those of other users cannot be read, and need not be.
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  const start = `${MARKER_VARIABLE}=${marker}.`;
  return environment
    .split('\0')
    .find((variable) => variable.startsWith(start))
    ?.slice(start.length);
}

function serverOf(id: string): string {
  return id.split('.')[0] ?? '';
}
