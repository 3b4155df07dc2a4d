import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { Emitter } from '../../base/event.ts';
import { type Disposable, MutableDisposable } from '../../base/lifecycle.ts';
import type { TrafficDetail } from '../../messages/inspector.ts';
import { JsonTree } from '../shared/jsonTree.ts';
import type { InspectorChannel } from './trafficList.ts';

/** An arrow key held down passes a row every 30 ms; only where it rests is the entry fetched. */
const SETTLE_MS = 60;

export type DetailState =
  | { kind: 'closed' }
  | { kind: 'loading'; seq: number }
  | { kind: 'shown'; seq: number; detail: TrafficDetail; tree: JsonTree | undefined }
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

  constructor(channel: InspectorChannel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
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

  /** Has the whole text opened in an editor of VS Code. */
  openInEditor(seq: number): void {
    this.#channel.request({ type: 'open', seq }).catch((error: unknown) => {
      if (this.#wanted === seq) this.#set({ kind: 'failed', seq, message: messageOf(error) });
    });
  }

  async #fetch(seq: number): Promise<void> {
    const state = await this.#ask(seq);
    if (this.#wanted === seq) this.#set(state);
  }

  async #ask(seq: number): Promise<DetailState> {
    try {
      const { detail } = await this.#channel.request({ type: 'detail', seq });
      if (detail === undefined) return { kind: 'gone', seq };
      return { kind: 'shown', seq, detail, tree: detail.json === undefined ? undefined : JsonTree.parse(detail.json) };
    } catch (error) {
      return { kind: 'failed', seq, message: messageOf(error) };
    }
  }

  #set(state: DetailState): void {
    this.#state = state;
    this.#changed.fire();
  }
}
