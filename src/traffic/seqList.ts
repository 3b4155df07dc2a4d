/** The entries of a view in its order. */
export interface RowList {
  readonly length: number;
  /** `seq` at a position; 0 where there is none. */
  at(position: number): number;
  /** -1 where it is not in the list. */
  indexOf(seq: number): number;
  /** Takes in entries, whose numbers rise and are greater than those before. */
  add(seqs: readonly number[]): void;
  /** Puts others in the place of those from `first` to `last`; their numbers rise. Returns whether that has changed anything by now. */
  replace(first: number, last: number, seqs: readonly number[]): boolean;
  /** Forgets those before; returns how many there were. */
  drop(firstSeq: number): number;
}

/** Numbers of entries, rising: 8 bytes each, and as many again for growth. */
export class SeqList implements RowList {
  /** From `#start` to `#end`; what lies before has dropped out. */
  #seqs = new Float64Array(1024);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  at(position: number): number {
    return position < 0 || position >= this.length ? 0 : (this.#seqs[this.#start + position] ?? 0);
  }

  indexOf(seq: number): number {
    const position = this.#lowerBound(seq);
    return position < this.#end && this.#seqs[position] === seq ? position - this.#start : -1;
  }

  add(seqs: readonly number[]): void {
    for (const seq of seqs) this.push(seq);
  }

  push(seq: number): void {
    if (this.#end === this.#seqs.length) this.#makeRoom();
    this.#seqs[this.#end] = seq;
    this.#end += 1;
  }

  replace(first: number, last: number, seqs: readonly number[]): boolean {
    const from = this.#lowerBound(first);
    const to = this.#lowerBound(last + 1);
    if (seqs.length === to - from && seqs.every((seq, index) => this.#seqs[from + index] === seq)) return false;
    const before = this.#seqs.subarray(this.#start, from);
    const behind = this.#seqs.subarray(to, this.#end);
    const length = before.length + seqs.length + behind.length;
    const next = new Float64Array(Math.max(1024, length * 2));
    next.set(before);
    next.set(seqs, before.length);
    next.set(behind, before.length + seqs.length);
    this.#seqs = next;
    this.#start = 0;
    this.#end = length;
    return true;
  }

  drop(firstSeq: number): number {
    const start = this.#lowerBound(firstSeq);
    const dropped = start - this.#start;
    this.#start = start;
    return dropped;
  }

  /** Moves the live part to the front, into twice the room where it fills more than half. */
  #makeRoom(): void {
    const live = this.#seqs.subarray(this.#start, this.#end);
    const next = live.length * 2 > this.#seqs.length ? new Float64Array(this.#seqs.length * 2) : this.#seqs;
    next.set(live);
    this.#end = live.length;
    this.#start = 0;
    this.#seqs = next;
  }

  /** The first position whose `seq` is not less. */
  #lowerBound(seq: number): number {
    let low = this.#start;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#seqs[middle] ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The same, newest first. */
export class ReversedSeqList extends SeqList {
  override at(position: number): number {
    return super.at(this.length - 1 - position);
  }

  override indexOf(seq: number): number {
    const position = super.indexOf(seq);
    return position === -1 ? -1 : this.length - 1 - position;
  }
}
