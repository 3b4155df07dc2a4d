/** Pixels of a row; the same as in VS Code's own lists and in `media/webview.css`. */
export const ROW_HEIGHT = 22;

/** Browsers clamp an element's height near 33.5 million pixels; above this the scroll bar stands for more pixels than it has. */
export const TALLEST_SCROLL = 15_000_000;

/** A list of rows of equal height and the window onto it. `height` is that of the window, in pixels. */
export interface ListWindow {
  total: number;
  height: number;
}

/** Pixels of what scrolls, to be given to an element. */
export function scrollHeight(total: number): number {
  return Math.min(total * ROW_HEIGHT, TALLEST_SCROLL);
}

/** The furthest the list can be scrolled, in pixels of its real height. */
export function lastTop(list: ListWindow): number {
  return Math.max(0, list.total * ROW_HEIGHT - list.height);
}

/** Real pixels per pixel of the scroll bar: 1 until the list is taller than `TALLEST_SCROLL`. */
function scale(list: ListWindow): number {
  const reach = scrollHeight(list.total) - list.height;
  return reach <= 0 ? 1 : lastTop(list) / reach;
}

/** Where in the list the window stands when its element is scrolled to `scrollTop`. */
export function topOfScroll(scrollTop: number, list: ListWindow): number {
  return Math.min(lastTop(list), Math.max(0, scrollTop * scale(list)));
}

/** The element's `scrollTop` that puts the window at `top`. */
export function scrollOfTop(top: number, list: ListWindow): number {
  return Math.min(lastTop(list), Math.max(0, top)) / scale(list);
}

/** Rows from `first` up to but excluding `end` that are at least partly in the window, and `spare` more at both sides. */
export function rowsInWindow(top: number, list: ListWindow, spare = 0): { first: number; end: number } {
  const first = Math.floor(top / ROW_HEIGHT) - spare;
  const end = Math.ceil((top + list.height) / ROW_HEIGHT) + spare;
  return { first: Math.max(0, Math.min(first, list.total)), end: Math.max(0, Math.min(end, list.total)) };
}

/** The nearest place for the window at which the whole row is in it. */
export function topThatShows(row: number, top: number, list: ListWindow): number {
  const rowTop = row * ROW_HEIGHT;
  if (rowTop < top) return rowTop;
  return Math.max(top, rowTop + ROW_HEIGHT - list.height);
}

/** Whether the last row is in the window; a pixel of rounding is forgiven. */
export function isAtEnd(top: number, list: ListWindow): boolean {
  return top >= lastTop(list) - 1;
}
