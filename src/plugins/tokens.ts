import type { CancellationToken } from '../api.ts';
import type { Disposable } from '../base/lifecycle.ts';

/** A signal that follows a token until it is disposed of. */
export function tokenSignal(token: CancellationToken | undefined): Disposable & { readonly signal: AbortSignal } {
  const cancel = new AbortController();
  let subscription: Disposable | undefined;
  try {
    if (token?.isCancellationRequested === true) cancel.abort();
    subscription = token?.onCancellationRequested(() => cancel.abort());
  } catch {
    // Whoever has no token that works cannot cancel.
  }
  return { signal: cancel.signal, dispose: () => subscription?.dispose() };
}

/** A token that follows a signal; what a listener throws is its own affair. */
export function signalToken(signal: AbortSignal): CancellationToken {
  return {
    get isCancellationRequested() {
      return signal.aborted;
    },
    onCancellationRequested(listener) {
      const onAbort = (): void => {
        try {
          listener(undefined);
        } catch {
          // It is the plugin's own code, and the run ends all the same.
        }
      };
      if (signal.aborted) queueMicrotask(onAbort);
      else signal.addEventListener('abort', onAbort, { once: true });
      return { dispose: () => signal.removeEventListener('abort', onAbort) };
    },
  };
}
