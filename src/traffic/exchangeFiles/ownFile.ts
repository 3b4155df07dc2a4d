import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, realpath, stat, unlink } from 'node:fs/promises';
import { t } from '@vscode/l10n';

/**
 * Opens a new file to write, in the place of one that is there: whoever has that open keeps it, and neither writes into the other's. What is no
 * file, such as a pipe, is written to; a link stays one.
 */
export async function openAnew(path: string): Promise<FileHandle> {
  const there = await statOf(path);
  if (there === undefined) return await open(path, 'wx');
  if (!there.isFile()) return await open(path, 'w');
  const target = await realpath(path);
  await unlink(target);
  return await open(target, 'wx');
}

/** Throws when a path no longer leads to the file that was opened there: it was deleted, moved or replaced. */
export async function checkIsAt(path: string, handle: FileHandle): Promise<void> {
  const [own, there] = await Promise.all([handle.stat({ bigint: true }), statOf(path)]);
  if (there === undefined || areOthers(own, there)) throw new Error(t('the file was deleted, moved or replaced'));
}

async function statOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function areOthers(one: BigIntStats, other: BigIntStats): boolean {
  // Windows tells the same volume in 32 bits or in 64, depending on how it is asked.
  if (process.platform !== 'win32' && one.dev !== other.dev) return true;
  // Some file systems number nothing, and say zero.
  return one.ino !== 0n && other.ino !== 0n && one.ino !== other.ino;
}
