import { type Clock, systemClock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore, MutableDisposable } from '../../base/lifecycle.ts';
import type { TrafficReader } from '../trafficReader.ts';
import type { Finding } from './checkedMessage.ts';
import { placedMessage } from './placedMessage.ts';
import type { SpecificationChecker } from './specificationChecker.ts';

/** Milliseconds of one slice of work. */
const SLICE_MS = 5;
/** Milliseconds between two slices while traffic comes in: it has nine tenths of the time. When it pauses, they have half of it. */
const PAUSE_MS = 50;
const QUIET_PAUSE_MS = 5;

export interface NoteTakerOptions {
  /** Hears of each entry that breaks a rule, at least once and in order. */
  onFindings: (seq: number, findings: readonly Finding[]) => void;
  /** Hears what must not happen: the checker could not be loaded, or has failed over an entry. */
  onError: (error: unknown) => void;
  clock?: Clock;
}

/**
 * Checks every entry of a log, in order and behind the traffic: a slice at a time, with pauses while more comes in. How far it is behind is
 * a number and nothing else. What the log drops before its turn has come is never checked, and what would follow from it is left open.
 * The checker, with all its schemas, is loaded when the first entry is there.
 */
export class NoteTaker implements Disposable {
  readonly #reader: TrafficReader;
  readonly #options: Required<NoteTakerOptions>;
  readonly #store = new DisposableStore();
  readonly #next = this.#store.add(new MutableDisposable());
  #checker: SpecificationChecker | undefined;
  #isLoading = false;
  #lastChecked: number;
  /** `seq` of the last entry when a slice ended. */
  #lastSeen = 0;

  constructor(reader: TrafficReader, { clock = systemClock, ...options }: NoteTakerOptions) {
    this.#reader = reader;
    this.#options = { clock, ...options };
    this.#lastChecked = 0;
    this.#store.add(reader.onDidAppend(() => this.#wake()));
    this.#wake();
  }

  /** `seq` of the last entry that was checked; it is done with all when that is the log's last. */
  get lastChecked(): number {
    return this.#lastChecked;
  }

  dispose(): void {
    this.#store.dispose();
  }

  #wake(): void {
    if (this.#next.value !== undefined || this.#isLoading || this.#lastChecked >= this.#reader.lastSeq) return;
    if (this.#checker === undefined) void this.#load();
    else this.#schedule(false);
  }

  async #load(): Promise<void> {
    this.#isLoading = true;
    try {
      const { SpecificationChecker } = await import('./specificationChecker.ts');
      this.#checker = new SpecificationChecker();
      this.#isLoading = false;
      if (!this.#store.isDisposed) this.#schedule(true);
    } catch (error) {
      // Left as loading: the next attempt would fail like this one.
      this.#options.onError(error);
    }
  }

  /** @param isQuiet no more has come meanwhile */
  #schedule(isQuiet: boolean): void {
    this.#next.value = this.#options.clock.after(isQuiet ? QUIET_PAUSE_MS : PAUSE_MS, () => this.#run());
  }

  #run(): void {
    this.#next.value = undefined;
    const { clock } = this.#options;
    const until = clock.now() + SLICE_MS;
    while (this.#lastChecked < this.#reader.lastSeq && clock.now() < until) this.#checkNext();
    const isQuiet = this.#lastSeen === this.#reader.lastSeq;
    this.#lastSeen = this.#reader.lastSeq;
    if (this.#lastChecked < this.#lastSeen) this.#schedule(isQuiet);
  }

  #checkNext(): void {
    const { onFindings, onError } = this.#options;
    const seq = Math.max(this.#lastChecked + 1, this.#reader.firstSeq);
    if (seq > this.#lastChecked + 1) this.#checker?.markGap();
    this.#lastChecked = seq;
    const place = this.#reader.place(seq);
    if (place === undefined) return;
    try {
      const findings = this.#checker?.check(placedMessage(place)) ?? [];
      if (findings.length > 0) onFindings(seq, findings);
    } catch (error) {
      onError(error);
    }
  }
}
