import { Emitter } from '../../base/event.ts';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type {
  Answer,
  InspectorEvent,
  InspectorRequest,
  InspectorResponse,
  SortOrder,
  TrafficRow,
} from '../../messages/inspector.ts';
import type { HostChannel } from '../shared/channel.ts';
import { following, pause, scrolled, type Tail, unseen } from '../shared/tailFollow.ts';
import { Throttle } from '../shared/throttle.ts';
import { changedFilter } from './filterChange.ts';
import { RowLoader } from './rowLoader.ts';

export type InspectorChannel = HostChannel<InspectorRequest, InspectorResponse, InspectorEvent>;

/** Milliseconds between two sortings of a list that grows. */
const SORT_MS = 250;

/** What the list is narrowed down to. No `server` means all of them, no `sort` the order of time; `from` and `to` in milliseconds since the epoch. */
export interface ListFilter {
  text: string;
  heads: boolean;
  /** Show health checks. */
  health: boolean;
  server?: string;
  sort?: SortOrder;
  from?: number;
  to?: number;
}

/** `lost`: the host does not answer, or not in a way that can be used; `message` says which. */
export type ListStatus = { kind: 'loading' } | { kind: 'ready' } | { kind: 'lost'; message: string };

/** The filtered traffic as far as it was asked for. Rows are addressed by their place, see `RowCache`. */
export class TrafficList {
  readonly #channel: InspectorChannel;
  readonly #rows: RowLoader;
  readonly #sorting: Throttle;
  readonly #changed = new Emitter<void>();
  readonly #replaced = new Emitter<void>();
  readonly #moved = new Emitter<void>();
  #status: ListStatus = { kind: 'loading' };
  #servers: readonly string[] = [];
  #filter: ListFilter;
  #filterError: { message: string; position?: number } | undefined;
  /** A file does not change. */
  #isFile = false;
  /** Grows with every filter sent, so that only the last one's answer counts. */
  #filterNumber = 0;
  #tail: Tail = following;

  constructor(channel: InspectorChannel, clock: Clock, filter: ListFilter) {
    this.#channel = channel;
    this.#filter = filter;
    this.#rows = new RowLoader(channel, clock, {
      changed: () => this.#changed.fire(),
      lost: (error) => this.#lose(error),
      isReady: () => this.#status.kind === 'ready',
      isLive: () => !this.#isFile,
      isFollowing: () => this.isFollowing,
    });
    this.#sorting = new Throttle(clock, SORT_MS, () => this.#resort());
    channel.onEvent((event) => this.#hear(event));
  }

  readonly onDidChange = this.#changed.event;
  /** It is another list now: places known before mean nothing any more. */
  readonly onDidReplace = this.#replaced.event;
  /** Rows may stand at other places: a sorted list grew. */
  readonly onDidMove = this.#moved.event;

  get status(): ListStatus {
    return this.#status;
  }
  get servers(): readonly string[] {
    return this.#servers;
  }
  get filter(): ListFilter {
    return this.#filter;
  }
  /** The host's complaint about the filter, and how many UTF-16 units stand before what it is about; the list is still that of the last good one. */
  get filterError(): { message: string; position?: number } | undefined {
    return this.#filterError;
  }
  get isFile(): boolean {
    return this.#isFile;
  }
  get base(): number {
    return this.#rows.base;
  }
  get end(): number {
    return this.#rows.end;
  }
  get total(): number {
    return this.#rows.total;
  }
  get isFollowing(): boolean {
    return this.#tail.kind === 'following';
  }
  /** More new rows come than are seen, and the newest are what is seen. */
  get isRush(): boolean {
    return this.#rows.isRush;
  }
  get unseen(): number {
    return unseen(this.#tail, this.#rows.end);
  }

  at(place: number): TrafficRow | undefined {
    return this.#rows.at(place);
  }

  /** Begins, or begins again after the host was lost. The server that the host asks for goes before our filter. `welcome` gets what else the host says first. */
  async start(welcome?: (answer: Answer<'ready'>) => void): Promise<void> {
    this.#status = { kind: 'loading' };
    this.#changed.fire();
    try {
      const answer = await this.#channel.request({ type: 'ready' });
      welcome?.(answer);
      this.#servers = answer.servers;
      this.#isFile = answer.file !== undefined;
      if (answer.server !== undefined) this.#filter = this.#all(answer.server);
    } catch (error) {
      this.#lose(error);
      return;
    }
    await this.setFilter(this.#filter);
  }

  /** All that a server said, whenever; the choice of heads and health checks stays, and the order. */
  #all(server: string): ListFilter {
    return changedFilter(this.#filter, { text: '', server, from: undefined, to: undefined });
  }

  /** Resolves when the host has answered, whatever the answer. */
  async setFilter(filter: ListFilter): Promise<void> {
    this.#filter = filter;
    const number = ++this.#filterNumber;
    this.#changed.fire();
    try {
      const answer = await this.#channel.request({ type: 'filter', ...filter });
      if (number !== this.#filterNumber) return;
      const { error, position } = answer;
      this.#filterError =
        error === undefined ? undefined : { message: error, ...(position === undefined ? {} : { position }) };
      this.#status = { kind: 'ready' };
      if (answer.error === undefined) {
        this.#rows.reset(answer.total);
        this.#tail = filter.sort === undefined ? following : pause(following, this.#rows.end);
        this.#replaced.fire();
      }
      this.#changed.fire();
    } catch (error) {
      if (number === this.#filterNumber) this.#lose(error);
    }
  }

  async clear(): Promise<void> {
    try {
      await this.#channel.request({ type: 'clear' });
    } catch (error) {
      this.#lose(error);
      return;
    }
    await this.setFilter(this.#filter);
  }

  /** Where an entry stands; nothing when the filter hides it or it is gone. */
  async find(seq: number): Promise<number | undefined> {
    try {
      const { index } = await this.#channel.request({ type: 'find', seq });
      this.#rows.settle();
      return index === undefined ? undefined : this.#rows.base + index;
    } catch (error) {
      this.#lose(error);
      return undefined;
    }
  }

  /** Tells which places are drawn, so that their rows are fetched, and asked for again while they change. */
  show(first: number, end: number): void {
    this.#rows.show(first, end);
  }

  userScrolled(atEnd: boolean): void {
    this.#setTail(scrolled(this.#tail, atEnd && this.#filter.sort === undefined, this.#rows.end));
  }

  /** Runs along with the newest, which only the order of time has an end for. */
  follow(): void {
    const { sort, ...chronological } = this.#filter;
    if (sort === undefined) this.#setTail(following);
    else void this.setFilter(chronological);
  }

  hold(): void {
    this.#setTail(pause(this.#tail, this.#rows.end));
  }

  #setTail(tail: Tail): void {
    if (tail === this.#tail) return;
    this.#tail = tail;
    this.#changed.fire();
  }

  #resort(): void {
    this.#rows.invalidate();
    this.#moved.fire();
    this.#changed.fire();
  }

  #hear(event: InspectorEvent): void {
    // A host that speaks is back.
    if (this.#status.kind === 'lost') void this.start();
    switch (event.type) {
      case 'appended':
        if (this.#filter.sort === undefined && event.isReordered !== true) {
          this.#rows.grow(event.total, event.dropped);
        } else {
          // What was dropped was anywhere.
          this.#rows.resize(event.total);
          this.#sorting.trigger();
        }
        return;
      case 'changed':
        this.#rows.expire(event.first, event.last);
        this.#changed.fire();
        return;
      case 'problem':
        this.#filterError = { message: event.message };
        this.#changed.fire();
        return;
      case 'servers':
        this.#servers = event.servers;
        this.#changed.fire();
        return;
      case 'showServer':
        void this.setFilter(this.#all(event.server));
        return;
      case 'select':
      case 'progress':
      case 'readingStopped':
      case 'recording':
        return;
    }
  }

  #lose(error: unknown): void {
    this.#status = { kind: 'lost', message: messageOf(error) };
    this.#changed.fire();
  }
}
