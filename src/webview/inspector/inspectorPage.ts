import { html, nothing, render, type TemplateResult } from 'lit';
import type { Clock } from '../../base/clock.ts';
import { type Disposable, MutableDisposable } from '../../base/lifecycle.ts';
import { JsonTreeView } from '../shared/jsonTreeView.ts';
import { t } from '../shared/l10n.ts';
import { SplitView } from '../shared/splitView.ts';
import type { PageHost } from '../shared/vscode.ts';
import { detailView } from './detailView.ts';
import { EntryDetail } from './entryDetail.ts';
import { type DetailTab, readSavedState, type SavedState } from './savedState.ts';
import { toolbar } from './toolbar.ts';
import { TrafficGrid } from './trafficGrid.ts';
import { type InspectorChannel, type ListFilter, TrafficList } from './trafficList.ts';

/** Milliseconds without a key until a filter is applied. */
const TYPING_PAUSE_MS = 200;
/** Pixels of width below which the detail goes below the list. */
const NARROW = 1000;

/** The inspector: list, detail and toolbar drawn as one, at most once per frame. */
export class InspectorPage {
  readonly #root: HTMLElement;
  readonly #host: PageHost;
  readonly #clock: Clock;
  readonly #list: TrafficList;
  readonly #detail: EntryDetail;
  readonly #grid: TrafficGrid;
  readonly #split: SplitView;
  readonly #treeView = new JsonTreeView(() => this.#redraw());
  readonly #typing = new MutableDisposable<Disposable>();
  #typed: string;
  #tab: DetailTab;
  #saved: string | undefined;
  #frame = 0;

  constructor(root: HTMLElement, host: PageHost, channel: InspectorChannel, clock: Clock) {
    this.#root = root;
    this.#host = host;
    this.#clock = clock;
    const saved = readSavedState(host.getState());
    this.#tab = saved.tab;
    this.#typed = saved.filter;
    const { filter: text, heads, health, server } = saved;
    this.#list = new TrafficList(channel, { text, heads, health, ...(server === undefined ? {} : { server }) });
    this.#detail = new EntryDetail(channel, clock);
    this.#split = new SplitView(t('Resize detail'), saved.split, () => this.#redraw());
    this.#grid = new TrafficGrid(this.#list, {
      activate: (place, open) => this.#activate(place, open),
      redraw: () => this.#redraw(),
    });
    this.#list.onDidChange(() => this.#redraw());
    this.#list.onDidReplace(() => void this.#findShown());
    this.#detail.onDidChange(() => this.#redraw());
    channel.onEvent((event) => {
      if (event.type === 'select') void this.#goTo(event.seq);
      if (event.type === 'setFilter') this.#typed = event.text;
    });
    new ResizeObserver(() => this.#redraw()).observe(root);
    root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.#detail.state.kind !== 'closed') this.#closeDetail();
    });
    void this.#start(saved.selected);
  }

  async #start(selected?: number): Promise<void> {
    await this.#list.start();
    this.#typed = this.#list.filter.text;
    if (selected !== undefined) await this.#goTo(selected, false);
    this.#redraw();
  }

  /** Shows an entry wherever it is; one that the filter hides has a detail and no row. */
  async #goTo(seq: number, focus = true): Promise<void> {
    this.#detail.show(seq);
    const place = await this.#list.find(seq);
    if (this.#detail.seq === seq) this.#grid.reveal(place, focus);
  }

  #activate(place: number, open: boolean): void {
    const row = this.#list.at(place);
    if (row !== undefined && (open || this.#detail.state.kind !== 'closed')) this.#detail.show(row.seq);
  }

  #closeDetail(): void {
    this.#detail.close();
    this.#grid.reveal(this.#grid.active, true);
  }

  /** Applies what stands in the box and changes what is given; `server: undefined` means all of them. */
  #applyFilter(change: { text?: string; heads?: boolean; health?: boolean; server?: string | undefined }): void {
    this.#typing.value = undefined;
    this.#typed = change.text ?? this.#typed;
    const { heads, health, server } = { ...this.#list.filter, ...change };
    const filter: ListFilter = { text: this.#typed, heads, health, ...(server === undefined ? {} : { server }) };
    void this.#list.setFilter(filter);
  }

  /** After the list changed: where is the entry whose detail is open? */
  async #findShown(): Promise<void> {
    const { seq } = this.#detail;
    if (seq === undefined) return;
    const place = await this.#list.find(seq);
    if (place !== undefined && this.#detail.seq === seq) this.#grid.reveal(place);
  }

  #redraw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      render(this.#template(), this.#root);
      this.#grid.drawn();
      this.#save();
    });
  }

  #template(): TemplateResult {
    const detail = detailView(this.#detail.state, this.#tab, this.#treeView, {
      close: () => this.#closeDetail(),
      selectTab: (tab) => {
        this.#tab = tab;
        this.#redraw();
      },
      goTo: (seq) => void this.#goTo(seq),
      openInEditor: (seq) => this.#detail.openInEditor(seq),
    });
    const bar = toolbar(this.#list, this.#typed, {
      typed: (text) => {
        this.#typed = text;
        this.#typing.value = this.#clock.after(TYPING_PAUSE_MS, () => this.#applyFilter({}));
      },
      apply: (text) => this.#applyFilter({ text }),
      chooseServer: (server) => this.#applyFilter({ server }),
      toggleHeads: () => this.#applyFilter({ heads: !this.#list.filter.heads }),
      toggleHealth: () => this.#applyFilter({ health: !this.#list.filter.health }),
      clear: () => void this.#list.clear(),
    });
    const stacked = this.#root.clientWidth < NARROW;
    return html`<main class="inspector">
      <h1 class="spoken">${t('Traffic Inspector')}</h1>
      ${bar}${this.#lost()}${this.#split.template(stacked, this.#grid.template(this.#empty()), detail)}
    </main>`;
  }

  #lost(): TemplateResult | typeof nothing {
    const { status } = this.#list;
    if (status.kind !== 'lost') return nothing;
    return html`<div class="banner" role="alert">
      <span>${t('The traffic cannot be read: {0}. What is shown may be out of date.', status.message)}</span>
      <button class="button" @click=${() => void this.#start(this.#detail.seq)}>${t('Try Again')}</button>
    </div>`;
  }

  #empty(): TemplateResult | undefined {
    const { status, total, filter } = this.#list;
    if (total > 0 || status.kind === 'lost') return undefined;
    if (status.kind === 'loading') return html`<div class="empty"><p>${t('Loading traffic…')}</p></div>`;
    if (filter.text === '' && filter.server === undefined) {
      return html`<div class="empty">
        <h2>${t('No traffic yet')}</h2>
        <p>
          ${t('Start an MCP server or call one of its tools: every message it sends or receives appears here, byte for byte.')}
        </p>
        ${filter.health ? nothing : html`<p>${t('Health checks are hidden.')}</p>`}
      </div>`;
    }
    return html`<div class="empty">
      <h2>${t('Nothing matches')}</h2>
      <p>${t('There may be traffic that the filter or the chosen server hides.')}</p>
      <button class="button" @click=${() => this.#applyFilter({ text: '', server: undefined })}>
        ${t('Show All Traffic')}
      </button>
    </div>`;
  }

  #save(): void {
    const { text: filter, server, heads, health } = this.#list.filter;
    const { seq } = this.#detail;
    const state: SavedState = {
      filter,
      heads,
      health,
      split: this.#split.share,
      tab: this.#tab,
      ...(server === undefined ? {} : { server }),
      ...(seq === undefined ? {} : { selected: seq }),
    };
    const text = JSON.stringify(state);
    if (text === this.#saved) return;
    this.#saved = text;
    this.#host.setState(state);
  }
}
