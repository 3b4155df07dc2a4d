import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { ColumnId, SortOrder } from '../../messages/inspector.ts';
import { chevronIcon, upIcon } from '../shared/icons.ts';
import { nextIndex } from '../shared/keys.ts';
import { t } from '../shared/l10n.ts';
import { ariaSort, type Column, NARROWEST, WIDEST } from './columns.ts';
import { columnTitle } from './rowText.ts';

export interface HeadHandlers {
  sort: (column: ColumnId) => void;
  /** `width` in pixels; nothing gives the column the width it has in the beginning. */
  resize: (column: ColumnId, width: number | undefined) => void;
  /** By so many pixels, from what it is now. */
  widen: (column: ColumnId, by: number) => void;
  /** Somebody wants to choose columns; where the menu goes. */
  chooseColumns: (x: number, y: number) => void;
  redraw: () => void;
}

/** Pixels that an arrow key moves a column's edge; with Shift, this times more. */
const STEP = 8;
const LARGE_STEPS = 5;

/** The heads of the columns: one stop of the Tab key, left and right arrow between them, and the edge of the current one as the next stop. */
export class GridHead {
  readonly #handlers: HeadHandlers;
  #current: ColumnId = 'time';
  #drag: { column: ColumnId; x: number; width: number } | undefined;

  constructor(handlers: HeadHandlers) {
    this.#handlers = handlers;
  }

  template(columns: readonly Column[], sort: SortOrder | undefined): TemplateResult {
    const current = columns.some(({ id }) => id === this.#current) ? this.#current : columns[0]?.id;
    return html`<div
      class="row"
      role="row"
      @keydown=${(event: KeyboardEvent) => this.#key(event, columns)}
      @contextmenu=${(event: MouseEvent) => this.#menu(event)}
    >
      ${columns.map((column, index) => this.#cell(column, index, column.id === current, sort))}
    </div>`;
  }

  #cell(column: Column, index: number, isCurrent: boolean, sort: SortOrder | undefined): TemplateResult {
    const { id, width } = column;
    const title = columnTitle(id);
    const order = ariaSort(sort, id);
    return html`<div class="cell ${id}" role="columnheader" aria-colindex=${index + 1} aria-sort=${order}>
      <button
        class="sort"
        data-column=${id}
        tabindex=${isCurrent ? 0 : -1}
        title=${t('Sort by {0}', title)}
        @click=${() => this.#handlers.sort(id)}
        @focus=${() => this.#choose(id)}
      >
        <span class=${id === 'direction' ? 'spoken' : 'text'}>${title}</span>${
          sort === undefined || order === 'none' ? nothing : order === 'ascending' ? upIcon : chevronIcon
        }
      </button>
      <div
        class="edge ${this.#drag?.column === id ? 'dragging' : ''}"
        role="separator"
        tabindex=${isCurrent ? 0 : -1}
        aria-orientation="vertical"
        aria-label=${t('Width of {0}', title)}
        aria-valuenow=${width}
        aria-valuemin=${NARROWEST}
        aria-valuemax=${WIDEST}
        @pointerdown=${(event: PointerEvent) => this.#grab(event, column)}
        @pointermove=${(event: PointerEvent) => this.#move(event)}
        @lostpointercapture=${() => this.#release()}
        @dblclick=${() => this.#handlers.resize(id, undefined)}
        @keydown=${(event: KeyboardEvent) => this.#edgeKey(event, column)}
      ></div>
    </div>`;
  }

  #choose(column: ColumnId): void {
    if (this.#current === column) return;
    this.#current = column;
    this.#handlers.redraw();
  }

  #key(event: KeyboardEvent, columns: readonly Column[]): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const place = columns.findIndex(({ id }) => id === this.#current);
    const next = columns[nextIndex(event.key, place, columns.length, 'horizontal') ?? -1];
    if (next === undefined || !(event.currentTarget instanceof Element)) return;
    event.preventDefault();
    event.currentTarget.querySelector<HTMLElement>(`[data-column="${next.id}"]`)?.focus();
  }

  #menu(event: MouseEvent): void {
    event.preventDefault();
    const box = event.target instanceof Element ? event.target.getBoundingClientRect() : undefined;
    // The context-menu key has no place of its own.
    const isKey = event.button !== 2 && box !== undefined;
    this.#handlers.chooseColumns(isKey ? box.left : event.clientX, isKey ? box.bottom : event.clientY);
  }

  #grab(event: PointerEvent, { id, width }: Column): void {
    if (event.button !== 0 || !(event.currentTarget instanceof Element)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    // The label has what the others leave, so its real width is what is dragged.
    const real = id === 'label' ? event.currentTarget.parentElement?.getBoundingClientRect().width : width;
    this.#drag = { column: id, x: event.clientX, width: real ?? width };
    this.#handlers.redraw();
  }

  #move(event: PointerEvent): void {
    if (this.#drag === undefined) return;
    this.#handlers.resize(this.#drag.column, this.#drag.width + event.clientX - this.#drag.x);
  }

  #release(): void {
    this.#drag = undefined;
    this.#handlers.redraw();
  }

  #edgeKey(event: KeyboardEvent, { id }: Column): void {
    const sign = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (sign === 0) return;
    event.preventDefault();
    event.stopPropagation();
    this.#handlers.widen(id, sign * STEP * (event.shiftKey ? LARGE_STEPS : 1));
  }
}
