import { isInteger, isRecord } from '../../messages/guards.ts';
import type { ColumnId, SortOrder } from '../../messages/inspector.ts';

/** A column of the list: how wide it is, in pixels, and whether somebody wants to see it. */
export interface Column {
  readonly id: ColumnId;
  readonly width: number;
  readonly isShown: boolean;
}

/** In the order in which they stand, with room for the arrow in the head. The label takes what the others leave; its width is the least it may have. */
export const standardColumns: readonly Column[] = [
  { id: 'time', width: 92, isShown: true },
  { id: 'direction', width: 18, isShown: true },
  { id: 'server', width: 104, isShown: true },
  { id: 'label', width: 150, isShown: true },
  { id: 'tool', width: 110, isShown: false },
  { id: 'kind', width: 138, isShown: true },
  { id: 'status', width: 58, isShown: true },
  { id: 'duration', width: 74, isShown: true },
  { id: 'size', width: 62, isShown: true },
  { id: 'waterfall', width: 170, isShown: true },
];

/** Where there is no room for all, the first of these goes first: what the detail shows as well. */
const dispensable: readonly ColumnId[] = ['waterfall', 'size', 'server', 'kind', 'status', 'tool', 'time', 'duration'];

/** Pixels between columns, and beside the first and the last; as in `media/webview.css`. */
const GAP = 8;
/** Pixels that a column can be narrowed and widened to by the user. */
export const NARROWEST = 18;
export const WIDEST = 800;

export function isColumn(value: unknown): value is ColumnId {
  return standardColumns.some(({ id }) => id === value);
}

/**
 * The columns to draw in so many pixels: what is chosen, less the server where the list has one only, less what there is no room for.
 * @param room 0 while it is not known: then all of them
 */
export function visibleColumns(columns: readonly Column[], hasOneServer: boolean, room: number): readonly Column[] {
  let visible = columns.filter(({ id, isShown }) => isShown && !(hasOneServer && id === 'server'));
  for (const id of dispensable) {
    if (room === 0 || leastWidth(visible) <= room) break;
    visible = visible.filter((column) => column.id !== id);
  }
  return visible;
}

function leastWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width + GAP, GAP);
}

/** The columns as `grid-template-columns`. */
export function columnTracks(columns: readonly Column[]): string {
  return columns.map(({ id, width }) => (id === 'label' ? `minmax(${width}px, 1fr)` : `${width}px`)).join(' ');
}

/** Pixels of a column. */
export function widthOf(columns: readonly Column[], id: ColumnId): number {
  return columns.find((column) => column.id === id)?.width ?? 0;
}

export function resizeColumn(columns: readonly Column[], id: ColumnId, width: number): readonly Column[] {
  const fitting = Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
  return columns.map((column) => (column.id === id ? { ...column, width: fitting } : column));
}

/** Shows or hides a column. The label stays: a row without it would say nothing. */
export function toggleColumn(columns: readonly Column[], id: ColumnId): readonly Column[] {
  if (id === 'label') return columns;
  return columns.map((column) => (column.id === id ? { ...column, isShown: !column.isShown } : column));
}

/** The columns as text for `readColumns`, at most a few hundred characters. */
export function writeColumns(columns: readonly Column[]): string {
  return JSON.stringify(Object.fromEntries(columns.map(({ id, width, isShown }) => [id, [width, isShown ? 1 : 0]])));
}

/** Reads what `writeColumns` wrote, perhaps in another version; what does not fit is as it is in the beginning. */
export function readColumns(text: string | undefined): readonly Column[] {
  const saved = parse(text);
  return standardColumns.map((standard) => {
    const pair = saved[standard.id];
    const [width, shown]: unknown[] = Array.isArray(pair) ? pair : [];
    return {
      id: standard.id,
      width: isInteger(width, NARROWEST, WIDEST) ? width : standard.width,
      isShown: standard.id === 'label' || (shown === 0 || shown === 1 ? shown === 1 : standard.isShown),
    };
  });
}

function parse(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return isRecord(value) ? value : {};
  } catch {
    // Somebody else's text: as if there were none.
    return {};
  }
}

const numeric: readonly ColumnId[] = ['status', 'size', 'duration'];
const chronological: readonly ColumnId[] = ['time', 'waterfall'];

/**
 * What a click on a column's head makes of the order. The third is the order of time again, which is no sorting; numbers begin with the
 * largest, since that is what one looks for, and time with the newest.
 */
export function nextSort(sort: SortOrder | undefined, column: ColumnId): SortOrder | undefined {
  if (chronological.includes(column)) return sort?.column === column ? undefined : { column, descending: true };
  const first = numeric.includes(column);
  if (sort?.column !== column) return { column, descending: first };
  return sort.descending === first ? { column, descending: !first } : undefined;
}

/** How a column's head says that the list is sorted by it. */
export function ariaSort(sort: SortOrder | undefined, column: ColumnId): 'ascending' | 'descending' | 'none' {
  if (sort === undefined) return column === 'time' ? 'ascending' : 'none';
  if (sort.column !== column) return 'none';
  return sort.descending ? 'descending' : 'ascending';
}
