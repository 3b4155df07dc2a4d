import { type Disposable, toDisposable } from '../../../src/base/lifecycle.ts';
import type { Timing } from '../../../src/traffic/slices.ts';

interface Task {
  time: number;
  run: () => void;
}

/** Time that passes when it is looked at, or when tasks are run. */
export class ManualTiming implements Timing {
  /** Milliseconds that a look at the clock takes. */
  step = 0;
  #now = 0;
  readonly #tasks = new Set<Task>();

  readonly clock = {
    now: (): number => {
      this.#now += this.step;
      return this.#now;
    },
    wallTime: (): number => this.#now,
    after: (ms: number, run: () => void): Disposable => this.#add(this.#now + ms, run),
  };

  soon(run: () => void): Disposable {
    return this.#add(this.#now, run);
  }

  /** How many tasks wait. */
  get waiting(): number {
    return this.#tasks.size;
  }

  /** Runs the task that is due first, at its time. Returns whether there was one. */
  runNext(): boolean {
    const [next] = [...this.#tasks].toSorted((a, b) => a.time - b.time);
    if (next === undefined) return false;
    this.#tasks.delete(next);
    this.#now = Math.max(this.#now, next.time);
    next.run();
    return true;
  }

  runAll(): void {
    while (this.runNext());
  }

  #add(time: number, run: () => void): Disposable {
    const task = { time, run };
    this.#tasks.add(task);
    return toDisposable(() => this.#tasks.delete(task));
  }
}
