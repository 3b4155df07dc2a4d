import { ownText } from '../base/ownText.ts';

/** Bytes that a string costs beside its characters: its header, its place in the list and in the map (V8, 64-bit, rounded up). */
const STRING_OVERHEAD = 64;

/** The strings of one segment, each once, addressed by a number; 0 means "none". It goes with its segment, hostile strings included. */
export class StringTable {
  readonly #texts: string[] = [''];
  readonly #numbers = new Map<string, number>();
  #bytes = 0;

  /** Memory held, in bytes, counted as two per character. */
  get byteSize(): number {
    return this.#bytes;
  }

  intern(text: string | undefined): number {
    if (text === undefined) return 0;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const own = ownText(text);
    const number = this.#texts.push(own) - 1;
    this.#numbers.set(own, number);
    this.#bytes += STRING_OVERHEAD + own.length * 2;
    return number;
  }

  at(number: number): string | undefined {
    return number === 0 ? undefined : this.#texts[number];
  }
}
