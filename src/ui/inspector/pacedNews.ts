import type { Clock } from '../../base/clock.ts';
import { Emitter, type Event } from '../../base/event.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import type { InspectorEvent } from '../../messages/inspector.ts';
import { Throttle } from '../../traffic/slices.ts';
import type { SeqRange } from '../../traffic/trafficReader.ts';
import type { ViewChange } from '../../traffic/view.ts';

/** Milliseconds between two messages about a list that grows: in a flood the log has news a thousand times a second, and a page draws sixty. */
const NEWS_MS = 33;

/** Gathers what happens to a list, so that the page gets a few messages that say as much as many. */
export class PacedNews implements Disposable {
  readonly #told = new Emitter<InspectorEvent>();
  readonly #soon: Throttle;
  #view: ViewChange | undefined;
  #changed: SeqRange | undefined;

  constructor(clock: Clock) {
    this.#soon = new Throttle(clock, NEWS_MS, () => this.flush());
  }

  readonly onDidTell: Event<InspectorEvent> = this.#told.event;

  viewChanged({ total, dropped, isReordered }: ViewChange): void {
    const before = this.#view;
    this.#view = {
      total,
      dropped: dropped + (before?.dropped ?? 0),
      isReordered: isReordered || before?.isReordered === true,
    };
    this.#soon.request();
  }

  entriesChanged({ first, last }: SeqRange): void {
    const before = this.#changed;
    this.#changed = { first: Math.min(first, before?.first ?? first), last: Math.max(last, before?.last ?? last) };
    this.#soon.request();
  }

  /** Tells what is outstanding: whoever asks by position must have heard of every drop that moved the positions. */
  flush(): void {
    const [view, changed] = [this.#view, this.#changed];
    this.#view = undefined;
    this.#changed = undefined;
    if (view !== undefined) {
      const { isReordered, ...appended } = view;
      this.#told.fire({ type: 'appended', ...appended, ...(isReordered ? { isReordered } : {}) });
    }
    if (changed !== undefined) this.#told.fire({ type: 'changed', ...changed });
  }

  /** It is another list: what happened to the one before means nothing any more. */
  forget(): void {
    this.#view = undefined;
  }

  dispose(): void {
    this.#soon.dispose();
    this.#told.dispose();
  }
}
