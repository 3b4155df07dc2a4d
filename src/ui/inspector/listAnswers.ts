import { type Disposable, DisposableStore, MutableDisposable } from '../../base/lifecycle.ts';
import { systemClock } from '../../base/clock.ts';
import { type Event, Emitter } from '../../base/event.ts';
import type { Answer, Asked, InspectorEvent } from '../../messages/inspector.ts';
import type { Narrowed } from '../../traffic/exchangeFiles/exportOptions.ts';
import { EVERYTHING, hideHealthChecks, parseFilter } from '../../traffic/filter.ts';
import { completeFilter } from '../../traffic/filterCompletion.ts';
import { splitFilter } from '../../traffic/matcher.ts';
import { overview } from '../../traffic/overview.ts';
import { seenValues } from '../../traffic/seenValues.ts';
import { statistics } from '../../traffic/statistics.ts';
import type { TrafficReader } from '../../traffic/trafficReader.ts';
import { FilteredView, type ViewOptions } from '../../traffic/view.ts';
import { PacedNews } from './pacedNews.ts';

/** Answers what the page asks about its list: a filtered view of a log, of which it gets the pages it shows. */
export class ListAnswers implements Disposable {
  readonly #traffic: TrafficReader;
  readonly #view = new MutableDisposable<Disposable>();
  readonly #owned = new DisposableStore();
  readonly #told = new Emitter<InspectorEvent>();
  readonly #news = new PacedNews(systemClock);
  #options: ViewOptions = { filter: hideHealthChecks(EVERYTHING), heads: false };
  #isNarrowed = false;
  #current: FilteredView;

  constructor(traffic: TrafficReader) {
    this.#traffic = traffic;
    this.#owned.add(this.#view);
    this.#owned.add(this.#news);
    this.#owned.add(this.#news.onDidTell((event) => this.#told.fire(event)));
    this.#owned.add(traffic.onDidChange((range) => this.#news.entriesChanged(range)));
    this.#current = this.#show();
  }

  /** What the page is to be told. */
  readonly onDidChange: Event<InspectorEvent> = this.#told.event;

  /** What the page has narrowed the list down to; undefined where it shows everything but health checks. */
  get narrowed(): Narrowed | undefined {
    return this.#isNarrowed ? this.#options : undefined;
  }

  get total(): number {
    return this.#current.total;
  }

  filter({ text, heads, health, server, sort, from, to }: Asked<'filter'>): Answer<'filter'> {
    const parsed = parseFilter(text);
    if (!parsed.ok) return { type: 'filter', total: this.total, error: parsed.message, position: parsed.position };
    this.#isNarrowed = parsed.filter.terms.length > 0 || [server, from, to].some((bound) => bound !== undefined);
    this.#options = {
      filter: health ? parsed.filter : hideHealthChecks(parsed.filter),
      heads,
      ...(server === undefined ? {} : { server }),
      ...(sort === undefined ? {} : { order: sort }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
    this.#current = this.#show();
    return { type: 'filter', total: this.total };
  }

  page({ first, count }: Asked<'page'>): Answer<'page'> {
    const rows = this.#current.page(first, count);
    this.#news.flushMoves();
    return { type: 'page', first, rows, total: this.total };
  }

  find({ seq }: Asked<'find'>): Answer<'find'> {
    const index = this.#current.indexOf(seq);
    this.#news.flush();
    return index === -1 ? { type: 'find' } : { type: 'find', index };
  }

  stopSearch(): void {
    this.#current.stop();
  }

  complete({ text, position }: Asked<'complete'>): Answer<'complete'> {
    return { type: 'complete', completions: completeFilter(text, position, seenValues(this.#traffic)) };
  }

  /** Of the time that the list is narrowed down to, whatever else it shows. */
  statistics(): Answer<'statistics'> {
    return { type: 'statistics', methods: statistics(this.#traffic, this.#traffic.redactor, this.#options) };
  }

  /** By what looks at columns only: it is asked for again and again while traffic flows. */
  overview({ buckets }: Asked<'overview'>): Answer<'overview'> {
    const { filter, ...options } = this.#options;
    const { columns } = splitFilter(filter, { ...options, redactor: this.#traffic.redactor });
    return { type: 'overview', overview: overview(this.#traffic, buckets, columns) };
  }

  /** Those that have said something, as of a file. */
  servers(): string[] {
    return seenValues(this.#traffic).server.map(({ value }) => value);
  }

  dispose(): void {
    this.#owned.dispose();
    this.#told.dispose();
  }

  #show(): FilteredView {
    const view = new FilteredView(this.#traffic, this.#options);
    this.#news.forget(view.total);
    view.onDidChange((change) => this.#news.viewChanged(change));
    const tell = (share: number): void => this.#told.fire({ type: 'progress', task: 'search', share });
    view.onDidProgress((share) => {
      tell(share);
      if (share === 1 && view.problem !== undefined) this.#told.fire({ type: 'problem', message: view.problem });
    });
    this.#view.value = view;
    // Told behind the answer: what goes on already, or that the search of the view before is over.
    setImmediate(() => tell(this.#current.progress));
    return view;
  }
}
