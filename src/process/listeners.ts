/** A TCP socket that accepts connections. */
export interface Listener {
  port: number;
  /** As bound: `127.0.0.1`, `::1`, the wildcards `0.0.0.0` and `::`, or another address of this machine. */
  address: string;
  /** Whether the process asked about, or one that it started, holds it; undefined where the system would not say. */
  ours: boolean | undefined;
}

/** Whether it accepts connections at every address of this machine, so from other machines too. */
function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** Whether it accepts connections at loopback. */
export function reachesLoopback(address: string): boolean {
  return isWildcard(address) || address === '127.0.0.1' || address === '::1';
}
