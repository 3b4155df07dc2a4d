/** What is looked at of a sample of a server's process tree. */
export interface MemorySample {
  /** Monotonic milliseconds. */
  at: number;
  /** Memory that counts against the limit: on Linux resident − shared, since summed resident memory overstates five-fold. */
  limitBytes: number;
}

/** `drain`: let calls end and start it again; `now`: start it again at once. */
export type MemoryVerdict = 'ok' | 'drain' | 'now';

const MINUTE_MS = 60_000;
const MEGABYTE = 1024 * 1024;
/** Samples in a row over the limit until something is done: one may be a large answer on its way out (facts/supervision.md). */
const SAMPLES_OVER = 3;
/** Times the limit at which nothing is waited for. */
const NOW_FACTOR = 1.5;
/** Minutes that memory must have been rising, which is also how far back the history goes. */
const WINDOW_MINUTES = 10;
/** How much it must have risen meanwhile: below that it is the noise of a garbage collector, or a cache that warms up. */
const LEAK = { share: 0.1, bytes: 10 * MEGABYTE };
/** Longest pause between two samples in milliseconds; behind a longer one, as when the machine slept, everything begins anew. */
const MAX_GAP_MS = 60_000;

/** Watches the memory of one server. It knows no time but that of the samples it is given, every few seconds. */
export class MemoryWatch<S extends MemorySample = MemorySample> {
  readonly #softLimit: number;
  /** Bounded by time: ten minutes, 121 samples when they are five seconds apart. */
  #history: readonly S[] = [];
  /** `at` of the first sample behind the last pause. */
  #since = Number.POSITIVE_INFINITY;
  #over = 0;
  #isLeaking = false;

  /** @param softLimitBytes absent: there is none, and the verdict is always `ok` */
  constructor(softLimitBytes = Number.POSITIVE_INFINITY) {
    this.#softLimit = softLimitBytes;
  }

  /** The last ten minutes, oldest first. */
  get history(): readonly S[] {
    return this.#history;
  }

  /**
   * Memory rose for ten minutes: of each minute the least counts, since garbage comes and goes; none is below the one before, and the last is
   * above the first by more than a tenth and more than 10 MB.
   */
  get isLeaking(): boolean {
    return this.#isLeaking;
  }

  /** Takes the next sample. */
  add(sample: S): MemoryVerdict {
    const last = this.#history.at(-1);
    if (last === undefined || sample.at <= last.at || sample.at - last.at > MAX_GAP_MS) {
      this.#history = [];
      this.#since = sample.at;
      this.#over = 0;
    }
    const oldest = sample.at - WINDOW_MINUTES * MINUTE_MS;
    this.#history = [...this.#history.filter(({ at }) => at >= oldest), sample];
    this.#isLeaking = this.#since <= oldest && risesSteadily(this.#history, sample.at);
    this.#over = sample.limitBytes > this.#softLimit ? this.#over + 1 : 0;
    if (sample.limitBytes > this.#softLimit * NOW_FACTOR) return 'now';
    return this.#over >= SAMPLES_OVER ? 'drain' : 'ok';
  }
}

function risesSteadily(samples: readonly MemorySample[], now: number): boolean {
  const least = minimaByMinute(samples, now);
  const first = least[0] ?? Number.POSITIVE_INFINITY;
  const growth = (least.at(-1) ?? 0) - first;
  if (!Number.isFinite(growth)) return false;
  return (
    growth > first * LEAK.share &&
    growth > LEAK.bytes &&
    least.every((bytes, minute) => bytes >= (least[minute - 1] ?? 0))
  );
}

/** The least memory of each of the last ten minutes, oldest first; infinite for a minute without a sample. */
function minimaByMinute(samples: readonly MemorySample[], now: number): number[] {
  const least = Array.from({ length: WINDOW_MINUTES }, () => Number.POSITIVE_INFINITY);
  for (const { at, limitBytes } of samples) {
    const minute = WINDOW_MINUTES - 1 - Math.min(WINDOW_MINUTES - 1, Math.floor((now - at) / MINUTE_MS));
    least[minute] = Math.min(least[minute] ?? Number.POSITIVE_INFINITY, limitBytes);
  }
  return least;
}
