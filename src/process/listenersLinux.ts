import { readdirSync, readlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

import { type Listener, reachesLoopback } from './listeners.ts';
import { readProcessTable, treeOf } from './processTable.ts';

const LISTEN = '0A';
/** Bytes: a page of 4,096 without room for another row (150 to 200). */
const PAGE_NEARLY_FULL = 3800;
const SPELLINGS: Readonly<Record<string, string>> = {
  '0100007F': '127.0.0.1',
  '00000000': '0.0.0.0',
  '00000000000000000000000001000000': '::1',
  '00000000000000000000000000000000': '::',
  // IPv4 inside IPv6, as Java and some others bind.
  '0000000000000000FFFF00000100007F': '127.0.0.1',
};

/** Everything that listens on this machine (in our network namespace), judged by whether its socket is open in the tree of `leader`. */
export async function listenersOnLinux(leader: number): Promise<Listener[]> {
  const [rows, held] = await Promise.all([
    allListenRows(),
    readProcessTable().then((processes) => socketsOf(treeOf(leader, processes))),
  ]);
  return rows.map(({ port, address, socket }) => ({
    port,
    address,
    ours: held.sockets.has(socket) || (held.complete ? false : undefined),
  }));
}

/** Who accepts connections on a port at loopback; undefined when nobody does, or one whose descriptors we may not see. */
export async function holderOnLinux(port: number): Promise<number | undefined> {
  const rows = (await allListenRows()).filter((row) => row.port === port && reachesLoopback(row.address));
  if (rows.length === 0) return undefined;
  for (const { pid } of await readProcessTable()) {
    const { sockets } = socketsOf([pid]);
    if (rows.some(({ socket }) => sockets.has(socket))) return pid;
    await setImmediate();
  }
  return undefined;
}

interface ListenRow {
  port: number;
  address: string;
  /** As a link to it reads among a process's descriptors. */
  socket: string;
}

async function allListenRows(): Promise<ListenRow[]> {
  return (await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(listenRows))).flat();
}

async function listenRows(path: string): Promise<ListenRow[]> {
  const rows: ListenRow[] = [];
  for (const line of await listenLines(path)) {
    const [, local = '', , , , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    rows.push({ port: Number.parseInt(port, 16), address: SPELLINGS[address] ?? address, socket: `socket:[${inode}]` });
  }
  return rows;
}

/**
 * The kernel lists listening sockets first, so reading stops at the first connection: there may be thousands of those. It fills a page
 * per read while there is more, and walks its whole table (2 ms) each time, so a short read is the last one.
 */
async function listenLines(path: string): Promise<string[]> {
  let text = '';
  try {
    await using file = await open(path);
    const buffer = Buffer.alloc(65_536);
    for (let more = true; more;) {
      const { bytesRead } = await file.read(buffer);
      text += buffer.toString('latin1', 0, bytesRead);
      more = bytesRead >= PAGE_NEARLY_FULL && text.split('\n').slice(1, -1).every(listens);
    }
  } catch (error) {
    // A kernel without IPv6 has no tcp6.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return text.split('\n').slice(1).filter(listens);
}

function listens(line: string): boolean {
  return line.trim().split(/\s+/, 4)[3] === LISTEN;
}

/** Names of the sockets that are open in these processes; not complete where one runs as another user. Synchronous as `readProcess` is. */
function socketsOf(pids: Iterable<number>): { sockets: Set<string>; complete: boolean } {
  const sockets = new Set<string>();
  let complete = true;
  for (const pid of pids) {
    try {
      for (const descriptor of readdirSync(`/proc/${pid}/fd`)) sockets.add(targetOf(`/proc/${pid}/fd/${descriptor}`));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') complete = false;
    }
  }
  return { sockets, complete };
}

function targetOf(descriptor: string): string {
  try {
    return readlinkSync(descriptor);
  } catch {
    return ''; // Closed since it was listed.
  }
}
