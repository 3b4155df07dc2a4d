/** Rows of one page; what the host sends in one answer. */
export const PAGE_SIZE = 100;
/** Pages kept, 5000 rows; those furthest from the window go first and are asked for again. */
const MOST_PAGES = 50;
/** Pages asked for at a time: what is visible spans two, the rest is for what scrolled by meanwhile. */
const MOST_IN_FLIGHT = 4;

/** A page being asked for: what to ask and, for `store` and `giveUp`, which page it was. */
export interface PageTicket {
  readonly first: number;
  readonly count: number;
  readonly page: number;
  readonly generation: number;
}

/**
 * The part of a long list that the page holds. The host counts rows from the front of what it still has; in here they are counted
 * from the beginning of the list ("place"), so that nothing moves when rows are dropped at the front.
 */
export class RowCache<Row> {
  readonly #pages = new Map<number, (Row | undefined)[]>();
  readonly #inFlight = new Set<number>();
  /** Pages whose rows may be others by now; they are shown until the new ones are here. */
  readonly #stale = new Set<number>();
  #generation = 0;
  #base = 0;
  #end = 0;

  /** Place of the first row that the host still has. */
  get base(): number {
    return this.#base;
  }

  /** Place after the last row. */
  get end(): number {
    return this.#end;
  }

  get total(): number {
    return this.#end - this.#base;
  }

  /** Another list: forgets everything, and whatever is still on its way. */
  reset(total: number): void {
    this.#pages.clear();
    this.#inFlight.clear();
    this.#stale.clear();
    this.#generation += 1;
    this.#base = 0;
    this.#end = total;
  }

  /** The list has `total` rows now, after `dropped` fell out at its front. */
  resize(total: number, dropped: number): void {
    this.#base += dropped;
    this.#end = this.#base + total;
    const firstPage = pageOf(this.#base);
    for (const page of this.#pages.keys()) {
      if (page >= firstPage) continue;
      this.#pages.delete(page);
      this.#stale.delete(page);
    }
  }

  /** Any place may have another row now, as in a sorted list that grew: all are asked for again, and shown as they are until then. */
  invalidate(): void {
    this.#generation += 1;
    this.#inFlight.clear();
    for (const page of this.#pages.keys()) this.#stale.add(page);
  }

  /** Rows like these look different now: their pages are asked for again when they are looked at. */
  expire(isChanged: (row: Row) => boolean): void {
    for (const [page, slots] of this.#pages) {
      if (slots.some((row) => row !== undefined && isChanged(row))) this.#stale.add(page);
    }
  }

  /** Asks once more for rows that are here, since they may tell more by now; nothing where `want` will do so anyway. */
  refresh(first: number, end: number): PageTicket | undefined {
    const [from, to] = [Math.max(first, this.#base), Math.min(end, this.#end)];
    if (from >= to) return undefined;
    for (let page = pageOf(from); page * PAGE_SIZE < to; page += 1) if (this.#stale.has(page)) return undefined;
    return { first: from - this.#base, count: to - from, page: pageOf(from), generation: this.#generation };
  }

  at(place: number): Row | undefined {
    return this.#pages.get(pageOf(place))?.[place % PAGE_SIZE];
  }

  /**
   * The next page to ask for so that the places from `first` to before `end` are here; nothing when they are, or enough is under way.
   * @param whole ask for the rest of the page too: what is beside what is seen will soon be looked at
   */
  want(first: number, end: number, whole = true): PageTicket | undefined {
    if (this.#inFlight.size >= MOST_IN_FLIGHT) return undefined;
    for (let page = pageOf(first); page * PAGE_SIZE < end; page += 1) {
      if (this.#inFlight.has(page)) continue;
      const gap = whole ? this.#gapIn(page) : this.#gapIn(page, first, end);
      if (gap === undefined) continue;
      this.#inFlight.add(page);
      return { first: gap.first - this.#base, count: gap.end - gap.first, page, generation: this.#generation };
    }
    return undefined;
  }

  /** Keeps the rows of an answer, counted by the host from `first`. False when they belong to a list that is gone. */
  store(ticket: PageTicket, first: number, rows: readonly Row[]): boolean {
    if (ticket.generation !== this.#generation) return false;
    this.#inFlight.delete(ticket.page);
    if (this.#stale.delete(ticket.page)) this.#pages.set(ticket.page, []);
    rows.forEach((row, index) => {
      const place = this.#base + first + index;
      const page = pageOf(place);
      let slots = this.#pages.get(page);
      if (slots === undefined) this.#pages.set(page, (slots = []));
      slots[place % PAGE_SIZE] = row;
    });
    this.#evict(ticket.page);
    return true;
  }

  /** The page will not come; it may be asked for again. */
  giveUp(ticket: PageTicket): void {
    if (ticket.generation === this.#generation) this.#inFlight.delete(ticket.page);
  }

  #gapIn(page: number, from = 0, to = Infinity): { first: number; end: number } | undefined {
    const slots = this.#stale.has(page) ? undefined : this.#pages.get(page);
    let first = Math.max(this.#base, page * PAGE_SIZE, from);
    let end = Math.min(this.#end, (page + 1) * PAGE_SIZE, to);
    while (first < end && slots?.[first % PAGE_SIZE] !== undefined) first += 1;
    while (end > first && slots?.[(end - 1) % PAGE_SIZE] !== undefined) end -= 1;
    return first < end ? { first, end } : undefined;
  }

  #evict(near: number): void {
    const excess = this.#pages.size - MOST_PAGES;
    if (excess <= 0) return;
    const furthest = [...this.#pages.keys()].toSorted((a, b) => Math.abs(b - near) - Math.abs(a - near));
    for (const page of furthest.slice(0, excess)) {
      this.#pages.delete(page);
      this.#stale.delete(page);
    }
  }
}

function pageOf(place: number): number {
  return Math.floor(place / PAGE_SIZE);
}
