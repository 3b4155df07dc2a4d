import type { Listener } from './listeners.ts';
import { listenersElsewhere, portsElsewhere } from './listenersElsewhere.ts';
import { listenersOnLinux } from './listenersLinux.ts';

/**
 * Who would answer on a port at loopback. `ours`: the process asked about or one that it started; never send a secret to `foreign`;
 * `unverifiable`: somebody answers and the system would not say who; `none`: nobody listens.
 * `address` is where it was found: connect to that literal, to `127.0.0.1` for `any`.
 */
export type Ownership =
  { owner: 'ours' | 'foreign' | 'unverifiable'; address: '127.0.0.1' | '::1' | 'any' } | { owner: 'none' };

/** @param leader process id of a group's leader, as of `ProcessState` */
export async function ownership(port: number, leader: number): Promise<Ownership> {
  return judge(await listenersAt(port, leader));
}

/** Whether somebody else listens on the port at any address: a name such as `localhost` may lead there. */
export async function hasStranger(port: number, leader: number): Promise<boolean> {
  return (await listenersAt(port, leader)).some((listener) => listener.ours === false);
}

async function listenersAt(port: number, leader: number): Promise<Listener[]> {
  const listeners =
    process.platform === 'linux' ? await listenersOnLinux(leader) : await listenersElsewhere(port, leader);
  return listeners.filter((listener) => listener.port === port);
}

/** The ports that a process and what it started listen on, ascending; empty also where the system would not say. */
export async function listeningPorts(leader: number): Promise<number[]> {
  const ports =
    process.platform === 'linux'
      ? (await listenersOnLinux(leader)).filter((listener) => listener.ours === true).map((listener) => listener.port)
      : await portsElsewhere(leader);
  return ascending(ports);
}

function ascending(ports: readonly number[]): number[] {
  return [...new Set(ports)].toSorted((a, b) => a - b);
}

/** Decides for the listeners of one port. The most specific address answers, and `::` answers for IPv4 too. */
export function judge(listeners: readonly Listener[]): Ownership {
  const at = (address: string): Listener[] => listeners.filter((listener) => listener.address === address);
  const answers: Ownership[] = [
    ...verdict('127.0.0.1', at('127.0.0.1')),
    ...(at('127.0.0.1').length > 0 ? [] : verdict('any', [...at('0.0.0.0'), ...at('::')])),
    ...verdict('::1', at('::1').length > 0 ? at('::1') : at('::')),
  ];
  // Ours on ::1 is reachable whatever a stranger does on 127.0.0.1.
  return answers.find((answer) => answer.owner === 'ours') ?? answers[0] ?? { owner: 'none' };
}

function verdict(address: '127.0.0.1' | '::1' | 'any', listeners: readonly Listener[]): Ownership[] {
  if (listeners.length === 0) return [];
  // Several may share an address (SO_REUSEPORT), and the system picks one for each connection.
  if (listeners.every((listener) => listener.ours === true)) return [{ owner: 'ours', address }];
  return [{ owner: listeners.some((listener) => listener.ours === false) ? 'foreign' : 'unverifiable', address }];
}
