import type { CancellationToken, Disposable } from '../../api.ts';

/** A token that is cancelled with another one, or by itself. */
export class LinkedToken implements CancellationToken, Disposable {
  readonly #listeners = new Set<(value: unknown) => unknown>();
  readonly #parent: Disposable;
  #cancelled = false;

  constructor(parent: CancellationToken) {
    this.#parent = parent.onCancellationRequested(() => this.cancel());
    if (parent.isCancellationRequested) this.cancel();
  }

  get isCancellationRequested(): boolean {
    return this.#cancelled;
  }

  readonly onCancellationRequested = (listener: (value: unknown) => unknown): Disposable => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    for (const listener of this.#listeners) listener(undefined);
  }

  dispose(): void {
    this.#parent.dispose();
    this.#listeners.clear();
  }
}

/** For work that nobody cancels. */
export const never: CancellationToken = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => {} }),
};
