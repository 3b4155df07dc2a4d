import * as scroll from '../shared/virtualScroll.ts';
import type { TrafficList } from './trafficList.ts';

export interface GridWindowHandlers {
  /** Its size or its place are others now. */
  changed: () => void;
  /** The row that stays in sight when there is less room. */
  kept: () => number | undefined;
}

/** The window onto the list: how large it is and where it stands, and that the scroll bar and the user's scrolling say the same. */
export class GridWindow {
  readonly #list: TrafficList;
  readonly #handlers: GridWindowHandlers;
  readonly #resizes: ResizeObserver;
  #scroller: HTMLElement | undefined;
  /** Pixels of the window, and where it stands, in pixels of the list's real height. */
  #height = 0;
  #top = 0;
  /** Pixels of the rows' width. */
  #width = 0;
  /** Pixels that the scroll bar takes from the rows, which the head has to leave free too. */
  #scrollBar = 0;
  /** `scrollTop` as last set by us, to tell our own scroll events from the user's. */
  #setScroll = -1;
  #base = 0;

  constructor(list: TrafficList, handlers: GridWindowHandlers) {
    this.#list = list;
    this.#handlers = handlers;
    this.#resizes = new ResizeObserver(([entry]) => {
      this.#width = entry?.contentRect.width ?? 0;
      this.#resize(entry?.contentRect.height ?? 0);
      this.#scrollBar = (this.#scroller?.offsetWidth ?? 0) - (this.#scroller?.clientWidth ?? 0);
      handlers.changed();
    });
    list.onDidReplace(() => {
      this.#top = 0;
      this.#base = list.base;
    });
  }

  /** Pixels of the rows' width; 0 while it is not known. */
  get width(): number {
    return this.#width;
  }

  get scrollBar(): number {
    return this.#scrollBar;
  }

  /** All rows are in it: there is nothing to scroll to. */
  get hasAll(): boolean {
    return scroll.lastTop(this.#size()) <= 0;
  }

  /** Pixels of all rows, as the scroll bar knows them. */
  get scrollHeight(): number {
    return scroll.scrollHeight(this.#list.total);
  }

  /** Rows that a page key skips. */
  get page(): number {
    return Math.max(1, Math.floor(this.#height / scroll.ROW_HEIGHT) - 1);
  }

  /** The rows in it and `spare` more at both sides, counted from the front of the list. */
  rows(spare = 0): { first: number; end: number } {
    return scroll.rowsInWindow(this.#top, this.#size(), spare);
  }

  /** Where a row is drawn, in pixels of what scrolls. */
  topOf(index: number): number {
    // Below 15 million pixels this is the row's own place; above, rows stand where the window is.
    const y = index * scroll.ROW_HEIGHT - this.#top + scroll.scrollOfTop(this.#top, this.#size());
    return Math.max(0, Math.min(y, this.scrollHeight - scroll.ROW_HEIGHT));
  }

  /** Moves it so that the whole row is in it. */
  show(index: number): void {
    this.#top = scroll.topThatShows(index, this.#top, this.#size());
  }

  /** Takes over what happened to the list since the last drawing. */
  follow(): void {
    const { base } = this.#list;
    this.#top -= (base - this.#base) * scroll.ROW_HEIGHT;
    this.#base = base;
    const furthest = scroll.lastTop(this.#size());
    this.#top = this.#list.isFollowing ? furthest : Math.max(0, Math.min(furthest, this.#top));
  }

  /** Looks onto the list through an element that scrolls. */
  attach(element: Element | undefined): void {
    if (!(element instanceof HTMLElement) || element === this.#scroller) return;
    this.#resizes.disconnect();
    this.#scroller = element;
    this.#resizes.observe(element);
  }

  /** To be called after every drawing: puts the scroll bar where the window is. */
  drawn(): void {
    const scroller = this.#scroller;
    if (scroller === undefined) return;
    const wanted = scroll.scrollOfTop(this.#top, this.#size());
    if (Math.abs(scroller.scrollTop - wanted) < 1) return;
    scroller.scrollTop = wanted;
    this.#setScroll = scroller.scrollTop;
  }

  /** A row, or something in it, has the focus. */
  get hasFocus(): boolean {
    return this.#scroller?.contains(document.activeElement) === true;
  }

  /** The element of a row that is drawn. */
  element(place: number | undefined): HTMLElement | undefined {
    return this.#scroller?.querySelector<HTMLElement>(`[data-place="${place}"]`) ?? undefined;
  }

  /** The element was scrolled, by whomever. */
  scrolled(): void {
    const { scrollTop, clientHeight } = this.#scroller ?? { scrollTop: 0, clientHeight: this.#height };
    // The browser moves what became taller, before anybody is told of the new height: that is no wish of the user's.
    if (Math.abs(clientHeight - this.#height) >= 1) return;
    if (Math.abs(scrollTop - this.#setScroll) < 1) return;
    this.#setScroll = -1;
    this.#top = scroll.topOfScroll(scrollTop, this.#size());
    this.#list.userScrolled(scroll.isAtEnd(this.#top, this.#size()));
    this.#handlers.changed();
  }

  #size(): scroll.ListWindow {
    return { total: this.#list.total, height: this.#height };
  }

  /** A detail that opens below takes room: the row it is about stays in sight. */
  #resize(height: number): void {
    const row = this.#handlers.kept();
    const isInSight = row !== undefined && scroll.topThatShows(row, this.#top, this.#size()) === this.#top;
    this.#height = height;
    if (isInSight) this.show(row);
  }
}
