import type { Clock } from '../../base/clock.ts';
import { type Disposable, MutableDisposable } from '../../base/lifecycle.ts';
import { t } from '../shared/l10n.ts';
import type { PopupMenu } from '../shared/popupMenu.ts';
import { columnMenu } from './columnMenu.ts';
import { readColumns, writeColumns } from './columns.ts';
import type { TrafficGrid } from './trafficGrid.ts';

/** Milliseconds that the columns rest before the host keeps them. */
const LAYOUT_PAUSE_MS = 500;

/** The columns of the list as somebody has set them: chosen in a menu, kept by the page and by the host. */
export class KeptColumns {
  readonly #grid: Pick<TrafficGrid, 'columns'>;
  readonly #clock: Clock;
  readonly #keep: (layout: string) => void;
  readonly #pause = new MutableDisposable<Disposable>();
  /** As this page has had them set; until then, what the host kept counts. */
  #layout: string | undefined;

  /** @param keep has the host keep them */
  constructor(
    grid: Pick<TrafficGrid, 'columns'>,
    clock: Clock,
    layout: string | undefined,
    keep: (layout: string) => void,
  ) {
    this.#grid = grid;
    this.#clock = clock;
    this.#layout = layout;
    this.#keep = keep;
    if (layout !== undefined) grid.columns = readColumns(layout);
  }

  get layout(): string | undefined {
    return this.#layout;
  }

  /** The host says what it has kept. */
  welcome(layout: string | undefined): void {
    if (this.#layout === undefined && layout !== undefined) this.#grid.columns = readColumns(layout);
  }

  /** Somebody has set them. */
  changed(): void {
    const layout = writeColumns(this.#grid.columns);
    this.#layout = layout;
    this.#pause.value = this.#clock.after(LAYOUT_PAUSE_MS, () => this.#keep(layout));
  }

  choose(menu: PopupMenu, x: number, y: number): void {
    menu.open(t('Columns'), x, y, () =>
      columnMenu(this.#grid.columns, (columns) => {
        this.#grid.columns = columns;
        this.changed();
      }),
    );
  }
}
