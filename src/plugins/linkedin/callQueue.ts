import { t } from '@vscode/l10n';
import type { CancellationToken } from '../../api.ts';
import { LinkedInError } from './linkedInError.ts';

/** Calls that wait at most; one more is refused at once. */
const MOST_WAITING = 50;

/** Lets one piece of work run at a time, in the order of asking: there is one browser, and LinkedIn counts. */
export class CallQueue {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Begun, or waiting. */
  #asked = 0;

  /** Whether whoever asks now has to wait. */
  get isBusy(): boolean {
    return this.#asked > 0;
  }

  /** Rejects as `work` does; as cancelled, and without having begun it, when its token says so while it waits. */
  async run<T>(token: CancellationToken, work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MOST_WAITING) {
      const message = t('{0} LinkedIn actions wait already. Try again when they are done.', MOST_WAITING);
      throw new LinkedInError({ kind: 'tool', code: 'busy', message, retryable: true });
    }
    const before = this.#last;
    const done = Promise.withResolvers<void>();
    this.#last = before.then(() => done.promise);
    this.#asked += 1;
    try {
      await this.#turn(before, token);
      return await work();
    } finally {
      this.#asked -= 1;
      done.resolve();
    }
  }

  async #turn(before: Promise<void>, token: CancellationToken): Promise<void> {
    const cancelled = Promise.withResolvers<never>();
    const cancel = (): void => cancelled.reject(cancelledWhileWaiting());
    if (token.isCancellationRequested) throw cancelledWhileWaiting();
    const subscription = token.onCancellationRequested(cancel);
    this.#waiting += 1;
    try {
      await Promise.race([before, cancelled.promise]);
    } finally {
      this.#waiting -= 1;
      subscription.dispose();
    }
  }
}

function cancelledWhileWaiting(): LinkedInError {
  const message = t('The LinkedIn action was cancelled before it began.');
  return new LinkedInError({ kind: 'cancelled', code: 'cancelled', message });
}
