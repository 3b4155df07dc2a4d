import { isInteger, isName, isNumber, isOneOf, isRecord, isString } from '../../messages/guards.ts';
import { FILTER_LIMIT, LAYOUT_LIMIT, type SortOrder } from '../../messages/inspector.ts';
import { isColumn } from './columns.ts';
import type { ListFilter } from './trafficList.ts';

const tabs = ['headers', 'parsed', 'raw', 'hex', 'events', 'timing', 'schema', 'related'] as const;
export type DetailTab = (typeof tabs)[number];

/** What the page finds again after it was hidden or VS Code was restarted. */
export interface SavedState {
  filter: string;
  server?: string;
  heads: boolean;
  /** Health checks are shown. */
  health: boolean;
  sort?: SortOrder;
  /** Share of the list in the split, 0 to 1. */
  split: number;
  /** `seq` of the entry whose detail is open. */
  selected?: number;
  /** The log that it is an entry of. */
  log?: string;
  tab: DetailTab;
  /** The columns as `writeColumns` writes them; without it, what the host kept counts. */
  layout?: string;
}

const isTab = isOneOf(tabs);

/** Reads what an earlier page, perhaps of another version, left behind; what does not fit is replaced by what a new page starts with. */
export function readSavedState(value: unknown): SavedState {
  const saved = isRecord(value) ? value : {};
  const { filter, server, heads, health, sort, split, selected, log, tab, layout } = saved as Partial<
    Record<keyof SavedState, unknown>
  >;
  const order = readSort(sort);
  return {
    filter: isString(filter, FILTER_LIMIT) ? filter : '',
    heads: heads === true,
    health: health === true,
    split: isNumber(split) && split > 0 && split < 1 ? split : 0.5,
    tab: isTab(tab) ? tab : 'parsed',
    ...(isName(server) ? { server } : {}),
    ...(order === undefined ? {} : { sort: order }),
    ...(isInteger(selected) && isString(log, LAYOUT_LIMIT) ? { selected, log } : {}),
    ...(isString(layout, LAYOUT_LIMIT) ? { layout } : {}),
  };
}

/** What is to be found again of a page as it is now. */
export function savedState(
  { text: filter, heads, health, server, sort }: ListFilter,
  {
    split,
    tab,
    selected,
    log,
    layout,
  }: Pick<SavedState, 'split' | 'tab'> & {
    selected: number | undefined;
    log: string | undefined;
    layout: string | undefined;
  },
): SavedState {
  return {
    filter,
    heads,
    health,
    split,
    tab,
    ...(server === undefined ? {} : { server }),
    ...(sort === undefined ? {} : { sort }),
    ...(selected === undefined || log === undefined ? {} : { selected, log }),
    ...(layout === undefined ? {} : { layout }),
  };
}

function readSort(value: unknown): SortOrder | undefined {
  if (!isRecord(value) || !isColumn(value['column'])) return undefined;
  return { column: value['column'], descending: value['descending'] === true };
}
