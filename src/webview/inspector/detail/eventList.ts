import { messageOf } from '../../../base/errors.ts';
import type { StreamEvent } from '../../../messages/inspector.ts';
import { RowCache } from '../../shared/rowCache.ts';

/** Some events of a stream, by their position in it; `total` is how many there are now. */
export type AskEvents = (first: number, count: number) => Promise<{ events: readonly StreamEvent[]; total: number }>;

/** The events of one stream, as far as they were asked for. */
export class EventList {
  readonly #ask: AskEvents;
  readonly #onChange: () => void;
  readonly #rows = new RowCache<StreamEvent>();
  #failure: string | undefined;

  constructor(total: number, ask: AskEvents, onChange: () => void) {
    this.#ask = ask;
    this.#onChange = onChange;
    this.#rows.reset(total);
  }

  get total(): number {
    return this.#rows.total;
  }

  /** Why some events cannot be had. */
  get failure(): string | undefined {
    return this.#failure;
  }

  at(index: number): StreamEvent | undefined {
    return this.#rows.at(index);
  }

  /** Tells that the stream has grown. */
  grow(total: number): void {
    if (total > this.total) this.#rows.resize(total, 0);
  }

  /** Tells which events are looked at, so that they are fetched. */
  show(first: number, end: number): void {
    if (this.#failure !== undefined) return;
    const last = Math.min(end, this.total);
    for (let ticket = this.#rows.want(first, last); ticket; ticket = this.#rows.want(first, last))
      void this.#fetch(ticket);
  }

  /** Where the event with this `seq` stands: in a stream, numbers rise. Nothing where it is no event of the stream. */
  async find(seq: number): Promise<number | undefined> {
    let [low, high] = [0, this.total];
    while (low < high) {
      const middle = (low + high) >> 1;
      const found = this.at(middle)?.seq ?? (await this.#ask(middle, 1)).events[0]?.seq;
      if (found === seq) return middle;
      if (found === undefined || found > seq) high = middle;
      else low = middle + 1;
    }
    return undefined;
  }

  async #fetch(ticket: NonNullable<ReturnType<RowCache<StreamEvent>['want']>>): Promise<void> {
    try {
      const { events, total } = await this.#ask(ticket.first, ticket.count);
      this.#rows.store(ticket, ticket.first, events);
      // Asking again for what the host just failed to send would go on for ever.
      if (events.length < ticket.count) throw new Error('Events are missing in the answer');
      this.grow(total);
    } catch (error) {
      this.#rows.giveUp(ticket);
      this.#failure = messageOf(error);
    }
    this.#onChange();
  }
}
