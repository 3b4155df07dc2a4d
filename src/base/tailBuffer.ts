/** Keeps the last lines of a text stream, at most `limit` characters of them, line ends included; older lines are dropped whole. */
export class TailBuffer {
  readonly #limit: number;
  #lines: string[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(line: string): void {
    const kept = line.length > this.#limit ? line.slice(-this.#limit) : line;
    this.#lines.push(kept);
    this.#length += kept.length + 1;
    let drop = 0;
    while (this.#length > this.#limit && drop < this.#lines.length - 1) {
      this.#length -= (this.#lines[drop]?.length ?? 0) + 1;
      drop += 1;
    }
    if (drop > 0) this.#lines = this.#lines.slice(drop);
  }

  /** The last `count` lines, oldest first. */
  last(count: number): readonly string[] {
    return this.#lines.slice(-count);
  }
}
