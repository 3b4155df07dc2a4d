/** First revision without handshake and sessions. */
export const STATELESS_VERSION = '2026-07-28';

/** Whether a revision (a date, so that text compares as time) is of the stateless era. */
export function isStateless(version: string | undefined): boolean {
  return version !== undefined && version >= STATELESS_VERSION;
}
