import type { Clock } from '../../base/clock.ts';

/** Runs `work` with a signal that `outer` aborts, or the clock after `ms` milliseconds, as a `TimeoutError`. */
export async function within<T>(
  clock: Clock,
  ms: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = clock.after(ms, () => late.abort(new DOMException(`No answer within ${ms} ms`, 'TimeoutError')));
  try {
    return await work(AbortSignal.any([outer, late.signal]));
  } finally {
    timer.dispose();
  }
}
