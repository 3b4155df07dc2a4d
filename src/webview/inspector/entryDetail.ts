import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { Emitter } from '../../base/event.ts';
import { type Disposable, MutableDisposable } from '../../base/lifecycle.ts';
import { EntryActions } from './detail/entryActions.ts';
import { ShownEntry } from './detail/shownEntry.ts';
import { Throttle } from '../shared/throttle.ts';
import type { InspectorChannel } from './trafficList.ts';

/** An arrow key held down passes a row every 30 ms; only where it rests is the entry fetched. */
const SETTLE_MS = 60;
/** Milliseconds between two looks at a request that waits for its answer. */
const REFRESH_MS = 250;

export type DetailState =
  | { kind: 'closed' }
  | { kind: 'loading'; seq: number }
  | { kind: 'shown'; seq: number; entry: ShownEntry; actions: EntryActions }
  | { kind: 'gone'; seq: number }
  | { kind: 'failed'; seq: number; message: string };

/** The entry whose contents are shown. */
export class EntryDetail {
  readonly #channel: InspectorChannel;
  readonly #clock: Clock;
  readonly #changed = new Emitter<void>();
  readonly #settling = new MutableDisposable<Disposable>();
  #state: DetailState = { kind: 'closed' };
  #wanted: number | undefined;
  /** Grows with every question for an entry, so that only the last one's answer counts. */
  #asked = 0;
  /** What can be done with the entry that is shown; the mark for a comparison outlives it. */
  readonly actions: EntryActions;

  constructor(channel: InspectorChannel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
    this.actions = new EntryActions(
      channel,
      clock,
      () => this.#changed.fire(),
      (isRevealed) => this.#reveal(isRevealed),
    );
    const refreshing = new Throttle(clock, REFRESH_MS, () => this.#refresh());
    channel.onEvent((event) => {
      const seq = this.#wanted ?? 0;
      if (event.type === 'changed' && event.first <= seq && seq <= event.last) refreshing.trigger();
    });
  }

  readonly onDidChange = this.#changed.event;

  get state(): DetailState {
    return this.#state;
  }

  /** The entry asked for last, which may not be the one shown yet. */
  get seq(): number | undefined {
    return this.#wanted;
  }

  /** Shows an entry; what was shown before stays until the new one is here. */
  show(seq: number): void {
    if (seq === this.#wanted) return;
    this.#wanted = seq;
    if (this.#state.kind === 'closed') {
      this.#set({ kind: 'loading', seq });
      void this.#fetch(seq);
      return;
    }
    this.#settling.value = this.#clock.after(SETTLE_MS, () => void this.#fetch(seq));
  }

  close(): void {
    this.#settling.value = undefined;
    this.#wanted = undefined;
    this.#set({ kind: 'closed' });
  }

  /** Only the entry that is shown: any other comes masked. */
  #reveal(isRevealed: boolean): void {
    if (this.#wanted !== undefined) void this.#fetch(this.#wanted, isRevealed);
  }

  /** What waits for its answer, or has just got it; what is complete stays as it is, with all that was opened in it. */
  async #refresh(): Promise<void> {
    if (this.#state.kind !== 'shown' || this.#state.seq !== this.#wanted) return;
    const { row, isRevealed } = this.#state.entry.detail;
    if (row.isPending === true) await this.#fetch(this.#state.seq, isRevealed);
  }

  async #fetch(seq: number, reveal = false): Promise<void> {
    const number = ++this.#asked;
    const state = await this.#ask(seq, reveal);
    if (this.#wanted === seq && number === this.#asked) this.#set(state);
  }

  async #ask(seq: number, reveal: boolean): Promise<DetailState> {
    try {
      const { detail } = await this.#channel.request({ type: 'detail', seq, ...(reveal ? { reveal } : {}) });
      if (detail === undefined) return { kind: 'gone', seq };
      const previous = this.#state.kind === 'shown' ? this.#state.entry : undefined;
      const handlers = {
        redraw: () => this.#changed.fire(),
        copy: (text: string, said?: string) => this.actions.copyText(text, said),
        fail: (message: string) => this.actions.notices.fail(message),
      };
      return {
        kind: 'shown',
        seq,
        entry: new ShownEntry(detail, this.#channel, handlers, previous),
        actions: this.actions,
      };
    } catch (error) {
      return { kind: 'failed', seq, message: messageOf(error) };
    }
  }

  #set(state: DetailState): void {
    this.actions.reset();
    this.#state = state;
    this.#changed.fire();
  }
}
