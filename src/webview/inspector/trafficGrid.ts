import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import type { TrafficRow } from '../../messages/inspector.ts';
import { formatCount } from '../shared/format.ts';
import { downIcon } from '../shared/icons.ts';
import { nextIndex } from '../shared/keys.ts';
import { t } from '../shared/l10n.ts';
import * as scroll from '../shared/virtualScroll.ts';
import { cellText, type ColumnId, columnTitle, isFailure } from './rowText.ts';
import type { TrafficList } from './trafficList.ts';

/** Rows drawn beyond each edge, so that scrolling by the wheel does not show blank lines. */
const SPARE_ROWS = 8;
/** Rows fetched beyond each edge. */
const SPARE_FETCH = 50;

export interface GridHandlers {
  /** The row at `place` becomes the current one; `open` asks for its detail. */
  activate: (place: number, open: boolean) => void;
  /** Something changed that only drawing again shows. */
  redraw: () => void;
}

/** The list of traffic: draws the rows in the window, moves the window, and handles the keys. */
export class TrafficGrid {
  readonly #list: TrafficList;
  readonly #handlers: GridHandlers;
  readonly #resizes: ResizeObserver;
  #scroller: HTMLElement | undefined;
  /** Pixels of the window, and where it stands, in pixels of the list's real height. */
  #height = 0;
  #top = 0;
  /** Pixels that the scroll bar takes from the rows, which the head has to leave free too. */
  #scrollBar = 0;
  /** `scrollTop` as last set by us, to tell our own scroll events from the user's. */
  #setScroll = -1;
  #base = 0;
  #active: number | undefined;
  #focusActive = false;

  constructor(list: TrafficList, handlers: GridHandlers) {
    this.#list = list;
    this.#handlers = handlers;
    this.#resizes = new ResizeObserver(([entry]) => {
      this.#resize(entry?.contentRect.height ?? 0);
      this.#scrollBar = (this.#scroller?.offsetWidth ?? 0) - (this.#scroller?.clientWidth ?? 0);
      handlers.redraw();
    });
    list.onDidReplace(() => {
      this.#top = 0;
      this.#base = list.base;
      this.#active = undefined;
    });
  }

  /** The current row, by its place. */
  get active(): number | undefined {
    return this.#active;
  }

  /** Makes a row the current one and moves the window so that it is seen. */
  reveal(place: number | undefined, focus = false): void {
    this.#active = place;
    this.#focusActive = focus && place !== undefined;
    if (place !== undefined) {
      // Whoever reads a row does not want it to run away; on the last one there is nothing to miss.
      if (place < this.#list.end - 1) this.#list.hold();
      this.#top = scroll.topThatShows(place - this.#list.base, this.#top, this.#window());
    }
    this.#handlers.redraw();
  }

  template(empty: TemplateResult | undefined): TemplateResult {
    const list = this.#list;
    this.#followList();
    const columns = columnsFor(list.filter.server === undefined);
    const { first, end } = scroll.rowsInWindow(this.#top, this.#window(), SPARE_ROWS);
    list.show(list.base + first - SPARE_FETCH, list.base + end + SPARE_FETCH);
    const places = Array.from({ length: end - first }, (_, index) => list.base + first + index);
    // The current row is always drawn, wherever it is: it may have the focus, which must not get lost by scrolling.
    const active = this.#active;
    if (active !== undefined && !places.includes(active)) places.push(active);
    const tabStop = active ?? places.at(Math.min(SPARE_ROWS, places.length - 1));
    return html`<div class="list">
      <div
        class="grid ${columns.includes('server') ? 'with-server' : ''}"
        role="grid"
        aria-label=${t('Traffic')}
        aria-rowcount=${list.total}
        aria-colcount=${columns.length}
        aria-busy=${list.status.kind === 'loading'}
      >
        <div class="grid-head" role="rowgroup" .style=${`padding-right: ${this.#scrollBar}px`}>
          <div class="row" role="row">
            ${columns.map(
              (column, index) =>
                html`<div class="cell ${column}" role="columnheader" aria-colindex=${index + 1}>
                  ${column === 'direction' ? html`<span class="spoken">${columnTitle(column)}</span>` : columnTitle(column)}
                </div>`,
            )}
          </div>
        </div>
        <div
          class="grid-body"
          role="rowgroup"
          ${ref((element) => this.#attach(element))}
          @scroll=${() => this.#scrolled()}
          @keydown=${(event: KeyboardEvent) => this.#key(event)}
        >
          <div class="grid-space" role="presentation" .style=${`height: ${scroll.scrollHeight(list.total)}px`}>
            ${repeat(
              places,
              (place) => place,
              (place) => this.#row(place, columns, place === tabStop),
            )}
          </div>
        </div>
      </div>
      ${empty ?? nothing}
      ${
        list.unseen === 0
          ? nothing
          : html`<button class="pill" @click=${() => list.follow()}>
              ${downIcon} ${t('{0} new', formatCount(list.unseen))}
            </button>`
      }
    </div>`;
  }

  /** To be called after every drawing: puts the scroll bar where the window is, and the focus on the current row. */
  drawn(): void {
    const scroller = this.#scroller;
    if (scroller === undefined) return;
    const wanted = scroll.scrollOfTop(this.#top, this.#window());
    if (Math.abs(scroller.scrollTop - wanted) >= 1) {
      scroller.scrollTop = wanted;
      this.#setScroll = scroller.scrollTop;
    }
    if (!this.#focusActive) return;
    this.#focusActive = false;
    scroller.querySelector<HTMLElement>(`[data-place="${this.#active}"]`)?.focus({ preventScroll: true });
  }

  #window(): scroll.ListWindow {
    return { total: this.#list.total, height: this.#height };
  }

  /** Takes over what happened to the list since the last drawing. */
  #followList(): void {
    const { base, end } = this.#list;
    this.#top -= (base - this.#base) * scroll.ROW_HEIGHT;
    this.#base = base;
    const furthest = scroll.lastTop(this.#window());
    this.#top = this.#list.isFollowing ? furthest : Math.max(0, Math.min(furthest, this.#top));
    if (this.#active !== undefined && (this.#active < base || this.#active >= end)) this.#active = undefined;
  }

  /** A detail that opens below takes room: the row it is about stays in sight. */
  #resize(height: number): void {
    const row = this.#active === undefined ? undefined : this.#active - this.#list.base;
    const isInSight = row !== undefined && scroll.topThatShows(row, this.#top, this.#window()) === this.#top;
    this.#height = height;
    if (isInSight) this.#top = scroll.topThatShows(row, this.#top, this.#window());
  }

  #attach(element: Element | undefined): void {
    if (!(element instanceof HTMLElement) || element === this.#scroller) return;
    this.#resizes.disconnect();
    this.#scroller = element;
    this.#resizes.observe(element);
  }

  #scrolled(): void {
    const scrollTop = this.#scroller?.scrollTop ?? 0;
    if (Math.abs(scrollTop - this.#setScroll) < 1) return;
    this.#setScroll = -1;
    this.#top = scroll.topOfScroll(scrollTop, this.#window());
    this.#list.userScrolled(scroll.isAtEnd(this.#top, this.#window()));
    this.#handlers.redraw();
  }

  #key(event: KeyboardEvent): void {
    const { base, total } = this.#list;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const current = this.#active === undefined ? -1 : this.#active - base;
    if (event.key === 'Enter' || event.key === ' ') {
      if (this.#active !== undefined) this.#handlers.activate(this.#active, true);
    } else {
      const page = Math.max(1, Math.floor(this.#height / scroll.ROW_HEIGHT) - 1);
      const next = nextIndex(event.key, current, total, 'vertical', page);
      if (next === undefined) return;
      this.reveal(base + next, true);
      this.#handlers.activate(base + next, false);
    }
    event.preventDefault();
  }

  #row(place: number, columns: readonly ColumnId[], isTabStop: boolean): TemplateResult {
    const row = this.#list.at(place);
    const index = place - this.#list.base;
    // Below 15 million pixels this is the row's own place; above, rows stand where the window is.
    const y = index * scroll.ROW_HEIGHT - this.#top + scroll.scrollOfTop(this.#top, this.#window());
    const top = Math.max(0, Math.min(y, scroll.scrollHeight(this.#list.total) - scroll.ROW_HEIGHT));
    const isActive = place === this.#active;
    return html`<div
      class="row ${row === undefined ? 'pending' : `kind-${row.kind} ${row.direction}`} ${isActive ? 'active' : ''} ${
        place % 2 === 0 ? 'even' : ''
      }"
      role="row"
      data-place=${place}
      aria-rowindex=${index + 1}
      aria-selected=${isActive}
      tabindex=${isTabStop ? 0 : -1}
      .style=${`top: ${top}px`}
      @click=${() => {
        this.reveal(place, true);
        this.#handlers.activate(place, true);
      }}
      @focus=${() => {
        if (this.#active === undefined) this.reveal(place);
      }}
    >
      ${row === undefined ? pendingCells(columns) : columns.map((column, number) => cell(row, column, number))}
    </div>`;
  }
}

/** Time, direction and so on; the server only where there may be several. */
function columnsFor(allServers: boolean): readonly ColumnId[] {
  const columns: ColumnId[] = ['time', 'direction', 'server', 'label', 'kind', 'status', 'duration', 'size'];
  return allServers ? columns : columns.filter((column) => column !== 'server');
}

function cell(row: TrafficRow, column: ColumnId, number: number): TemplateResult {
  const { text, spoken, extra } = cellText(row, column);
  const failed = (column === 'kind' && isFailure(row)) || (column === 'status' && (row.status ?? 0) >= 400);
  // The spaces are for the ear: without them, "tools/call echo" would be one word.
  const more = extra === undefined ? nothing : html` <span class="extra">${extra}</span>`;
  return html`<div class="cell ${column} ${failed ? 'failed' : ''}" role="gridcell" aria-colindex=${number + 1}>
    ${spoken === undefined ? nothing : html`<span class="spoken">${spoken}</span> `}<span class=${classOf(column)}
      >${text}</span
    >${more}
  </div>`;
}

function classOf(column: ColumnId): string {
  if (column === 'kind') return 'badge';
  return column === 'direction' ? 'sign' : 'text';
}

function pendingCells(columns: readonly ColumnId[]): TemplateResult {
  const label = columns.indexOf('label') + 1;
  return html`<div class="cell label" role="gridcell" aria-colindex=${label}>
    <span class="spoken">${t('Loading')}</span>
  </div>`;
}
