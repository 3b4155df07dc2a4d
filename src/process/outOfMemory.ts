import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ExitCause } from './state.ts';

/** What Node and other programs on V8 write before they give up. */
const HEAP_EXHAUSTED = /JavaScript heap out of memory|Reached heap limit/;
/** How a shell or npx passes on that its command was aborted: 128 and the number of SIGABRT. */
const ABORTED_CODE = 134;
/** The part of a session's path that holds everything of one user, scopes of `systemd-run --user` included. */
const USER_SLICE = /^.*?\/user-\d+\.slice(?=\/|$)/;

/**
 * The cause with `outOfMemory` where that was the reason.
 * @param lastOutput its last lines: a full heap is told in them, before a stack trace
 * @param killsBefore `memoryKills()` when it was started
 */
export async function noticeOutOfMemory(
  cause: ExitCause,
  lastOutput: readonly string[],
  killsBefore: number | undefined,
  killsNow = memoryKills,
): Promise<ExitCause> {
  if (cause.kind === 'notStarted') return cause;
  const end = cause.kind === 'code' ? cause.code : cause.signal;
  if ((end === 'SIGABRT' || end === ABORTED_CODE) && lastOutput.some((line) => HEAP_EXHAUSTED.test(line))) {
    return { ...cause, outOfMemory: 'heap' };
  }
  if (cause.kind === 'code' || cause.signal !== 'SIGKILL' || cause.requested || killsBefore === undefined) return cause;
  return ((await killsNow()) ?? 0) > killsBefore ? { ...cause, outOfMemory: 'system' } : cause;
}

/**
 * How many processes of this user, or where users have no group of their own of our control group, the kernel's memory killer has
 * ended so far; undefined where the system does not count that there (cgroup v1, macOS, Windows).
 * @param root where the control groups are mounted
 * @param own which one is ours, as /proc/self/cgroup has it
 */
export async function memoryKills(root = '/sys/fs/cgroup', own = '/proc/self/cgroup'): Promise<number | undefined> {
  try {
    // Of version 2, there is one line, "0::" and the path; it is read each time, as systemd may move a process.
    const path = /^0::(\/.*)$/m.exec(await readFile(own, 'utf8'))?.[1];
    if (path === undefined) return undefined;
    const events = await readFile(join(root, USER_SLICE.exec(path)?.[0] ?? path, 'memory.events'), 'utf8');
    const kills = /^oom_kill (\d+)$/m.exec(events)?.[1];
    return kills === undefined ? undefined : Number(kills);
  } catch {
    return undefined;
  }
}
