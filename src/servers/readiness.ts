import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { t } from '@vscode/l10n';
import pRetry from 'p-retry';
import { ExternalMcpError } from '../base/errors.ts';
import { canConnect } from '../process/connect.ts';
import { hasStranger, ownership } from '../process/listening.ts';

/** Looks for the port this often at first and at last, in ms: often enough to be noticed at once, rarely enough to cost nothing. */
const POLL_MS = { first: 4, last: 10 };

/** Pause after a handshake that was refused, in ms. */
const REFUSED_MS = 200;

export interface ReadinessInput<T> {
  server: string;
  /** Process whose tree must own the port. */
  pid: number;
  port: number;
  /** Hosts where the server may listen, preferred first. */
  hosts: readonly string[];
  /** Ends the waiting; its reason is what the promise rejects with. */
  signal: AbortSignal;
  /** The one thing that proves readiness: a successful handshake, whose session is kept. */
  connect(host: string): Promise<T>;
}

/**
 * Waits until the process we started listens and completes the handshake. Nothing is sent before the port is known to be ours,
 * since headers carry secrets.
 */
export function connectWhenReady<T>(input: ReadinessInput<T>): Promise<T> {
  return pRetry(() => attempt(input), {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: POLL_MS.first,
    maxTimeout: POLL_MS.last,
    factor: 1.5,
    signal: input.signal,
    shouldRetry: ({ error }) => error instanceof NotYet || isStillStarting(error),
  });
}

class NotYet extends Error {}

async function attempt<T>(input: ReadinessInput<T>): Promise<T> {
  const { server, pid, port, hosts, signal } = input;
  const host = await firstOpen(hosts, (candidate) => canConnect(candidate, port, signal));
  if (host === undefined) throw new NotYet();
  const found = await ownership(port, pid);
  if (found.owner === 'none') throw new NotYet();
  if (found.owner === 'foreign') throw portTakenError(server, port);
  const target = await ownAddress(input, host, found.address);
  try {
    return await input.connect(target);
  } catch (error) {
    // It listens and refuses: asking a hundred times a second would only keep it busy.
    if (isStillStarting(error)) await delay(REFUSED_MS, undefined, { signal });
    throw error;
  }
}

/** Where our process is the one that answers: the literal address at which it was found, since a stranger may hold the other one. */
async function ownAddress<T>(input: ReadinessInput<T>, host: string, found: string): Promise<string> {
  const { server, pid, port, hosts } = input;
  // Some servers insist on the name, so it is kept where nobody else can be behind it.
  if (isIP(host) === 0) {
    if (await hasStranger(port, pid)) throw portTakenError(server, port);
    return host;
  }
  const address = found === 'any' ? host : found;
  if (!hosts.includes(address)) throw portTakenError(server, port);
  return address;
}

/**
 * The first host at which somebody listens. A server on all addresses may begin between two looks, so the hosts before the one that was
 * found are looked at once more.
 */
export async function firstOpen(
  hosts: readonly string[],
  isOpen: (host: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const [index, host] of hosts.entries()) {
    if (!(await isOpen(host))) continue;
    return (await firstOpen(hosts.slice(0, index), isOpen)) ?? host;
  }
  return undefined;
}

/** A server that listens already and serves in a moment; every other failure will not mend itself by waiting. */
function isStillStarting(error: unknown): boolean {
  if (!(error instanceof ExternalMcpError) || error.kind !== 'connection') return false;
  return error.httpStatus === undefined || error.httpStatus === 503;
}

/** Somebody else listens where the server should. */
export function portTakenError(server: string, port: number): ExternalMcpError {
  return new ExternalMcpError(
    'process',
    t(
      'Port {0} of “{1}” is taken by another process. Stop that one, choose another port, or set "port": "auto".',
      port,
      server,
    ),
    { server },
  );
}
