/** The buffer is kept in about so many parts, and the oldest one is dropped when the limit is passed. */
const PARTS = 64;

/**
 * Keeps the last lines of a text stream, at most `limit` characters of them; older lines are dropped whole, up to a 64th of the limit
 * at a time. Full parts are joined into one string each: a line cut out of what was read would keep all of that in memory.
 */
export class TailBuffer {
  readonly #limit: number;
  /** Older lines, each part with a line end between its lines. */
  readonly #parts: string[] = [];
  #recent: string[] = [];
  #recentLength = 0;
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param line without a line end in it; of one longer than the limit, the end is kept */
  push(line: string): void {
    const kept = line.length > this.#limit ? line.slice(-this.#limit) : line;
    if (this.#recentLength + kept.length > this.#limit / PARTS) this.#closePart();
    this.#recent.push(kept);
    this.#recentLength += kept.length + 1;
    this.#length += kept.length + 1;
    while (this.#length > this.#limit && this.#parts.length > 0) {
      this.#length -= (this.#parts.shift()?.length ?? 0) + 1;
    }
  }

  /** The last `count` lines, oldest first. */
  last(count: number): readonly string[] {
    let lines = this.#recent;
    for (const part of this.#parts.toReversed()) {
      if (lines.length >= count) break;
      lines = [...part.split('\n'), ...lines];
    }
    return count > 0 ? lines.slice(-count) : [];
  }

  #closePart(): void {
    if (this.#recent.length === 0) return;
    this.#parts.push(this.#recent.join('\n'));
    this.#recent = [];
    this.#recentLength = 0;
  }
}
