import type { Clock } from '../../base/clock.ts';
import { Emitter, type Event } from '../../base/event.ts';
import { type Disposable, MutableDisposable } from '../../base/lifecycle.ts';
import type { InspectorEvent } from '../../messages/inspector.ts';
import type { SeqRange } from '../../traffic/trafficReader.ts';
import type { ViewChange } from '../../traffic/view.ts';

/** Milliseconds between two messages about a list that grows: in a flood the log has news a thousand times a second, and a page draws sixty. */
const NEWS_MS = 33;
/**
 * Milliseconds to the next message behind one that told of more rows than a page shows: each drawing replaces all that is seen, nobody reads
 * that thirty times a second, and 25 ms of a processor for a drawing are as many less for what is recorded.
 */
const FLOOD_MS = 250;
const FLOOD_ROWS = 100;

/** Gathers what happens to a list, so that the page gets a few messages that say as much as many. */
export class PacedNews implements Disposable {
  readonly #clock: Clock;
  readonly #told = new Emitter<InspectorEvent>();
  readonly #timer = new MutableDisposable<Disposable>();
  #view: ViewChange | undefined;
  #changed: SeqRange | undefined;
  /** Rows of the list, as the page knows them. */
  #total = 0;
  #lastAt = -Infinity;
  #pause = NEWS_MS;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly onDidTell: Event<InspectorEvent> = this.#told.event;

  viewChanged({ total, dropped, isReordered }: ViewChange): void {
    const before = this.#view;
    this.#view = {
      total,
      dropped: dropped + (before?.dropped ?? 0),
      isReordered: isReordered || before?.isReordered === true,
    };
    this.#tellSoon();
  }

  entriesChanged({ first, last }: SeqRange): void {
    const before = this.#changed;
    this.#changed = { first: Math.min(first, before?.first ?? first), last: Math.max(last, before?.last ?? last) };
    this.#tellSoon();
  }

  /** Tells what is outstanding, since what is said next is about it. */
  flush(): void {
    const [view, changed] = [this.#view, this.#changed];
    this.#view = undefined;
    this.#changed = undefined;
    this.#timer.value = undefined;
    this.#lastAt = this.#clock.now();
    if (view !== undefined) {
      const { isReordered, ...appended } = view;
      this.#pause = view.total + view.dropped - this.#total > FLOOD_ROWS ? FLOOD_MS : NEWS_MS;
      this.#total = view.total;
      this.#told.fire({ type: 'appended', ...appended, ...(isReordered ? { isReordered } : {}) });
    }
    if (changed !== undefined) this.#told.fire({ type: 'changed', ...changed });
  }

  /** The same where positions have moved. Rows that only came behind the others can wait: whoever asks would ask again for every answer. */
  flushMoves(): void {
    if (this.#view !== undefined && (this.#view.dropped > 0 || this.#view.isReordered)) this.flush();
  }

  /** It is another list, of so many rows: what happened to the one before means nothing any more. */
  forget(total: number): void {
    this.#view = undefined;
    this.#total = total;
  }

  dispose(): void {
    this.#timer.dispose();
    this.#told.dispose();
  }

  #tellSoon(): void {
    if (this.#timer.value !== undefined) return;
    const wait = this.#lastAt + this.#pause - this.#clock.now();
    if (wait > 0) this.#timer.value = this.#clock.after(wait, () => this.flush());
    else this.flush();
  }
}
