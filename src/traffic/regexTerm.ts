import { t } from '@vscode/l10n';
import { withinTime } from './withinTime.ts';

/** Milliseconds for an expression on an empty text: none takes as long that a machine, however busy, could work with. */
const TRIAL_MS = 1000;

/** Compiles `/source/` or `/source/i`; a sentence for people where that is not what it is. `^` and `$` are ends of lines. */
export function parseRegex(written: string): RegExp | string {
  const [, source = '', flags = ''] = /^\/((?:[^/\\]|\\[^])*)\/([^]*)$/.exec(written) ?? [];
  if (source === '') return t('Write an expression between the two /.');
  if (flags !== '' && flags !== 'i') {
    return t('Behind the closing / only i can stand, which disregards case. A / within the expression is written \\/.');
  }
  try {
    const regex = new RegExp(source, `${flags}m`);
    // The engine compiles it when it is first used, and says only then that it is too large.
    return withinTime(TRIAL_MS, () => regex.test('')) === undefined ? t('The expression takes too long.') : regex;
  } catch (error) {
    return t('The expression cannot be read: {0}', error instanceof Error ? error.message : String(error));
  }
}
