import { t } from '@vscode/l10n';
import { assertNever } from '../base/assert.ts';
import { backoffMs } from '../base/backoff.ts';
import { durationWords } from '../base/duration.ts';
import type { Destination } from './status.ts';
import type { RunEnding } from './supervisor.ts';

/** One line for the history in a server's output: what happened, after how long, and what comes next. */
export function describeEnding({ failure, upMs, then }: RunEnding): string {
  const before = upMs === undefined ? t('before it was ready') : t('after {0}', durationWords(upMs));
  return t('It {0}, {1}. {2}', failure.what, before, nextStep(then));
}

function nextStep(then: Destination): string {
  switch (then.kind) {
    case 'rest':
      return t('It stays stopped: it ended by itself and without an error.');
    case 'start':
      return t('It is started again.');
    case 'restarting':
      return t('It is started again in {0} s (failure {1} in a row).', backoffMs(then.attempt) / 1000, then.attempt);
    case 'failed':
      return then.crashLoop === undefined
        ? t('It is not started again by itself.')
        : t(
            'It is given up after {0} failures in a row. Restart it when the cause is mended.',
            then.crashLoop.failures,
          );
    case 'authRequired':
      return t('It wants somebody to sign in.');
    default:
      return assertNever(then);
  }
}
