/** A map that forgets its oldest entry when it has more than `limit`. */
export class BoundedMap<K, V> {
  readonly #map = new Map<K, V>();
  readonly #limit: number;
  #hasForgotten = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Something was in it that no longer is, so that its absence proves nothing. */
  get hasForgotten(): boolean {
    return this.#hasForgotten;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  /** Sets it as the newest. */
  set(key: K, value: V): void {
    this.#map.delete(key);
    this.#map.set(key, value);
    if (this.#map.size <= this.#limit) return;
    const [oldest] = this.#map.keys();
    if (oldest !== undefined) this.#map.delete(oldest);
    this.#hasForgotten = true;
  }

  delete(key: K): void {
    this.#map.delete(key);
  }

  clear(): void {
    this.#map.clear();
  }

  values(): IterableIterator<V> {
    return this.#map.values();
  }
}
