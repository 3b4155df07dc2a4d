import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Page } from 'playwright-core';
import type { Flood, FloodServer } from './floodServer.ts';
import { FLOOD_LIMIT_MS, within } from './limits.ts';
import { type Drawn, type LongTask, seen, type Seen } from './pageProbe.ts';

/** Milliseconds between two looks, and milliseconds without a change after which all is over. */
const LOOK_MS = 250;
const CALM_MS = 2000;

/** A flood that has been drawn to its end. */
export interface Settled {
  flood: Flood;
  seen: Seen;
  /** Milliseconds from the first byte until `isComplete` held for what was drawn. */
  shown: number;
}

/**
 * Waits until all of a flood has been sent, `isComplete` holds for what is drawn, and nothing changes any more. Rejects with a
 * `LimitError` when a page, frozen or not, does not get there within `FLOOD_LIMIT_MS`.
 */
export function settled(
  frame: Frame | Page,
  server: FloodServer,
  n: number,
  isComplete: (drawn: Drawn) => boolean,
): Promise<Settled> {
  const over = AbortSignal.timeout(FLOOD_LIMIT_MS);
  return within(FLOOD_LIMIT_MS, `${n} notifications`, wait());

  async function wait(): Promise<Settled> {
    while (!over.aborted) {
      await sleep(LOOK_MS);
      const found = await seen(frame);
      const first = found.drawn.find(isComplete);
      const last = found.drawn.at(-1);
      if (first === undefined || last === undefined || !isComplete(last)) continue;
      const busyUntil = Math.max(last.at, ...found.longTasks.map(({ start, duration }) => start + duration));
      if (Date.now() - busyUntil < CALM_MS) continue;
      const flood = await server.flood();
      if (flood.n === n && flood.lastByteAt > 0) return { flood, seen: found, shown: first.at - flood.firstByteAt };
    }
    throw over.reason;
  }
}

/** Tasks that may be the frame's own: its scripts ran in them, or the browser does not know whose, or those of several. */
export function ownTasks({ longTasks }: Seen): LongTask[] {
  return longTasks.filter(({ whose }) => ['self', 'unknown', 'multiple-contexts'].includes(whose));
}

/** The tasks over 50 ms from the first byte on: the longest, and all of them together; milliseconds. */
export function tasksSince(at: number, tasks: readonly LongTask[]): { longest: number; total: number } {
  const durations = tasks.filter(({ start, duration }) => start + duration >= at).map(({ duration }) => duration);
  return { longest: Math.max(0, ...durations), total: durations.reduce((sum, duration) => sum + duration, 0) };
}
