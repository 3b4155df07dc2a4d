import { BoundedMap } from '../base/boundedMap.ts';

/** Event ids that are remembered to recognise what a resumed stream repeats; beyond, the oldest is forgotten. */
const MAX_SEEN_IDS = 1000;

/** Ids of the events that one stream has brought, on however many connections. Other streams have theirs: not every server counts them together. */
export class SeenIds {
  readonly #ids = new BoundedMap<string, true>(MAX_SEEN_IDS);
  #last: string | undefined;

  /** From where the stream is taken up again. */
  get last(): string | undefined {
    return this.#last;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(id: string): void {
    this.#ids.set(id, true);
    this.#last = id;
  }
}
