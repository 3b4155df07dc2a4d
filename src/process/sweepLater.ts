import { readdir } from 'node:fs/promises';

import { messageOf } from '../base/errors.ts';
import type { Disposable } from '../base/lifecycle.ts';
import { isLedger } from './ledgerFiles.ts';
import type { SweepOptions } from './sweep.ts';

/** Milliseconds after the start of the window, which has better things to do first. */
const DELAY_MS = 2000;

/** Looks for what killed windows have left, once, a moment later. Costs one look into a folder unless something is in it. */
export function sweepLater(options: SweepOptions): Disposable {
  const look = async (): Promise<void> => {
    const names = await readdir(options.folder).catch((): string[] => []);
    const ledgers = names.filter(isLedger);
    if (ledgers.length > 0) await (await import('./sweep.ts')).sweep(ledgers, options);
  };
  return options.clock.after(DELAY_MS, () => {
    look().catch((error: unknown) => options.log.warn(messageOf(error)));
  });
}
