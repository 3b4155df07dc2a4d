/** Stretches that are remembered, one more per gap; what is older than that can no longer be referred to. */
const MAX_STRETCHES = 1000;

/** Entries that follow one another, in the log and in the file. */
interface Stretch {
  /** `seq` of the first of them. */
  first: number;
  /** Its number in the file. */
  number: number;
  count: number;
}

/** Which number an entry of the log has in a recording, where numbers count without a gap. */
export class RecordedNumbers {
  /** Oldest first. */
  readonly #stretches: Stretch[] = [];
  #last = 0;
  #count = 0;

  /** How many entries of the log there are. */
  get count(): number {
    return this.#count;
  }

  /** The next entry of the log, or one behind a gap. */
  add(seq: number): void {
    this.#last += 1;
    this.#count += 1;
    const current = this.#stretches.at(-1);
    if (
      current !== undefined &&
      current.first === seq - current.count &&
      current.number === this.#last - current.count
    ) {
      current.count += 1;
      return;
    }
    this.#stretches.push({ first: seq, number: this.#last, count: 1 });
    if (this.#stretches.length > MAX_STRETCHES) this.#stretches.shift();
  }

  /** The number of an entry that is not in the log. */
  addExtra(): number {
    this.#last += 1;
    return this.#last;
  }

  readonly of = (seq: number): number | undefined => {
    const stretch = this.#stretches.findLast(({ first }) => first <= seq);
    return stretch !== undefined && seq < stretch.first + stretch.count
      ? stretch.number + seq - stretch.first
      : undefined;
  };
}
