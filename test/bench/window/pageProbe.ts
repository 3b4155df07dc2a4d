import type { Frame, Page } from 'playwright-core';

/** What a page is watched for besides its tasks: the rows of a grid, how often a text stands in it, or nothing. */
export type Watched =
  { readonly kind: 'grid' } | { readonly kind: 'text'; readonly text: string } | { readonly kind: 'tasks' };

/** What was drawn in a frame. `last`: the last row is in sight, and not only its place. */
export interface Drawn {
  /** Milliseconds since the epoch. */
  at: number;
  count: number;
  last: boolean;
}

/** A task of the main thread over 50 ms. */
export interface LongTask {
  /** Milliseconds since the epoch. */
  start: number;
  /** Milliseconds. */
  duration: number;
  /** Whose scripts ran in it, as the browser tells the frame: `self`, `unknown`, `multiple-contexts`, `same-origin-ancestor` … */
  whose: string;
}

/** What the probe has seen so far. */
export interface Seen {
  drawn: Drawn[];
  longTasks: LongTask[];
}

type ProbedWindow = typeof globalThis & { floodProbe?: Seen };

/** Begins to watch a document, from the next frame on. A page's content policy does not apply to what Playwright runs in it. */
export async function watch(frame: Frame | Page, watched: Watched): Promise<void> {
  await frame.evaluate(beginWatch, watched);
}

/** What was seen since `watch`. */
export function seen(frame: Frame | Page): Promise<Seen> {
  return frame.evaluate(() => (globalThis as ProbedWindow).floodProbe ?? { drawn: [], longTasks: [] });
}

/** Every node of the document: elements, texts, comments. */
export function countNodes(frame: Frame | Page): Promise<number> {
  return frame.evaluate(() => {
    const nodes = document.createNodeIterator(document, NodeFilter.SHOW_ALL);
    let count = 0;
    while (nodes.nextNode() !== null) count += 1;
    return count;
  });
}

/** Runs in the page, so it must not use anything of this module. */
function beginWatch(what: Watched): void {
  /** Entries of each kind that are kept; more are not recorded. Two minutes of frames that all differ. */
  const most = 7200;
  const probe: Seen = { drawn: [], longTasks: [] };
  (globalThis as ProbedWindow).floodProbe = probe;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (probe.longTasks.length >= most) return;
      const start = performance.timeOrigin + entry.startTime;
      probe.longTasks.push({ start, duration: entry.duration, whose: entry.name });
    }
  }).observe({ type: 'longtask' });
  if (what.kind === 'tasks') return;

  const countText = (text: string): number => (document.body.textContent ?? '').split(text).length - 1;
  const isInSight = (row: Element, grid: Element): boolean => {
    const box = row.getBoundingClientRect();
    const bounds = grid.getBoundingClientRect();
    return box.height > 0 && box.top >= bounds.top && box.bottom <= Math.min(bounds.bottom, innerHeight) + 1;
  };
  const look = (): Omit<Drawn, 'at'> => {
    if (what.kind === 'text') return { count: countText(what.text), last: true };
    const grid = document.querySelector('[role=grid]');
    const count = Number(grid?.getAttribute('aria-rowcount') ?? 0);
    const row = grid?.querySelector(`[role=row][aria-rowindex="${count}"]`) ?? undefined;
    const isLoaded = row !== undefined && row.textContent !== '' && row.getAttribute('aria-label') !== 'Loading';
    return { count, last: isLoaded && grid !== null && isInSight(row, grid) };
  };
  const note = (): void => {
    isDue = false;
    const { count, last } = look();
    const before = probe.drawn.at(-1);
    if ((before?.count !== count || before.last !== last) && probe.drawn.length < most)
      probe.drawn.push({ at: Date.now(), count, last });
  };
  // What a frame's callback finds will be drawn in this frame. Whoever asked for every frame would have the browser make sixty a second
  // where there is nothing to draw, on the processors that are measured.
  let isDue = false;
  const noteInFrame = (): void => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(note);
  };
  const everything = { subtree: true, childList: true, characterData: true, attributes: true };
  new MutationObserver(noteInFrame).observe(document, everything);
  noteInFrame();
}
