import { html, type TemplateResult } from 'lit/html.js';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import * as scroll from '../../shared/virtualScroll.ts';

/** Rows drawn beyond each edge, so that scrolling by the wheel does not show blank lines. */
const SPARE_ROWS = 6;

export interface RowContent {
  content: unknown;
  className?: string;
}

/** The rows of a grid of any length: draws those in the window and keeps one of them current, which has the focus when the grid has. */
export class VirtualRows {
  readonly #onChange: () => void;
  readonly #resizes: ResizeObserver;
  #scroller: HTMLElement | undefined;
  #total = 0;
  /** Pixels of the window, and where it stands, in pixels of the list's real height. */
  #height = 0;
  #top = 0;
  /** The element's `scrollTop` as last heard or set: to read it would have the browser lay out the page at once. */
  #scroll = 0;
  #active = 0;
  #focusActive = false;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.#resizes = new ResizeObserver(([entry]) => {
      const isFirst = this.#height === 0;
      this.#height = entry?.contentRect.height ?? 0;
      if (isFirst) this.#show(this.#active);
      onChange();
    });
  }

  /** The current row, from 0. */
  get active(): number {
    return this.#active;
  }

  /** Rows that a page key skips. */
  get page(): number {
    return Math.max(1, Math.floor(this.#height / scroll.ROW_HEIGHT) - 1);
  }

  /** The rows in the window, from `first` to before `end`. */
  get window(): { first: number; end: number } {
    return scroll.rowsInWindow(this.#top, this.#list(), SPARE_ROWS);
  }

  /** Makes a row the current one and moves the window so that it is seen. */
  reveal(index: number, focus: boolean): void {
    this.#active = index;
    this.#focusActive ||= focus;
    this.#show(index);
    this.#onChange();
  }

  /** @param row what stands in a row, or nothing while it is on its way */
  template(total: number, row: (index: number) => RowContent): TemplateResult {
    this.#total = total;
    this.#active = Math.max(0, Math.min(total - 1, this.#active));
    this.#top = Math.max(0, Math.min(scroll.lastTop(this.#list()), this.#top));
    const { first, end } = this.window;
    const indexes = Array.from({ length: end - first }, (_, index) => first + index);
    // The current row is always drawn, wherever it is: it may have the focus, which must not get lost by scrolling.
    if (total > 0 && !indexes.includes(this.#active)) indexes.push(this.#active);
    // When the drawing that this is a part of is done, and before the browser shows it.
    queueMicrotask(() => this.#drawn());
    return html`<div
      class="rows-body"
      role="rowgroup"
      ${ref((element) => this.#attach(element))}
      @scroll=${() => this.#scrolled()}
    >
      <div class="rows-space" role="presentation" .style=${`height: ${scroll.scrollHeight(total)}px`}>
        ${repeat(
          indexes,
          (index) => index,
          (index) => this.#row(index, row(index)),
        )}
      </div>
    </div>`;
  }

  #row(index: number, { content, className = '' }: RowContent): TemplateResult {
    // Below 15 million pixels this is the row's own place; above, rows stand where the window is.
    const y = index * scroll.ROW_HEIGHT - this.#top + scroll.scrollOfTop(this.#top, this.#list());
    const top = Math.max(0, Math.min(y, scroll.scrollHeight(this.#total) - scroll.ROW_HEIGHT));
    const isActive = index === this.#active;
    return html`<div
      class="rows-row ${className} ${isActive ? 'active' : ''}"
      role="row"
      data-index=${index}
      aria-rowindex=${index + 1}
      aria-selected=${isActive}
      tabindex=${isActive ? 0 : -1}
      .style=${`top: ${top}px`}
    >
      ${content}
    </div>`;
  }

  #list(): scroll.ListWindow {
    return { total: this.#total, height: this.#height };
  }

  #show(index: number): void {
    this.#top = scroll.topThatShows(index, this.#top, this.#list());
  }

  #attach(element: Element | undefined): void {
    if (!(element instanceof HTMLElement) || element === this.#scroller) return;
    this.#resizes.disconnect();
    this.#scroller = element;
    this.#scroll = 0;
    this.#resizes.observe(element);
  }

  #scrolled(): void {
    const scrollTop = this.#scroller?.scrollTop ?? 0;
    // That was us.
    if (Math.abs(scrollTop - this.#scroll) < 1) return;
    this.#scroll = scrollTop;
    this.#top = scroll.topOfScroll(scrollTop, this.#list());
    this.#onChange();
  }

  #drawn(): void {
    const scroller = this.#scroller;
    if (scroller?.isConnected !== true || this.#height === 0) return;
    const wanted = scroll.scrollOfTop(this.#top, this.#list());
    if (Math.abs(this.#scroll - wanted) >= 1) {
      scroller.scrollTop = wanted;
      this.#scroll = scroller.scrollTop;
    }
    if (!this.#focusActive) return;
    this.#focusActive = false;
    scroller.querySelector<HTMLElement>(`[data-index="${this.#active}"]`)?.focus({ preventScroll: true });
  }
}
