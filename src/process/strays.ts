import type { Clock } from '../base/clock.ts';
import { identify } from './identity.ts';

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
  let left = await Promise.all(strays.map(async (pid) => ({ pid, started: (await identify(pid))?.started })));
  for (const [signal, patience] of LADDER) {
    if (left.length === 0) return;
    onSignal(
      signal,
      left.map(({ pid }) => pid),
    );
    for (const { pid } of left) send(pid, signal);
    for (const deadline = clock.now() + patience; left.length > 0 && clock.now() < deadline;) {
      await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve));
      const isLive = await Promise.all(left.map(isStillThere));
      left = left.filter((_stray, index) => isLive[index]);
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

/** The same process, not another one that has got its id. */
async function isStillThere({ pid, started }: { pid: number; started: string | undefined }): Promise<boolean> {
  const identity = await identify(pid);
  return identity !== undefined && !identity.dead && identity.started === started;
}
