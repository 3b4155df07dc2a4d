import type { MenuItem } from '../shared/popupMenu.ts';
import { type Column, toggleColumn } from './columns.ts';
import { columnTitle } from './rowText.ts';

/** The columns to tick; the label is not among them, since it stays. */
export function columnMenu(
  columns: readonly Column[],
  change: (columns: readonly Column[]) => void,
): readonly MenuItem[] {
  return columns
    .filter(({ id }) => id !== 'label')
    .map(({ id, isShown }) => ({
      label: columnTitle(id),
      isChecked: isShown,
      run: () => change(toggleColumn(columns, id)),
    }));
}
