import { t } from '@vscode/l10n';
import { assertNever } from '../base/assert.ts';
import { backoffMs } from '../base/backoff.ts';
import { durationWords } from '../base/duration.ts';
import type { Destination } from './status.ts';
import type { RunEnding } from './supervisor.ts';

/** One line for the history in a server's output: what happened, after how long, and what comes next. */
export function describeEnding({ failure, upMs, next }: RunEnding): string {
  const before = upMs === undefined ? t('before it was ready') : t('after {0}', durationWords(upMs));
  return t('It {0}, {1}. {2}', failure.what, before, nextStep(next));
}

function nextStep(next: Destination): string {
  switch (next.kind) {
    case 'rest':
      return t('It stays stopped: it ended by itself and without an error.');
    case 'start':
      return t('It is started again.');
    case 'restarting':
      return t('It is started again in {0} s (failure {1} in a row).', backoffMs(next.attempt) / 1000, next.attempt);
    case 'failed':
      return next.crashLoop === undefined
        ? t('It is not started again by itself.')
        : t(
            'It is given up after {0} failures in a row. Restart it when the cause is mended.',
            next.crashLoop.failures,
          );
    case 'authRequired':
      return t('It wants somebody to sign in.');
    default:
      return assertNever(next);
  }
}

/** The same for an end that somebody asked for, as the rest of a sentence: "was stopped". */
export function describeAsked(what: string, upMs: number): string {
  return t('It {0}, after {1}.', what, durationWords(upMs));
}
