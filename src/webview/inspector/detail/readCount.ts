import { CHUNKS_LIMIT } from '../../../messages/inspector.ts';
import { formatCount } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';

/** Whether the host has told where each read began. */
export function areAllReads(chunkStarts: readonly number[]): boolean {
  return chunkStarts.length < CHUNKS_LIMIT;
}

/** How many reads something came in: `12`, or `more than 10,000`. */
export function readCount(chunkStarts: readonly number[]): string {
  return areAllReads(chunkStarts) ? formatCount(chunkStarts.length + 1) : t('more than {0}', formatCount(CHUNKS_LIMIT));
}
