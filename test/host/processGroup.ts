import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between two looks at a group: the system reports the end of our own child only, not that of its children. */
const pollInterval = 20;

/** Milliseconds after which a group that cannot be killed is given up: what is left are zombies that no one reaps. */
const zombieTime = 2_000;

/**
 * Ends every process of the group that `leader` (started with `detached: true`) leads: politely, then, after `grace`
 * milliseconds, by force. Resolves when none is left.
 */
export async function endGroup(leader: number, grace = 5_000): Promise<void> {
  signalGroup(leader, 'SIGTERM');
  const deadline = performance.now() + grace;
  while (signalGroup(leader, 0) && performance.now() < deadline + zombieTime) {
    if (performance.now() > deadline) signalGroup(leader, 'SIGKILL');
    await delay(pollInterval);
  }
}

/** Sends a signal to the group and tells whether it had a process to receive it. Signal 0 only asks. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false; // ESRCH: the group is empty.
  }
}
