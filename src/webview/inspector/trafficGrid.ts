import { html, nothing, type TemplateResult } from 'lit/html.js';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Clock } from '../../base/clock.ts';
import type { ColumnId, SortOrder, TrafficRow } from '../../messages/inspector.ts';
import { nextIndex } from '../shared/keys.ts';
import { t } from '../shared/l10n.ts';
import {
  type Column,
  columnTracks,
  nextSort,
  readColumns,
  resizeColumn,
  standardColumns,
  visibleColumns,
  widthOf,
} from './columns.ts';
import { GridHead } from './gridHead.ts';
import { rowCells, rowClass, type RowContext, rowContext } from './gridRow.ts';
import { GridWindow } from './gridWindow.ts';
import { followPill } from './listNotices.ts';
import { rowSummary } from './rowText.ts';
import type { TrafficList } from './trafficList.ts';

/** Rows drawn beyond each edge, so that scrolling by the wheel does not show blank lines. */
const SPARE_ROWS = 6;

export interface GridHandlers {
  /** The row at `place` becomes the current one; `open` asks for its detail. */
  activate: (place: number, open: boolean) => void;
  /** The order or the columns are others now. */
  sort: (sort: SortOrder | undefined) => void;
  columnsChanged: () => void;
  chooseColumns: (x: number, y: number) => void;
  /** A menu is wanted for a row. */
  menu: (row: TrafficRow, x: number, y: number) => void;
  /** Goes to another entry. */
  goTo: (seq: number) => void;
  /** `seq` of a second row that is selected, to be compared. */
  pinned: () => number | undefined;
  pin: (seq: number | undefined) => void;
  /** Something changed that only drawing again shows. */
  redraw: () => void;
}

/** The list of traffic: draws the rows in the window, keeps one of them current, and handles mouse and keys. */
export class TrafficGrid {
  readonly #list: TrafficList;
  readonly #handlers: GridHandlers;
  readonly #clock: Clock;
  readonly #head: GridHead;
  readonly #window: GridWindow;
  #columns: readonly Column[] = readColumns(undefined);
  #active: number | undefined;
  /** `seq` of the current row, by which it is found again where places change. */
  #activeSeq: number | undefined;
  #focusActive = false;
  /** Place of the row that the Tab key goes to. */
  #tabStop: number | undefined;
  /** Places that were drawn last. */
  #drawn = { first: 0, end: 0 };
  /** What the key of a row's element is less than the row's place. */
  #shift = 0;

  constructor(list: TrafficList, clock: Clock, handlers: GridHandlers) {
    this.#list = list;
    this.#clock = clock;
    this.#handlers = handlers;
    this.#head = new GridHead({
      sort: (column) => handlers.sort(nextSort(list.filter.sort, column)),
      resize: (id, width) => this.#resizeColumn(id, width ?? widthOf(standardColumns, id)),
      // Two keys may come before one drawing.
      widen: (id, by) => this.#resizeColumn(id, widthOf(this.#columns, id) + by),
      chooseColumns: handlers.chooseColumns,
      redraw: handlers.redraw,
    });
    this.#window = new GridWindow(list, {
      changed: handlers.redraw,
      kept: () => (this.#active === undefined ? undefined : this.#active - list.base),
    });
    list.onDidReplace(() => (this.#active = undefined));
  }

  /** The current row, by its place. */
  get active(): number | undefined {
    return this.#active;
  }

  get activeSeq(): number | undefined {
    return this.#activeSeq;
  }

  get columns(): readonly Column[] {
    return this.#columns;
  }
  set columns(columns: readonly Column[]) {
    this.#columns = columns;
    this.#handlers.redraw();
  }

  /** Puts the current row where it stands now, without moving the window. */
  moved(place: number | undefined): void {
    this.#focusActive = place !== undefined && this.#window.hasFocus;
    this.#active = place;
    this.#handlers.redraw();
  }

  /** Makes a row the current one and moves the window so that it is seen. */
  reveal(place: number | undefined, focus = false): void {
    this.#active = place;
    this.#activeSeq = place === undefined ? undefined : this.#list.at(place)?.seq;
    // The focus goes with the current row.
    this.#focusActive = place !== undefined && (focus || this.#window.hasFocus);
    if (place !== undefined) {
      // Whoever reads a row does not want it to run away; on the last one there is nothing to miss.
      if (place < this.#list.end - 1) this.#list.hold();
      this.#window.show(place - this.#list.base);
    }
    this.#handlers.redraw();
  }

  template(empty: TemplateResult | undefined): TemplateResult {
    const list = this.#list;
    this.#window.follow();
    this.#followActive();
    const { sort, server } = list.filter;
    const columns = visibleColumns(this.#columns, server !== undefined, this.#window.width);
    // In a rush nobody scrolls by the wheel, and what is drawn is drawn four times a second.
    const spare = list.isRush ? 0 : SPARE_ROWS;
    const { first, end } = this.#window.rows(spare);
    list.show(list.base + first, list.base + end);
    const places = Array.from({ length: end - first }, (_, index) => list.base + first + index);
    // The current row is always drawn, wherever it is: it may have the focus, which must not get lost by scrolling.
    const active = this.#active;
    if (active !== undefined && !places.includes(active)) places.push(active);
    this.#reuse(list.base + first, list.base + end);
    this.#tabStop = active ?? places.at(Math.min(spare, places.length - 1));
    const context = rowContext(list, this.#window.rows(), columns, this.#clock, this.#handlers.goTo);
    return html`<div class="list">
      <div
        class="grid"
        role="grid"
        aria-label=${t('Traffic')}
        aria-rowcount=${list.total}
        aria-colcount=${columns.length}
        aria-multiselectable="true"
        aria-busy=${list.status.kind === 'loading'}
        .style=${`--columns: ${columnTracks(columns)}`}
      >
        <div class="grid-head" role="rowgroup" .style=${`padding-right: ${this.#window.scrollBar}px`}>
          ${this.#head.template(columns, sort)}
        </div>
        <div
          class="grid-body"
          role="rowgroup"
          ${ref((element) => this.#window.attach(element))}
          @scroll=${() => this.#window.scrolled()}
          @keydown=${(event: KeyboardEvent) => this.#key(event)}
        >
          <div class="grid-space" role="presentation" .style=${`height: ${this.#window.scrollHeight}px`}>
            ${repeat(
              places,
              (place) => place - this.#shift,
              (place) => this.#row(place, context, place === this.#tabStop),
            )}
          </div>
        </div>
      </div>
      ${empty ?? nothing}${this.#window.hasAll ? nothing : followPill(list)}
    </div>`;
  }

  /** To be called after every drawing: puts the scroll bar where the window is, and the focus on the current row. */
  drawn(): void {
    this.#window.drawn();
    // In another list, its row is any row.
    if (this.#active === undefined && this.#window.hasFocus) this.takeFocus();
    if (!this.#focusActive) return;
    this.#focusActive = false;
    this.#window.element(this.#active)?.focus({ preventScroll: true });
  }

  /** Takes the focus, on the newest row where none is current and the list follows: on any other, it would stop. False where there is no row. */
  takeFocus(): boolean {
    const { isFollowing, end } = this.#list;
    const place = this.#active ?? (isFollowing ? end - 1 : this.#tabStop);
    const element = this.#window.element(place);
    if (element?.isConnected !== true) return false;
    if (place !== this.#active) this.reveal(place);
    element.focus({ preventScroll: true });
    return true;
  }

  /**
   * Behind a jump, the elements that were drawn show the rows that are drawn now: to change their texts costs a fraction of making others, and in
   * a flood every drawing is a jump. The focus goes on with its row.
   */
  #reuse(first: number, end: number): void {
    const isJump = first >= this.#drawn.end || end <= this.#drawn.first;
    if (isJump && this.#drawn.end > this.#drawn.first) {
      this.#shift += first - this.#drawn.first;
      if (document.activeElement?.getAttribute('data-place') === String(this.#active)) this.#focusActive = true;
    }
    this.#drawn = { first, end };
  }

  /** A row that fell out of the list is the current one no more. */
  #followActive(): void {
    const { base, end } = this.#list;
    if (this.#active === undefined) return;
    if (this.#active < base || this.#active >= end) this.#active = undefined;
    // A row that was not here yet when it became the current one.
    else this.#activeSeq ??= this.#list.at(this.#active)?.seq;
  }

  #resizeColumn(id: ColumnId, width: number): void {
    this.columns = resizeColumn(this.#columns, id, width);
    this.#handlers.columnsChanged();
  }

  #key(event: KeyboardEvent): void {
    const { base, total } = this.#list;
    const row = this.#active === undefined ? undefined : this.#list.at(this.#active);
    if (event.key === 'F10' && event.shiftKey) {
      // Some platforms have no key of its own for it; on the others this comes before the event of the key.
      event.preventDefault();
      this.#openMenu(row, event.target);
      return;
    }
    if (event.key === ' ' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (row !== undefined) this.#handlers.pin(this.#handlers.pinned() === row.seq ? undefined : row.seq);
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const current = this.#active === undefined ? -1 : this.#active - base;
    if (event.key === 'Enter' || event.key === ' ') {
      if (this.#active !== undefined) this.#handlers.activate(this.#active, true);
    } else if (event.key === 'ArrowLeft' && row?.call !== undefined) {
      this.#handlers.goTo(row.call);
    } else {
      const next = nextIndex(event.key, current, total, 'vertical', this.#window.page);
      if (next === undefined) return;
      this.reveal(base + next, true);
      this.#handlers.activate(base + next, false);
    }
    event.preventDefault();
  }

  #openMenu(row: TrafficRow | undefined, target: EventTarget | null, at?: { x: number; y: number }): void {
    if (row === undefined || row.isBoundary === true || !(target instanceof Element)) return;
    const box = target.getBoundingClientRect();
    this.#handlers.menu(row, at?.x ?? box.left + 40, at?.y ?? box.bottom);
  }

  #click(event: MouseEvent, place: number): void {
    const row = this.#list.at(place);
    if ((event.ctrlKey || event.metaKey) && row !== undefined) {
      if (row.seq === this.#handlers.pinned()) {
        this.#handlers.pin(undefined);
        return;
      }
      if (this.#activeSeq !== undefined && this.#activeSeq !== row.seq) this.#handlers.pin(this.#activeSeq);
      this.reveal(place, true);
      this.#handlers.activate(place, false);
      return;
    }
    this.reveal(place, true);
    this.#handlers.activate(place, true);
  }

  #row(place: number, context: RowContext, isTabStop: boolean): TemplateResult {
    const row = this.#list.at(place);
    const index = place - this.#list.base;
    const isActive = place === this.#active;
    const isPinned = row !== undefined && row.seq === this.#handlers.pinned();
    return html`<div
      class="row ${rowClass(row)} ${isActive ? 'active' : isPinned ? 'pinned' : ''} ${place % 2 === 0 ? 'even' : ''}"
      role="row"
      data-place=${place}
      aria-label=${row === undefined ? t('Loading') : rowSummary(row)}
      aria-rowindex=${index + 1}
      aria-selected=${isActive || isPinned}
      tabindex=${isTabStop ? 0 : -1}
      .style=${`top: ${this.#window.topOf(index)}px`}
      @click=${(event: MouseEvent) => this.#click(event, place)}
      @contextmenu=${(event: MouseEvent) => {
        event.preventDefault();
        this.#openMenu(
          row,
          event.currentTarget,
          event.button === 2 ? { x: event.clientX, y: event.clientY } : undefined,
        );
      }}
      @focus=${() => {
        if (this.#active === undefined) this.reveal(place);
      }}
    >
      ${rowCells(row, context)}
    </div>`;
  }
}
