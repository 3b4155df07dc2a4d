import pRetry from 'p-retry';
import { backoffMs, LONGEST_BACKOFF_SECONDS } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { ExternalMcpError } from '../base/errors.ts';

export interface RetryOptions {
  /** Attempts after the first. */
  maxRetries: number;
  clock: Clock;
  signal: AbortSignal | undefined;
  /** Called before each wait. */
  onRetry: (error: ExternalMcpError, delayMs: number) => void;
}

/**
 * Milliseconds to wait after a failed attempt: what the server asked for, at most a minute, else the usual back-off.
 * @param attempt counts from 1
 */
export function retryDelayMs(attempt: number, error: ExternalMcpError): number {
  return error.retryAfterMs === undefined
    ? backoffMs(attempt)
    : Math.min(error.retryAfterMs, LONGEST_BACKOFF_SECONDS * 1000);
}

/** Repeats what failed with a `retryable` error; anything else, and the last failure, is thrown as it is. */
export function withRetries<T>(operation: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { maxRetries, clock, signal, onRetry } = options;
  if (maxRetries === 0) return operation();
  return pRetry(operation, {
    retries: maxRetries,
    // The wait is ours: the library's cannot be told how long.
    minTimeout: 0,
    shouldRetry: async ({ error, attemptNumber }) => {
      if (!(error instanceof ExternalMcpError) || !error.retryable) return false;
      const delayMs = retryDelayMs(attemptNumber, error);
      onRetry(error, delayMs);
      // Ended while it waited: what the attempt failed with says more than that.
      return wait(delayMs, clock, signal);
    },
  });
}

/** Resolves with whether the whole time has passed. */
async function wait(ms: number, clock: Clock, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal?.aborted === true) return false;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = clock.after(ms, () => resolve(true));
  const onAbort = (): void => resolve(false);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await promise;
  } finally {
    timer.dispose();
    signal?.removeEventListener('abort', onAbort);
  }
}
