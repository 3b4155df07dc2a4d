import { type Disposable, toDisposable } from './lifecycle.ts';

/** Subscribes a listener; the same shape as VS Code's. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The sending end of an event. One listener that throws does not keep the others from hearing it. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => void>();
  readonly #onError: (error: unknown) => void;

  /** @param onError hears what a listener threw; by default it is thrown again in a task of its own, as the platform does for its events. */
  constructor(onError: (error: unknown) => void = rethrowLater) {
    this.#onError = onError;
  }

  readonly event: Event<T> = (listener) => {
    // A wrapper of our own, so that one function subscribed twice is two subscriptions.
    const entry = (value: T): void => listener(value);
    this.#listeners.add(entry);
    return toDisposable(() => this.#listeners.delete(entry));
  };

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  fire(value: T): void {
    // A set visits what is added meanwhile; whoever subscribes in a listener hears the next event.
    for (const listener of Array.from(this.#listeners)) {
      // Unsubscribed by one of the listeners before it.
      if (!this.#listeners.has(listener)) continue;
      try {
        listener(value);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** A value that can be watched. Setting the same value again tells nobody. */
export class ObservableValue<T> implements Disposable {
  readonly #changed = new Emitter<T>();
  #value: T;

  constructor(initial: T) {
    this.#value = initial;
  }

  readonly onDidChange: Event<T> = this.#changed.event;

  get value(): T {
    return this.#value;
  }

  set value(next: T) {
    if (Object.is(next, this.#value)) return;
    this.#value = next;
    this.#changed.fire(next);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
