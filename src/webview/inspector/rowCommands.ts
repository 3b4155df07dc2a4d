import type { TrafficRow } from '../../messages/inspector.ts';
import { t } from '../shared/l10n.ts';
import type { PopupMenu } from '../shared/popupMenu.ts';
import type { EntryActions } from './detail/entryActions.ts';
import { filterTerm, withTerm } from './filterText.ts';
import type { RowActions } from './rowActions.ts';
import { rowMenu, type RowMenuHandlers } from './rowMenu.ts';

/** What the commands of a row need of the page around it. */
export interface RowCommandsContext {
  menu: PopupMenu;
  actions: RowActions;
  /** Which entry is selected to be compared. */
  marks: Pick<EntryActions, 'marked' | 'mark'>;
  /** `seq` of the current row. */
  activeSeq: () => number | undefined;
  isFile: () => boolean;
  /** What stands in the filter box. */
  filterText: () => string;
  filter: (change: { text?: string; server?: string }) => void;
  goTo: (seq: number) => void;
}

/** The menu of a row, and what its commands do. */
export class RowCommands {
  readonly #context: RowCommandsContext;

  constructor(context: RowCommandsContext) {
    this.#context = context;
  }

  openMenu(row: TrafficRow, x: number, y: number): void {
    const { menu, marks, isFile } = this.#context;
    const other = this.compareWith(row.seq);
    const state = { canCompare: other !== undefined, isSelected: marks.marked === row.seq, isFile: isFile() };
    const items = rowMenu(row, state, this.#handlers(other));
    menu.open(t('Entry {0}', row.seq), x, y, () => items);
  }

  /** The row that is selected besides another. */
  compareWith(seq: number): number | undefined {
    const { marks, activeSeq } = this.#context;
    return [marks.marked, activeSeq()].find((candidate) => candidate !== undefined && candidate !== seq);
  }

  #handlers(other: number | undefined): RowMenuHandlers {
    const { actions, marks, filter, goTo } = this.#context;
    return {
      open: (seq) => actions.open(seq),
      copyAs: (seq, format) => actions.copyAs(seq, format),
      compare: (seq) => {
        if (other !== undefined) actions.compare(other, seq);
      },
      replay: (seq, edit) => actions.replay(seq, edit),
      goTo,
      select: ({ seq }) => marks.mark(seq),
      filterByServer: (server) => filter({ server }),
      filterByMethod: (method) => this.#narrow('method', method),
      filterBySession: (seq) =>
        void actions.sessionOf(seq).then((id) => (id === undefined ? undefined : this.#narrow('session', id))),
    };
  }

  #narrow(word: string, value: string): void {
    const { filter, filterText } = this.#context;
    filter({ text: withTerm(filterText(), filterTerm(word, value)) });
  }
}
