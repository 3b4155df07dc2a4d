import { isInteger, isName, isNumber, isOneOf, isRecord, isString } from '../../messages/guards.ts';

export type DetailTab = 'headers' | 'parsed' | 'raw';

/** What the page finds again after it was hidden or VS Code was restarted. */
export interface SavedState {
  filter: string;
  server?: string;
  heads: boolean;
  /** Health checks are shown. */
  health: boolean;
  /** Share of the list in the split, 0 to 1. */
  split: number;
  /** `seq` of the entry whose detail is open. */
  selected?: number;
  tab: DetailTab;
}

const isTab = isOneOf(['headers', 'parsed', 'raw']);

/** Reads what an earlier page, perhaps of another version, left behind; what does not fit is replaced by what a new page starts with. */
export function readSavedState(value: unknown): SavedState {
  const saved = isRecord(value) ? value : {};
  const { filter, server, heads, health, split, selected, tab } = saved as Partial<Record<keyof SavedState, unknown>>;
  return {
    filter: isString(filter, 10_000) ? filter : '',
    heads: heads === true,
    health: health === true,
    split: isNumber(split) && split > 0 && split < 1 ? split : 0.5,
    // `isTab` has looked at it.
    tab: isTab(tab) ? (tab as DetailTab) : 'parsed',
    ...(isName(server) ? { server } : {}),
    ...(isInteger(selected) ? { selected } : {}),
  };
}
