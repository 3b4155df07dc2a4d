import getPort from 'get-port';

/** Candidates per port. Measured: 20 random ones gave four windows starting at once 1 duplicate in 199 ports; counting up a range, all. */
const CANDIDATES = 20;
/** Below every system's ephemeral range, so that no outgoing connection takes the port between our look and the server's bind. */
const FIRST = 20_000;
const LAST = 32_000;

/**
 * A port that nobody listens on at 127.0.0.1 now. Nothing reserves it: a server that finds it taken deserves another one.
 * @param random a number from 0 up to, not including, 1
 */
export function freePort(random: () => number = Math.random): Promise<number> {
  const candidates = Array.from({ length: CANDIDATES }, () => FIRST + Math.floor(random() * (LAST - FIRST + 1)));
  return getPort({ port: candidates, host: '127.0.0.1' });
}
