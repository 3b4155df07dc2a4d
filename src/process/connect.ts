import { connect } from 'node:net';

/** A loopback connection is made or refused within a millisecond; a second means that nobody accepts. */
const CONNECT_MS = 1000;

/**
 * Whether something accepts TCP connections there: one attempt, at most a second, nothing is sent.
 * Rejects with the signal's reason when aborted.
 */
export function canConnect(host: string, port: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const socket = connect({ host, port });
    const settle = (report: () => void): void => {
      signal?.removeEventListener('abort', onAbort);
      socket.destroy();
      report();
    };
    const onAbort = (): void => settle(() => reject(signal?.reason));
    signal?.addEventListener('abort', onAbort);
    socket.setTimeout(CONNECT_MS, () => settle(() => resolve(false)));
    socket.once('error', () => settle(() => resolve(false)));
    socket.once('connect', () => settle(() => resolve(true)));
  });
}
