/** Texts that are kept at most; the oldest goes first. */
const MAX_TEXTS = 50;
/** Bytes of all of them, of which a UTF-16 unit may take two: 64 MB. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Kept however long they are: a comparison shows two. */
const ALWAYS_KEPT = 2;

/** Texts by key, of which the oldest are forgotten when they are too many or too long together. */
export class KeptTexts {
  readonly #texts = new Map<string, string>();
  #bytes = 0;

  /** Of what is kept. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): string | undefined {
    return this.#texts.get(key);
  }

  /** @param key not used before */
  add(key: string, text: string): void {
    this.#texts.set(key, text);
    this.#bytes += bytesOf(text);
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= ALWAYS_KEPT || (this.#texts.size <= MAX_TEXTS && this.#bytes <= MAX_BYTES)) break;
      this.forget(oldest);
    }
  }

  forget(key: string): void {
    this.#bytes -= bytesOf(this.#texts.get(key) ?? '');
    this.#texts.delete(key);
  }

  clear(): void {
    this.#texts.clear();
    this.#bytes = 0;
  }
}

function bytesOf(text: string): number {
  return text.length * 2;
}
