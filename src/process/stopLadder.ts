import type { Clock } from '../base/clock.ts';
import { ProcessGroup } from './processGroup.ts';

/** How long a process may take to end by itself when its input has ended, in ms. */
export const POLITE_MS = 500;

/**
 * First the end of the input, which the caller has given; then signals to the group; after each a wait for all of it to be gone.
 * Together 3.5 s: VS Code gives its extensions 5 s to end, and protocol sessions are closed before. Twenty stubborn servers at once
 * take 2.3 s.
 */
const LADDER = [
  { signal: undefined, waitMs: POLITE_MS },
  { signal: 'SIGTERM', waitMs: 1500 },
  { signal: 'SIGKILL', waitMs: 1500 },
] as const;
/** How often the group is looked at once its leader has exited: soon at first, then rarely. */
const FIRST_LOOK_MS = 5;
const SLOWEST_LOOK_MS = 100;

interface StopLadder {
  /** Fulfilled when the leader has exited. */
  leaderExit: Promise<unknown>;
  onSignal: (signal: 'SIGTERM' | 'SIGKILL') => void;
  clock: Clock;
}

/** Ends a process group within 3.5 s. False when a member is still alive then: it hangs in the kernel or runs as another user. */
export async function endGroup(leader: number, { leaderExit, onSignal, clock }: StopLadder): Promise<boolean> {
  const group = new ProcessGroup(leader);
  for (const { signal, waitMs } of LADDER) {
    if (signal) {
      onSignal(signal);
      await group.signal(signal);
    }
    const deadline = clock.now() + waitMs;
    if ((await within(leaderExit, waitMs, clock)) && (await isGoneBefore(deadline, group, clock))) return true;
  }
  return false;
}

async function isGoneBefore(deadline: number, group: ProcessGroup, clock: Clock): Promise<boolean> {
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 2, SLOWEST_LOOK_MS)) {
    if (await group.isGone()) return true;
    const left = deadline - clock.now();
    if (left <= 0) return false;
    await new Promise<void>((resolve) => clock.after(Math.min(pause, left), resolve));
  }
}

/** Whether the promise was fulfilled before `ms` milliseconds were over. */
export async function within(promise: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  const over = Promise.withResolvers<boolean>();
  const timer = clock.after(ms, () => over.resolve(false));
  try {
    return await Promise.race([promise.then(() => true), over.promise]);
  } finally {
    timer.dispose();
  }
}
