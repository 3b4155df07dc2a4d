import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Lock = { release(): void };

/**
 * Runs `work` while no other process on this machine runs work under the same name. The lock is a listening socket:
 * it disappears with its holder, however that ends, and those who wait are told by their connection closing.
 */
export async function withLock<T>(name: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  const address = lockAddress(name);
  let lock = await tryAcquire(address);
  if (!lock) onWait();
  while (!lock) {
    const held = await untilReleased(address);
    if (!held && process.platform === 'darwin') await rm(address, { force: true });
    lock = await tryAcquire(address);
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** Linux and Windows have socket names that are not files; elsewhere a dead holder's file has to be removed. */
function lockAddress(name: string): string {
  const id = `external-mcp-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  if (process.platform === 'linux') return `\0${id}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${id}` : join(tmpdir(), `${id}.sock`);
}

function tryAcquire(address: string): Promise<Lock | undefined> {
  return new Promise((resolve, reject) => {
    const waiting = new Set<Socket>();
    const server: Server = createServer((socket) => {
      waiting.add(socket);
      socket.on('error', () => waiting.delete(socket)).on('close', () => waiting.delete(socket));
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () =>
      resolve({
        release() {
          server.close();
          for (const socket of waiting) socket.destroy();
        },
      }),
    );
  });
}

/** Resolves with true when a living holder let go, with false when there was none. */
function untilReleased(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    let held = false;
    connect(address)
      .once('connect', () => (held = true))
      .on('error', () => resolve(held))
      .once('close', () => resolve(held))
      .resume();
  });
}
