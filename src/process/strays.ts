import type { Clock } from '../base/clock.ts';
import { readProcess } from './processTable.ts';

/** Milliseconds after each signal. */
const LADDER = [
  ['SIGTERM', 1500],
  ['SIGKILL', 500],
] as const;
const LOOK_MS = 50;

interface StrayLadder {
  clock: Clock;
  onSignal: (signal: 'SIGTERM' | 'SIGKILL', strays: readonly number[]) => void;
}

/**
 * Ends processes that have left their group, within two seconds: politely first, as the group itself.
 * @param strays process ids; what runs under one of them is known to be ours at this moment
 */
export async function endStrays(strays: readonly number[], { clock, onSignal }: StrayLadder): Promise<void> {
  let left = strays;
  for (const [signal, patience] of LADDER) {
    if (left.length === 0) return;
    onSignal(signal, left);
    for (const pid of left) send(pid, signal);
    for (const deadline = clock.now() + patience; left.length > 0 && clock.now() < deadline;) {
      await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve));
      left = left.filter(isLive);
    }
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone in the meantime, or not ours to end.
  }
}

function isLive(pid: number): boolean {
  const row = readProcess(pid);
  return row !== undefined && !row.dead;
}
