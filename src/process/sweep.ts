import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { t } from '@vscode/l10n';

import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { bootId, identify } from './identity.ts';
import { draftOf, type LedgerContent, parseLedger } from './ledger.ts';
import { UNREADABLE_LEDGER } from './ledgerFiles.ts';
import { survivorsOf } from './survivors.ts';

/** Milliseconds after each signal until the next; the last one is repeated, since processes may start others while they are ended. */
const LADDER = [
  ['SIGTERM', 1500],
  ['SIGKILL', 500],
  ['SIGKILL', 500],
] as const;
/** How often what is left is looked at: a look costs some 30 ms. */
const LOOK_MS = 100;

export interface SweepOptions {
  /** Where the ledgers are; missing: there is nothing to do. */
  folder: string;
  log: Log;
  clock: Clock;
}

/** Ends what hosts have left behind that were killed together with their reapers. Ledgers of living hosts are left alone. */
export async function sweep(files: readonly string[], { folder, log, clock }: SweepOptions): Promise<void> {
  const boot = await bootId();
  for (const file of files.map((name) => join(folder, name))) {
    const ledger = await read(file).catch((error: unknown) =>
      setAside(file, join(folder, UNREADABLE_LEDGER), error, log),
    );
    if (ledger === undefined) continue;
    // Ids of another boot mean nothing, and nothing has survived it.
    if (ledger.boot === boot && ((await isAlive(ledger.host)) || !(await endSurvivors(ledger, log, clock)))) continue;
    for (const each of [file, draftOf(file)]) await rm(each, { force: true });
  }
}

async function read(file: string): Promise<LedgerContent> {
  return parseLedger(await readFile(file, 'utf8'));
}

async function isAlive(host: LedgerContent['host']): Promise<boolean> {
  const identity = await identify(host.pid);
  return identity !== undefined && !identity.dead && identity.started === host.started;
}

/** False when something is left all the same: it hangs in the kernel, or runs as another user. */
async function endSurvivors(ledger: LedgerContent, log: Log, clock: Clock): Promise<boolean> {
  let left = await survivorsOf(ledger);
  if (left.length > 0) log.info(t('Processes that a killed window has left are ended: {0}.', left.join(', ')));
  for (const [signal, patience] of LADDER) {
    for (const target of left) {
      try {
        process.kill(target, signal);
      } catch {
        // Gone in the meantime, or not ours to end: the next look tells.
      }
    }
    for (const deadline = clock.now() + patience; left.length > 0 && clock.now() < deadline;) {
      await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve));
      left = await survivorsOf(ledger);
    }
  }
  if (left.length > 0) {
    log.warn(t('Processes that a killed window has left could not be ended: {0}.', left.join(', ')));
  }
  return left.length === 0;
}

async function setAside(file: string, aside: string, error: unknown, log: Log): Promise<undefined> {
  // Another window was faster.
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  log.warn(t('The record of running servers “{0}” cannot be read and was set aside: {1}', file, messageOf(error)));
  await rename(file, aside);
  return undefined;
}
