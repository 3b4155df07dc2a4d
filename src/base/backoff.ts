/** Longest wait before another attempt in seconds, whatever a server asks for. */
export const LONGEST_BACKOFF_SECONDS = 60;

/**
 * Milliseconds to wait after a failed attempt: the seed's `min(2 ** (attempt - 1), 60)` seconds.
 * @param attempt counts from 1
 */
export function backoffMs(attempt: number): number {
  return Math.min(2 ** (attempt - 1), LONGEST_BACKOFF_SECONDS) * 1000;
}
