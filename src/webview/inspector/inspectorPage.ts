import { html, type nothing, render, type TemplateResult } from 'lit/html.js';
import type { Clock } from '../../base/clock.ts';
import { Announcer } from '../shared/announcer.ts';
import { Drawing } from '../shared/drawing.ts';
import { JsonTreeView } from '../shared/jsonTreeView.ts';
import { t } from '../shared/l10n.ts';
import { PopupMenu } from '../shared/popupMenu.ts';
import { SplitView } from '../shared/splitView.ts';
import type { PageHost } from '../shared/vscode.ts';
import { detailView } from './detailView.ts';
import { emptyList } from './emptyList.ts';
import { EntryDetail } from './entryDetail.ts';
import { FilterBox } from './filterBox.ts';
import { changedFilter, type FilterChange } from './filterChange.ts';
import { filterField } from './filterField.ts';
import { filterTerm } from './filterText.ts';
import { KeptColumns } from './keptColumns.ts';
import { listNotices, lostBanner } from './listNotices.ts';
import { withoutLosingFocus } from './lostFocus.ts';
import { OverviewStrip } from './overviewStrip.ts';
import { PanelState } from './panelState.ts';
import { RowActions } from './rowActions.ts';
import { RowCommands } from './rowCommands.ts';
import { type DetailTab, readSavedState, savedState } from './savedState.ts';
import { SavedFiltersButton } from './savedFilters.ts';
import { StatisticsView } from './statisticsView.ts';
import type { TimeRange } from './timeRange.ts';
import { countText, toolbar } from './toolbar.ts';
import { TrafficGrid } from './trafficGrid.ts';
import { type InspectorChannel, TrafficList } from './trafficList.ts';

/** Pixels of width below which the detail goes below the list. */
const NARROW = 1000;

/** The inspector: toolbar, overview, list or statistics, and detail drawn as one, at most once per frame. */
export class InspectorPage {
  readonly #root: HTMLElement;
  readonly #host: PageHost;
  readonly #list: TrafficList;
  readonly #panel: PanelState;
  readonly #detail: EntryDetail;
  readonly #grid: TrafficGrid;
  readonly #split: SplitView;
  readonly #filterBox: FilterBox;
  readonly #savedFilters: SavedFiltersButton;
  readonly #overview: OverviewStrip;
  readonly #statistics: StatisticsView;
  readonly #actions: RowActions;
  readonly #commands: RowCommands;
  readonly #columns: KeptColumns;
  readonly #announcer: Announcer;
  readonly #drawing = new Drawing(() => this.#draw());
  readonly #menu = new PopupMenu(() => this.#redraw());
  readonly #treeView = new JsonTreeView(() => this.#redraw());
  #tab: DetailTab;
  #saved: string | undefined;

  constructor(root: HTMLElement, host: PageHost, channel: InspectorChannel, clock: Clock) {
    this.#root = root;
    this.#host = host;
    const redraw = (): void => this.#redraw();
    const saved = readSavedState(host.getState());
    this.#tab = saved.tab;
    const { filter: text, heads, health, server, sort } = saved;
    this.#list = new TrafficList(channel, clock, changedFilter({ text, heads, health }, { server, sort }));
    this.#panel = new PanelState(channel);
    this.#detail = new EntryDetail(channel, clock);
    this.#actions = new RowActions(channel, clock, redraw);
    this.#announcer = new Announcer(clock, redraw);
    this.#split = new SplitView(t('Resize detail'), saved.split, redraw);
    this.#filterBox = new FilterBox(channel, clock, text, {
      apply: (typed) => this.#applyFilter({ text: typed }),
      redraw,
      announceChoices: (count) => this.#announcer.say(count === 1 ? t('1 suggestion') : t('{0} suggestions', count)),
    });
    this.#savedFilters = new SavedFiltersButton({
      apply: (typed) => this.#applyFilter({ text: typed }),
      save: (filters) => void this.#actions.notices.do(() => this.#panel.saveFilters(filters)),
      redraw,
    });
    this.#overview = new OverviewStrip(channel, clock, { choose: (range) => this.#chooseRange(range), redraw });
    this.#statistics = new StatisticsView(channel, clock, {
      choose: (name, method) => {
        this.#statistics.toggle();
        // Of that method alone, and of health checks, which are counted too.
        this.#applyFilter({ server: name, health: true, text: filterTerm('method', `=${method}`) });
      },
      close: () => this.#statistics.toggle(),
      redraw,
    });
    this.#grid = new TrafficGrid(this.#list, clock, {
      activate: (place, open) => this.#activate(place, open),
      redraw,
      sort: (order) => this.#applyFilter({ sort: order }),
      columnsChanged: () => this.#columns.changed(),
      chooseColumns: (x, y) => this.#columns.choose(this.#menu, x, y),
      menu: (row, x, y) => this.#commands.openMenu(row, x, y),
      goTo: (seq) => void this.#goTo(seq),
      pinned: () => this.#detail.actions.marked,
      pin: (seq) => this.#detail.actions.mark(seq),
    });
    this.#columns = new KeptColumns(
      this.#grid,
      clock,
      saved.layout,
      (layout) => void this.#actions.notices.do(() => channel.request({ type: 'saveLayout', layout })),
    );
    this.#commands = new RowCommands({
      menu: this.#menu,
      actions: this.#actions,
      marks: this.#detail.actions,
      activeSeq: () => this.#grid.activeSeq,
      isFile: () => this.#panel.file !== undefined,
      filterText: () => this.#filterBox.text,
      filter: (change) => this.#applyFilter(change),
      goTo: (seq) => void this.#goTo(seq),
    });
    this.#observe(channel);
    void this.#start(saved.selected, saved.log);
  }

  #observe(channel: InspectorChannel): void {
    this.#list.onDidChange(() => this.#redraw());
    this.#list.onDidReplace(() => {
      this.#announcer.say(countText(this.#list.total));
      this.#statistics.refresh();
      void this.#findShown();
    });
    this.#list.onDidMove(() => void this.#findMoved());
    this.#panel.onDidChange(() => this.#redraw());
    this.#detail.onDidChange(() => this.#redraw());
    channel.onEvent((event) => {
      if (event.type === 'select') void this.#goTo(event.seq);
      if (event.type === 'showServer') this.#filterBox.text = '';
      if (event.type !== 'appended' && event.type !== 'progress') return;
      this.#overview.refresh();
      this.#statistics.refresh();
      if (event.type === 'appended') this.#announcer.say(countText(event.total));
    });
    new ResizeObserver(() => this.#redraw()).observe(this.#root);
    this.#root.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      if (this.#detail.state.kind !== 'closed') this.#closeDetail();
      else this.#detail.actions.mark(undefined);
    });
  }

  /** @param selected the entry whose detail is open, of that log: in another one, its number is that of another entry */
  async #start(selected: number | undefined, log: string | undefined): Promise<void> {
    await this.#list.start((welcome) => {
      this.#panel.welcome(welcome);
      this.#columns.welcome(welcome.layout);
    });
    this.#overview.refresh();
    this.#filterBox.text = this.#list.filter.text;
    const isThere = log === this.#panel.log;
    if (isThere && selected !== undefined) await this.#goTo(selected, false);
    // Not one that the host has asked for meanwhile.
    if (!isThere && this.#detail.seq === selected) this.#detail.close();
    this.#redraw();
  }

  /** Shows an entry wherever it is; one that the filter hides has a detail and no row. */
  async #goTo(seq: number, focus = true): Promise<void> {
    if (this.#statistics.isOpen) this.#statistics.toggle();
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

  /** Applies what stands in the box and changes what is given. */
  #applyFilter(change: FilterChange): void {
    this.#filterBox.text = change.text ?? this.#filterBox.text;
    void this.#list.setFilter(changedFilter(this.#list.filter, { ...change, text: this.#filterBox.text }));
  }

  #chooseRange(range: TimeRange | undefined): void {
    const { from, to } = this.#list.filter;
    if (from !== range?.from || to !== range?.to) this.#applyFilter({ from: range?.from, to: range?.to });
    else this.#redraw();
  }

  /** After the list changed: where is the entry whose detail is open? */
  async #findShown(): Promise<void> {
    const { seq } = this.#detail;
    if (seq === undefined) return;
    const place = await this.#list.find(seq);
    if (place !== undefined && this.#detail.seq === seq) this.#grid.reveal(place);
  }

  /** After rows moved: the current one stays the same entry, wherever it stands now. */
  async #findMoved(): Promise<void> {
    const seq = this.#grid.activeSeq;
    if (seq === undefined) return;
    const place = await this.#list.find(seq);
    if (this.#grid.activeSeq === seq) this.#grid.moved(place);
  }

  #redraw(): void {
    this.#drawing.request();
  }

  #draw(): void {
    const filter = (): HTMLInputElement | null => this.#root.querySelector('#filter');
    withoutLosingFocus(
      () => {
        render(this.#template(), this.#root);
        this.#grid.drawn();
        this.#menu.drawn();
        this.#savedFilters.drawn();
        this.#filterBox.drawn(filter());
      },
      () => this.#grid.takeFocus() || filter()?.focus(),
    );
    this.#save();
  }

  #template(): TemplateResult {
    const detail = detailView(this.#detail.state, this.#tab, this.#treeView, {
      close: () => this.#closeDetail(),
      selectTab: (tab) => {
        this.#tab = tab;
        this.#redraw();
      },
      goTo: (seq) => void this.#goTo(seq),
    });
    const stacked = this.#root.clientWidth < NARROW;
    const range = this.#range();
    const list = this.#statistics.isOpen
      ? this.#statistics.template()
      : this.#grid.template(
          emptyList(this.#list, this.#panel, () =>
            this.#applyFilter({ text: '', server: undefined, from: undefined, to: undefined }),
          ),
        );
    return html`<main class="inspector">
        <h1 class="spoken">${t('Traffic Inspector')}</h1>
        ${this.#toolbar(range)}${lostBanner(this.#list.status, () => void this.#start(this.#detail.seq, this.#panel.log))}${this.#overview.template(range)}
        ${this.#split.template(stacked, html`<div class="list-side">${list}${this.#notices()}</div>`, detail)}
        <div class="spoken" role="status" aria-live="polite">${this.#announcer.text}</div>
      </main>
      ${this.#menu.template()}`;
  }

  #range(): TimeRange | undefined {
    const { from, to } = this.#list.filter;
    return from === undefined || to === undefined ? undefined : { from, to };
  }

  #toolbar(range: TimeRange | undefined): TemplateResult {
    const parts = {
      filter: filterField(this.#filterBox, this.#list.filterError),
      savedFilters: this.#savedFilters.template(this.#panel.savedFilters, this.#filterBox.text),
      range: range && this.#overview.chip(range),
      isStatisticsOpen: this.#statistics.isOpen,
    };
    return toolbar(this.#list, this.#panel, parts, {
      chooseServer: (server) => this.#applyFilter({ server }),
      toggleHeads: () => this.#applyFilter({ heads: !this.#list.filter.heads }),
      toggleHealth: () => this.#applyFilter({ health: !this.#list.filter.health }),
      toggleStatistics: () => this.#statistics.toggle(),
      toggleRecording: () => void this.#actions.notices.do(() => this.#panel.toggleRecording()),
      chooseColumns: (x, y) => this.#columns.choose(this.#menu, x, y),
      export: () => this.#actions.export(),
      clear: () => void this.#clear(),
      stop: (task) => void this.#actions.notices.do(() => this.#panel.stop(task)),
    });
  }

  async #clear(): Promise<void> {
    await this.#list.clear();
    this.#detail.close();
  }

  #notices(): TemplateResult | typeof nothing {
    const { marked } = this.#detail.actions;
    return listNotices({
      notice: this.#actions.notices.current,
      marked,
      other: marked === undefined ? undefined : this.#commands.compareWith(marked),
      dismiss: () => this.#actions.notices.dismiss(),
      compare: (left, right) => this.#actions.compare(left, right),
      unmark: () => this.#detail.actions.mark(undefined),
    });
  }

  #save(): void {
    const state = savedState(this.#list.filter, {
      split: this.#split.share,
      tab: this.#tab,
      selected: this.#detail.seq,
      log: this.#panel.log,
      layout: this.#columns.layout,
    });
    const text = JSON.stringify(state);
    if (text === this.#saved) return;
    this.#saved = text;
    this.#host.setState(state);
  }
}
