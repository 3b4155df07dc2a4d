import { Emitter } from '../../base/event.ts';
import { messageOf } from '../../base/errors.ts';
import type { InspectorEvent, InspectorRequest, InspectorResponse, TrafficRow } from '../../messages/inspector.ts';
import { ChannelError, type HostChannel } from '../shared/channel.ts';
import { type PageTicket, RowCache } from '../shared/rowCache.ts';
import { following, pause, scrolled, type Tail, unseen } from '../shared/tailFollow.ts';

export type InspectorChannel = HostChannel<InspectorRequest, InspectorResponse, InspectorEvent>;

/** What the list is narrowed down to. No `server` means all of them. */
export interface ListFilter {
  text: string;
  heads: boolean;
  /** Show health checks. */
  health: boolean;
  server?: string;
}

/** `lost`: the host does not answer, or not in a way that can be used; `message` says which. */
export type ListStatus = { kind: 'loading' } | { kind: 'ready' } | { kind: 'lost'; message: string };

/** The filtered traffic as far as it was asked for. Rows are addressed by their place, see `RowCache`. */
export class TrafficList {
  readonly #channel: InspectorChannel;
  readonly #rows = new RowCache<TrafficRow>();
  readonly #changed = new Emitter<void>();
  readonly #replaced = new Emitter<void>();
  #status: ListStatus = { kind: 'loading' };
  #servers: readonly string[] = [];
  #filter: ListFilter;
  #filterError: string | undefined;
  /** Grows with every filter sent, so that only the last one's answer counts. */
  #filterNumber = 0;
  #tail: Tail = following;
  #window = { first: 0, end: 0 };

  constructor(channel: InspectorChannel, filter: ListFilter) {
    this.#channel = channel;
    this.#filter = filter;
    channel.onEvent((event) => this.#hear(event));
  }

  readonly onDidChange = this.#changed.event;
  /** It is another list now: places known before mean nothing any more. */
  readonly onDidReplace = this.#replaced.event;

  get status(): ListStatus {
    return this.#status;
  }
  get servers(): readonly string[] {
    return this.#servers;
  }
  get filter(): ListFilter {
    return this.#filter;
  }
  /** The host's complaint about the filter; the list is still that of the last good one. */
  get filterError(): string | undefined {
    return this.#filterError;
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
  get unseen(): number {
    return unseen(this.#tail, this.#rows.end);
  }

  at(place: number): TrafficRow | undefined {
    return this.#rows.at(place);
  }

  /** Begins, or begins again after the host was lost. A filter the host asks for goes before ours. */
  async start(): Promise<void> {
    this.#status = { kind: 'loading' };
    this.#changed.fire();
    try {
      const answer = await this.#channel.request({ type: 'ready' });
      this.#servers = answer.servers;
      if (answer.filter !== '' || answer.server !== undefined)
        this.#filter = this.#wished(answer.filter, answer.server);
    } catch (error) {
      this.#lose(error);
      return;
    }
    await this.setFilter(this.#filter);
  }

  /** A wish of the host replaces text and server; the choice of heads and health checks stays. */
  #wished(text: string, server: string | undefined): ListFilter {
    const { heads, health } = this.#filter;
    return { text, heads, health, ...(server === undefined ? {} : { server }) };
  }

  /** Resolves when the host has answered, whatever the answer. */
  async setFilter(filter: ListFilter): Promise<void> {
    this.#filter = filter;
    const number = ++this.#filterNumber;
    this.#changed.fire();
    try {
      const answer = await this.#channel.request({ type: 'filter', ...filter });
      if (number !== this.#filterNumber) return;
      this.#filterError = answer.error;
      this.#status = { kind: 'ready' };
      if (answer.error === undefined) {
        this.#rows.reset(answer.total);
        this.#tail = following;
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
      return index === undefined ? undefined : this.#rows.base + index;
    } catch (error) {
      this.#lose(error);
      return undefined;
    }
  }

  /** Tells which places are looked at, so that their rows are fetched. */
  show(first: number, end: number): void {
    this.#window = { first: Math.max(first, this.#rows.base), end: Math.min(end, this.#rows.end) };
    this.#load();
  }

  userScrolled(atEnd: boolean): void {
    this.#setTail(scrolled(this.#tail, atEnd, this.#rows.end));
  }

  follow(): void {
    this.#setTail(following);
  }

  hold(): void {
    this.#setTail(pause(this.#tail, this.#rows.end));
  }

  #setTail(tail: Tail): void {
    if (tail === this.#tail) return;
    this.#tail = tail;
    this.#changed.fire();
  }

  #load(): void {
    if (this.#status.kind !== 'ready') return;
    const { first, end } = this.#window;
    for (let ticket = this.#rows.want(first, end); ticket; ticket = this.#rows.want(first, end))
      void this.#fetch(ticket);
  }

  async #fetch(ticket: PageTicket): Promise<void> {
    try {
      const answer = await this.#channel.request({ type: 'page', first: ticket.first, count: ticket.count });
      if (!this.#rows.store(ticket, answer.first, answer.rows)) return;
      this.#rows.resize(answer.total, 0);
      // Asking again for what the host just failed to send would go on for ever.
      if (answer.rows.length === 0 && answer.total > ticket.first) {
        throw new ChannelError('malformed', 'Rows are missing in the answer');
      }
      this.#load();
      this.#changed.fire();
    } catch (error) {
      this.#rows.giveUp(ticket);
      this.#lose(error);
    }
  }

  #hear(event: InspectorEvent): void {
    // A host that speaks is back.
    if (this.#status.kind === 'lost') void this.start();
    switch (event.type) {
      case 'appended':
        this.#rows.resize(event.total, event.dropped);
        this.#changed.fire();
        return;
      case 'servers':
        this.#servers = event.servers;
        this.#changed.fire();
        return;
      case 'setFilter':
        void this.setFilter(this.#wished(event.text, event.server));
        return;
      case 'select':
        return;
    }
  }

  #lose(error: unknown): void {
    this.#status = { kind: 'lost', message: messageOf(error) };
    this.#changed.fire();
  }
}
