import { closeSync, openSync, readSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

/** What Linux says about one process. */
export interface ProcessRow {
  pid: number;
  ppid: number;
  pgid: number;
  /** It has ended and waits for its parent to take note; it holds nothing any more and cannot be signalled. */
  dead: boolean;
}

/** Processes read in one turn of the event loop: about a millisecond. */
const SLICE = 25;

/** Every process of this machine in one pass over /proc; Linux only. */
export async function readProcessTable(): Promise<ProcessRow[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const rows: ProcessRow[] = [];
  for (let start = 0; start < pids.length; start += SLICE) {
    for (const pid of pids.slice(start, start + SLICE)) {
      const row = readProcess(pid);
      if (row) rows.push(row);
    }
    await setImmediate();
  }
  return rows;
}

/**
 * One process; undefined when it is gone. Synchronous on purpose: /proc is memory, and the thread pool's round trips cost more than the
 * reading (99 processes: 3 to 8 ms in all this way, 16 to 20 ms with `fs/promises`).
 */
export function readProcess(pid: number): ProcessRow | undefined {
  const stat = readStat(pid);
  if (stat === undefined) return undefined;
  // "pid (name) state ppid pgrp …": the name may hold spaces and parentheses, so the fields count from the last one.
  const [state, ppid, pgid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, ppid: Number(ppid), pgid: Number(pgid), dead: state === 'Z' || state === 'X' };
}

/** One line that begins with name and numbers; what follows the first fields is not needed. */
const statBuffer = Buffer.alloc(512);

function readStat(pid: number): string | undefined {
  try {
    const file = openSync(`/proc/${pid}/stat`, 'r');
    try {
      return statBuffer.toString('latin1', 0, readSync(file, statBuffer));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined; // Ended since the directory was listed.
  }
}

/** A process, its descendants, and the members of its group, whose parents may be gone. */
export function treeOf(root: number, rows: readonly ProcessRow[]): Set<number> {
  const tree = new Set(rows.filter((row) => row.pid === root || row.pgid === root).map((row) => row.pid));
  for (let before = -1; before !== tree.size;) {
    before = tree.size;
    for (const row of rows) if (tree.has(row.ppid)) tree.add(row.pid);
  }
  return tree;
}
