import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { isLedger, UNREADABLE_LEDGER } from '../process/ledgerFiles.ts';
import { sweep } from '../process/sweep.ts';

const DRAFT = '.tmp';
const RECORDINGS = 'recordings';

/** What a sweep is given. */
interface Tools {
  log: Log;
  clock: Clock;
}

/**
 * Ends what killed windows have left, then removes what the extension has written into its global storage, and the folder where nothing
 * else is in it. Stays: the ledger of a window that is open or whose servers could not be ended, whatever is not ours, and anything behind
 * a symbolic link. A folder that is not there is cleared. Rejects when something could not be removed.
 */
export async function clearStorage(folder: string, tools: Tools): Promise<void> {
  const found = await lstat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) return;
  const ledgers = (await filesIn(folder)).filter(isLedger);
  // Side by side: VS Code ends its hook after 5 s, and what is left of one window takes up to 2.5 s to end.
  await Promise.all(ledgers.map((name) => sweep([name], { folder, ...tools })));

  const files = await filesIn(folder);
  const kept = new Set(files.filter(isLedger));
  const ours = files.filter(
    (name) => name === UNREADABLE_LEDGER || (name.endsWith(DRAFT) && !kept.has(name.slice(0, -DRAFT.length))),
  );
  for (const name of ours) await rm(join(folder, name), { force: true });
  const recordings = join(folder, RECORDINGS);
  if ((await lstat(recordings).catch(() => undefined))?.isDirectory() === true)
    await rm(recordings, { recursive: true });
  if ((await readdir(folder)).length === 0) await rmdir(folder);
}

/** Names of plain files: no folder, no link. */
async function filesIn(folder: string): Promise<string[]> {
  return (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
}
