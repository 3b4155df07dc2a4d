import { ownText } from '../base/ownText.ts';

/** What most clients have for ids that do not count. */
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
const UUID_BYTES = 16;
/** First of the bytes of a text: a UUID follows, or a length of two bytes and UTF-8. */
const UUID_TAG = 0;
const TEXT_TAG = 1;
const TEXT_HEADER = 3;
/** Bytes of the first texts; doubled whenever they are full. */
const FIRST_BYTES = 1024;
/** UTF-8 of a text; what is longer, which the cutting of texts prevents, is left out. */
const MAX_TEXT_BYTES = 2 ** 16 - 1;
/** Bytes that a known text costs beside its characters: its header and its place in the map (V8, 64-bit, rounded up). */
const KNOWN_OVERHEAD = 64;

/**
 * The JSON-RPC ids of the rows of one segment: 8 bytes a row where any is a number, 4 where any is a text, and each text once, a UUID in 17 bytes. Requests
 * and answers have the same id, so what is known is remembered as long as rows come.
 */
export class RpcIds {
  readonly #rows: number;
  #numbers: Float64Array | undefined;
  /** Where in `#bytes` the text of a row is, counted from 1. */
  #places: Uint32Array | undefined;
  #bytes = Buffer.alloc(0);
  #used = 0;
  #known: Map<string, number> | undefined = new Map<string, number>();
  #knownBytes = 0;

  constructor(rows: number) {
    this.#rows = rows;
  }

  /** Memory held, in bytes: by capacity, what is known by estimate. */
  get byteSize(): number {
    const columns = (this.#numbers?.byteLength ?? 0) + (this.#places?.byteLength ?? 0);
    return columns + this.#bytes.length + this.#knownBytes;
  }

  at(row: number): string | number | undefined {
    const place = this.textNumber(row);
    if (place !== 0) return this.#textAt(place - 1);
    const number = this.#numbers?.[row] ?? Number.NaN;
    return Number.isNaN(number) ? undefined : number;
  }

  /** A number that is another one for another text; 0 where the id is none. */
  textNumber(row: number): number {
    return this.#places?.[row] ?? 0;
  }

  set(row: number, id: string | number | undefined): void {
    // Most are set again to what they were.
    if (this.at(row) === id) return;
    if (this.#numbers !== undefined) this.#numbers[row] = Number.NaN;
    if (this.#places !== undefined) this.#places[row] = 0;
    if (typeof id === 'number') {
      this.#numbers ??= new Float64Array(this.#rows).fill(Number.NaN);
      this.#numbers[row] = id;
    } else if (id !== undefined) {
      this.#places ??= new Uint32Array(this.#rows);
      this.#places[row] = this.#placeOf(id);
    }
  }

  /** No further row will come: gives back the memory that is left over. Ids may still change. */
  close(): void {
    this.#known = undefined;
    this.#knownBytes = 0;
    const left = Buffer.allocUnsafeSlow(this.#used);
    this.#bytes.copy(left);
    this.#bytes = left;
  }

  #placeOf(text: string): number {
    const known = this.#known?.get(text);
    if (known !== undefined) return known;
    const place = this.#put(text);
    if (place === 0 || this.#known === undefined) return place;
    this.#known.set(ownText(text), place);
    this.#knownBytes += KNOWN_OVERHEAD + text.length * 2;
    return place;
  }

  #put(text: string): number {
    const start = this.#used;
    if (UUID.test(text)) {
      this.#reserve(1 + UUID_BYTES);
      this.#bytes[start] = UUID_TAG;
      this.#bytes.write(text.replaceAll('-', ''), start + 1, 'hex');
    } else {
      const length = Buffer.byteLength(text);
      if (length > MAX_TEXT_BYTES) return 0;
      this.#reserve(TEXT_HEADER + length);
      this.#bytes[start] = TEXT_TAG;
      this.#bytes.writeUInt16LE(length, start + 1);
      this.#bytes.write(text, start + TEXT_HEADER);
    }
    return start + 1;
  }

  #reserve(length: number): void {
    this.#used += length;
    if (this.#used <= this.#bytes.length) return;
    // Not of the pool, whose memory would outlive the segment.
    const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, 2 * this.#bytes.length, this.#used));
    this.#bytes.copy(larger);
    this.#bytes = larger;
  }

  #textAt(start: number): string {
    if (this.#bytes[start] === UUID_TAG) {
      const hex = this.#bytes.toString('hex', start + 1, start + 1 + UUID_BYTES);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    }
    const end = start + TEXT_HEADER + this.#bytes.readUInt16LE(start + 1);
    return this.#bytes.toString('utf8', start + TEXT_HEADER, end);
  }
}
