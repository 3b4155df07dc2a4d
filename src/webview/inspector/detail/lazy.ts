import { messageOf } from '../../../base/errors.ts';

/** Something that is asked of the host when it is first looked at. */
export type Loaded<T> = { kind: 'loading' } | { kind: 'ready'; value: T } | { kind: 'failed'; message: string };

/** Asks once, at the first `get`. */
export class Lazy<T> {
  readonly #ask: () => Promise<T>;
  readonly #onChange: () => void;
  #state: Loaded<T> | undefined;

  constructor(ask: () => Promise<T>, onChange: () => void) {
    this.#ask = ask;
    this.#onChange = onChange;
  }

  get(): Loaded<T> {
    if (this.#state === undefined) {
      this.#state = { kind: 'loading' };
      void this.#load();
    }
    return this.#state;
  }

  async #load(): Promise<void> {
    try {
      this.#state = { kind: 'ready', value: await this.#ask() };
    } catch (error) {
      this.#state = { kind: 'failed', message: messageOf(error) };
    }
    this.#onChange();
  }
}
