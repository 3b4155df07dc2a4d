import type { Clock } from './clock.ts';
import type { Disposable } from './lifecycle.ts';

/** Counts the lines of each second, so that a flood of them can end in one remark and not in a line each. */
export class LinesPerSecond implements Disposable {
  readonly #clock: Clock;
  readonly #tell: (total: number) => void;
  #total = 0;
  #second: Disposable | undefined;

  /** @param tell hears at the end of each second that had lines how many they were */
  constructor(clock: Clock, tell: (total: number) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Counts one; returns how many this second has had, this one included. A second begins with its first line. */
  count(): number {
    this.#second ??= this.#clock.after(1000, () => this.#end());
    this.#total += 1;
    return this.#total;
  }

  /** Ends the second now; a later line begins another. */
  dispose(): void {
    if (this.#second === undefined) return;
    this.#second.dispose();
    this.#end();
  }

  #end(): void {
    const total = this.#total;
    this.#total = 0;
    this.#second = undefined;
    this.#tell(total);
  }
}
