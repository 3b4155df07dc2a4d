/** Something that holds resources until it is disposed of. Disposing twice is harmless. */
export interface Disposable {
  dispose(): void;
}

/** Makes a disposable of a function, which runs at most once. */
export function toDisposable(release: () => void): Disposable {
  let pending: (() => void) | undefined = release;
  return {
    dispose() {
      const run = pending;
      pending = undefined;
      run?.();
    },
  };
}

/** Owns what an object creates. What is added after disposal is disposed of at once, so nothing can leak through a late callback. */
export class DisposableStore implements Disposable {
  readonly #items = new Set<Disposable>();
  #disposed = false;

  get isDisposed(): boolean {
    return this.#disposed;
  }

  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.add(item);
    return item;
  }

  /** Disposes of everything, last added first; the store stays usable. What one of them throws is thrown when all are done. */
  clear(): void {
    const items = [...this.#items].toReversed();
    this.#items.clear();
    const errors: unknown[] = [];
    for (const item of items) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors);
  }

  dispose(): void {
    this.#disposed = true;
    this.clear();
  }
}

/** Owns one disposable that is swapped over time; setting the next one disposes of the last. */
export class MutableDisposable<T extends Disposable> implements Disposable {
  #value: T | undefined;
  #disposed = false;

  get value(): T | undefined {
    return this.#value;
  }

  set value(next: T | undefined) {
    if (next === this.#value) return;
    const last = this.#value;
    this.#value = this.#disposed ? undefined : next;
    last?.dispose();
    if (this.#disposed) next?.dispose();
  }

  dispose(): void {
    this.value = undefined;
    this.#disposed = true;
  }
}
