import type { Clock } from '../../base/clock.ts';
import { type Disposable, MutableDisposable } from '../../base/lifecycle.ts';
import type { TrafficRow } from '../../messages/inspector.ts';
import { ChannelError } from '../shared/channel.ts';
import { type PageTicket, RowCache } from '../shared/rowCache.ts';
import { Throttle } from '../shared/throttle.ts';
import type { InspectorChannel } from './trafficList.ts';

/** Rows fetched beyond each edge of what is seen. */
const SPARE_ROWS = 50;
/** Milliseconds between two looks at rows that may change. */
const REFRESH_MS = 250;
/**
 * Milliseconds without a rush of new rows after which those beside what is seen are fetched too: twice as many as the host lets pass between
 * two messages in a flood.
 */
const CALM_MS = 500;

export interface LoaderHandlers {
  /** Something is to be drawn. */
  changed: () => void;
  /** The host does not answer, or not in a way that can be used. */
  lost: (error: unknown) => void;
  /** Whether the host can be asked at all, whether what it has goes on changing, and whether the newest row is to stay in sight. */
  isReady: () => boolean;
  isLive: () => boolean;
  isFollowing: () => boolean;
}

/**
 * Keeps the rows here that are seen: asks the host for them, and again while they may change. In a rush, when more new rows come than are
 * seen, it asks for those alone, and has them drawn when they are here: rows that nobody can read need not be blank in between.
 */
export class RowLoader {
  readonly #channel: InspectorChannel;
  readonly #clock: Clock;
  readonly #handlers: LoaderHandlers;
  readonly #refreshing: Throttle;
  readonly #cache = new RowCache<TrafficRow>();
  /** Places that are drawn, or will be. */
  #seen = { first: 0, end: 0 };
  /** Runs while there is a rush. */
  readonly #rush = new MutableDisposable<Disposable>();
  /** While what is seen next is under way: the end of what is drawn until then. */
  #shownEnd: number | undefined;
  /** How many rows the host has by now, when those of before are still under way. */
  #held: number | undefined;

  constructor(channel: InspectorChannel, clock: Clock, handlers: LoaderHandlers) {
    this.#channel = channel;
    this.#clock = clock;
    this.#handlers = handlers;
    this.#refreshing = new Throttle(clock, REFRESH_MS, () => this.#refresh());
  }

  get base(): number {
    return this.#cache.base;
  }
  get end(): number {
    return this.#shownEnd ?? this.#cache.end;
  }
  get total(): number {
    return this.end - this.base;
  }

  at(place: number): TrafficRow | undefined {
    return this.#cache.at(place);
  }

  /** It is another list. */
  reset(total: number): void {
    this.#cache.reset(total);
    this.#shownEnd = undefined;
    this.#held = undefined;
    this.#rush.value = undefined;
  }

  /** Tells which places are drawn, so that their rows are fetched, and asked for again while they change. */
  show(first: number, end: number): void {
    if (this.#shownEnd === undefined) {
      this.#seen = { first: Math.max(first, this.base), end: Math.min(end, this.end) };
      this.#load();
    } else if (!this.isRush) {
      // Somebody scrolled away from where the new rows come.
      this.#showAll();
    }
    if (this.#mayChange()) this.#refreshing.trigger();
  }

  /** The host has `total` rows now, the new ones behind the others, after `dropped` fell out at the front. */
  grow(total: number, dropped: number): void {
    if (total + dropped - (this.#held ?? this.#cache.total) > SPARE_ROWS) this.#rushOn();
    // What was dropped moves the rows that are under way: then, all is taken at once.
    if (this.isRush && dropped === 0 && this.#shownEnd !== undefined) this.#held = total;
    else this.#take(total, dropped);
  }

  /** Takes over what the host has told: whoever is told of a position looks there next. */
  settle(): void {
    if (this.#held !== undefined) this.#take(this.#held, 0);
    if (this.#shownEnd !== undefined) this.#showAll();
  }

  /** The host has `total` rows now, any of which may be anywhere: those that are here stay until it is told that they moved. */
  resize(total: number): void {
    this.#cache.resize(total, 0);
    this.#handlers.changed();
  }

  /** Any row may be elsewhere. */
  invalidate(): void {
    this.#cache.invalidate();
  }

  /** Entries look different now. */
  expire(firstSeq: number, lastSeq: number): void {
    this.#cache.expire(({ seq }) => seq >= firstSeq && seq <= lastSeq);
  }

  /** More new rows come than are seen, and the newest are what is seen. */
  get isRush(): boolean {
    return this.#rush.value !== undefined && this.#handlers.isFollowing();
  }

  #rushOn(): void {
    this.#rush.value = this.#clock.after(CALM_MS, () => {
      this.#rush.value = undefined;
      this.#take(this.#held ?? this.#cache.total, 0);
      this.#load();
    });
  }

  #take(total: number, dropped: number): void {
    const shown = this.end;
    this.#held = undefined;
    this.#cache.resize(total, dropped);
    if (!this.isRush || dropped > 0) {
      this.#showAll();
      return;
    }
    const { end } = this.#cache;
    this.#seen = { first: Math.max(this.base, end - (this.#seen.end - this.#seen.first)), end };
    this.#shownEnd = shown;
    this.#load();
    if (this.#isHere()) this.#showAll();
  }

  #showAll(): void {
    this.#shownEnd = undefined;
    this.#handlers.changed();
  }

  /** Whether what is seen next can be drawn. */
  #isHere(): boolean {
    for (let place = this.#seen.first; place < this.#seen.end; place += 1)
      if (this.#cache.at(place) === undefined) return false;
    return true;
  }

  #load(): void {
    if (!this.#handlers.isReady()) return;
    const isRush = this.isRush;
    const spare = isRush ? 0 : SPARE_ROWS;
    const first = Math.max(this.base, this.#seen.first - spare);
    const end = Math.min(this.#cache.end, this.#seen.end + spare);
    for (let ticket = this.#cache.want(first, end, !isRush); ticket; ticket = this.#cache.want(first, end, !isRush))
      void this.#fetch(ticket);
  }

  async #fetch(ticket: PageTicket): Promise<void> {
    try {
      const answer = await this.#channel.request({ type: 'page', first: ticket.first, count: ticket.count });
      if (!this.#cache.store(ticket, answer.first, answer.rows)) return;
      // Of more rows, the host tells in its own time: whoever followed each answer would ask for the next at once.
      if (answer.total < this.#cache.total) this.#cache.resize(answer.total, 0);
      // Asking again for what the host just failed to send would go on for ever.
      if (answer.rows.length === 0 && answer.total > ticket.first) {
        throw new ChannelError('malformed', 'Rows are missing in the answer');
      }
      this.#load();
      this.#arrived();
    } catch (error) {
      this.#cache.giveUp(ticket);
      this.#shownEnd = undefined;
      this.#handlers.lost(error);
    }
  }

  #arrived(): void {
    if (this.#shownEnd !== undefined && this.isRush && !this.#isHere()) return;
    this.#showAll();
    if (this.#held !== undefined) this.#take(this.#held, 0);
  }

  #mayChange(): boolean {
    if (!this.#handlers.isLive() || !this.#handlers.isReady()) return false;
    const { first, end } = this.#seen;
    for (let place = first; place < end; place += 1) if (this.at(place)?.isPending === true) return true;
    return false;
  }

  /** Asks again for the rows that are seen; the drawing that follows asks for the next time. */
  async #refresh(): Promise<void> {
    const ticket = this.#cache.refresh(this.#seen.first, this.#seen.end);
    if (ticket === undefined || !this.#mayChange()) return;
    await this.#fetch(ticket);
  }
}
