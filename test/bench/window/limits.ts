import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds that a page gets for one flood: MCP Inspector's is known to freeze for 110 s. */
export const FLOOD_LIMIT_MS = 150_000;
/** Milliseconds for everything around it: starting, connecting, opening, closing. */
export const STEP_LIMIT_MS = 60_000;

/** Pixels that both get. */
export const VIEWPORT = { width: 1600, height: 1000 };

/** The promise's value, or a rejection after `ms`: a frozen page answers nobody, and Playwright waits for it for ever. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  const over = new AbortController();
  const limit = sleep(ms, undefined, { signal: over.signal }).then(
    () => Promise.reject(new LimitError(`${what}: not within ${ms} ms`)),
    // Cancelled: the promise has settled, and nobody looks any more.
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([promise, limit]);
  } finally {
    over.abort();
  }
}

/** Something took longer than it may. */
export class LimitError extends Error {
  override name = 'LimitError';
}
