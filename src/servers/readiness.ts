import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pRetry from 'p-retry';
import { ExternalMcpError } from '../base/errors.ts';
import { canConnect } from '../process/connect.ts';
import { hasStranger, ownership } from '../process/listening.ts';
import { PortConflict } from './portConflict.ts';

/** Looks for the port this often at first and at last, in ms: often enough to be noticed at once, rarely enough to cost nothing. */
const POLL_MS = { first: 4, last: 10 };

/** Pause after a handshake that was refused, in ms. */
const REFUSED_MS = 200;

/** Where a server of ours was found. */
export interface Place {
  host: string;
  port: number;
  /** It listens on every address of this machine. */
  isExposed: boolean;
}

export interface ReadinessInput<T> {
  /** Process whose tree must own the port. */
  pid: number;
  port: number;
  /** Hosts where the server may listen, preferred first. */
  hosts: readonly string[];
  /** Ends the waiting; its reason is what the promise rejects with. */
  signal: AbortSignal;
  /** Where to look while the port is closed. */
  other: {
    find(): Promise<number | undefined>;
    refuse(port: number, error: ExternalMcpError): void;
  };
  /** The one thing that proves readiness: a successful handshake, whose session is kept. */
  connect: (place: Place) => Promise<T>;
}

/**
 * Waits until the process we started listens and completes the handshake. Nothing is sent before the port is known to be ours,
 * since headers carry secrets. Rejects with `PortConflict` when it is somebody else's.
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
  const { pid, port, hosts, signal } = input;
  const host = await firstOpen(hosts, (candidate) => canConnect(candidate, port, signal));
  if (host === undefined) return attemptElsewhere(input);
  const found = await ownership(port, pid);
  if (found.owner === 'none') throw new NotYet();
  if (found.owner === 'foreign') {
    // A server that is just ending has let go of its sockets before they are gone: a stranger is there at the second look, too.
    const again = await ownership(port, pid);
    if (again.owner !== 'foreign') throw new NotYet();
    throw new PortConflict(port);
  }
  const target = await ownAddress(input, host, found.address);
  return connectOrRest(input, {
    host: target,
    port,
    isExposed: found.owner === 'ours' && found.address === 'any',
  });
}

/** A server may not use the port it was given. There is less reason to believe in another one, so it has to be ours beyond doubt. */
async function attemptElsewhere<T>(input: ReadinessInput<T>): Promise<T> {
  const { pid, hosts, signal, other } = input;
  const port = await other.find();
  if (port === undefined) throw new NotYet();
  const host = await firstOpen(hosts, (candidate) => canConnect(candidate, port, signal));
  const found = await ownership(port, pid);
  if (host === undefined || found.owner !== 'ours') throw new NotYet();
  try {
    const target = await ownAddress({ ...input, port }, host, found.address);
    return await connectOrRest(input, { host: target, port, isExposed: found.address === 'any' });
  } catch (error) {
    if (error instanceof PortConflict) throw new NotYet();
    if (!(error instanceof ExternalMcpError) || error.kind === 'auth' || isStillStarting(error) || signal.aborted) {
      throw error;
    }
    // Metrics, a debugger: the one that counts may still follow.
    other.refuse(port, error);
    throw new NotYet();
  }
}

async function connectOrRest<T>({ connect, signal }: ReadinessInput<T>, place: Place): Promise<T> {
  try {
    return await connect(place);
  } catch (error) {
    // It listens and refuses: asking a hundred times a second would only keep it busy.
    if (isStillStarting(error)) await delay(REFUSED_MS, undefined, { signal });
    throw error;
  }
}

/** Where our process is the one that answers: the literal address at which it was found, since a stranger may hold the other one. */
async function ownAddress<T>(
  { pid, port, hosts }: Pick<ReadinessInput<T>, 'pid' | 'port' | 'hosts'>,
  host: string,
  found: string,
): Promise<string> {
  // Some servers insist on the name, so it is kept where nobody else can be behind it.
  if (isIP(host) === 0) {
    if (await hasStranger(port, pid)) throw new PortConflict(port);
    return host;
  }
  const address = found === 'any' ? host : found;
  if (!hosts.includes(address)) throw new PortConflict(port);
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
