import { messageOf } from '../../../base/errors.ts';
import { BYTES_LIMIT } from '../../../messages/inspector.ts';

/** Bytes to be shown, which may come piece by piece. */
export interface ByteSource {
  readonly length: number;
  /** Positions, other than 0, where another read from the socket began; ascending. */
  readonly chunkStarts: readonly number[];
  /** Why some bytes cannot be had. */
  readonly failure?: string | undefined;
  /** The bytes from `start` to before `end`, within one page of `PAGE`; nothing while they are still on their way. */
  read(start: number, end: number): Uint8Array | undefined;
  /** All bytes from `start` to before `end`. Rejects when the host does not give them. */
  load(start: number, end: number): Promise<Uint8Array>;
}

/** Bytes that are here already. */
export class LocalBytes implements ByteSource {
  readonly chunkStarts: readonly number[] = [];
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get length(): number {
    return this.#bytes.length;
  }

  read(start: number, end: number): Uint8Array {
    return this.#bytes.subarray(start, end);
  }

  load(start: number, end: number): Promise<Uint8Array> {
    return Promise.resolve(this.#bytes.slice(start, end));
  }
}

/** Bytes asked for at once: a thousand rows of a hex view. */
export const PAGE = BYTES_LIMIT / 4;
/** Pages kept, half a megabyte; the one that was got first goes first, and is asked for again. */
const MOST_PAGES = 32;
/** Pages under way at a time; what is seen spans two. */
const MOST_IN_FLIGHT = 3;

export type AskBytes = (start: number, count: number) => Promise<Uint8Array>;

/** Bytes that the host gives out by the page. */
export class HostBytes implements ByteSource {
  readonly length: number;
  readonly chunkStarts: readonly number[];
  readonly #ask: AskBytes;
  readonly #onChange: () => void;
  readonly #pages = new Map<number, Uint8Array>();
  readonly #inFlight = new Set<number>();
  #failure: string | undefined;

  constructor(length: number, chunkStarts: readonly number[], ask: AskBytes, onChange: () => void) {
    this.length = length;
    this.chunkStarts = chunkStarts;
    this.#ask = ask;
    this.#onChange = onChange;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  read(start: number, end: number): Uint8Array | undefined {
    const page = Math.floor(start / PAGE);
    const bytes = this.#pages.get(page);
    if (bytes === undefined) {
      void this.#fetch(page);
      return undefined;
    }
    return bytes.subarray(start - page * PAGE, end - page * PAGE);
  }

  async load(start: number, end: number): Promise<Uint8Array> {
    const all = new Uint8Array(Math.max(0, Math.min(end, this.length) - start));
    for (let at = 0; at < all.length;) {
      const part = await this.#ask(start + at, Math.min(BYTES_LIMIT, all.length - at));
      if (part.length === 0) throw new Error('The bytes are no longer there');
      all.set(part.subarray(0, all.length - at), at);
      at += part.length;
    }
    return all;
  }

  /** Asking again for what the host just failed to give would go on for ever, so after a failure nothing more is asked for. */
  async #fetch(page: number): Promise<void> {
    if (this.#failure !== undefined || this.#inFlight.has(page) || this.#inFlight.size >= MOST_IN_FLIGHT) return;
    this.#inFlight.add(page);
    try {
      const count = Math.min(PAGE, this.length - page * PAGE);
      const bytes = await this.#ask(page * PAGE, count);
      if (bytes.length < count) throw new Error('The bytes are no longer there');
      this.#pages.set(page, bytes);
      for (const oldest of this.#pages.keys()) {
        if (this.#pages.size <= MOST_PAGES) break;
        this.#pages.delete(oldest);
      }
    } catch (error) {
      this.#failure = messageOf(error);
    }
    this.#inFlight.delete(page);
    this.#onChange();
  }
}
