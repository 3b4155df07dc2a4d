import { html, type TemplateResult } from 'lit/html.js';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { afterDrawing } from './drawing.ts';
import { formatCount } from './format.ts';
import { twistieIcon } from './icons.ts';
import type { JsonRow, JsonTree } from './jsonTree.ts';
import { nextIndex } from './keys.ts';
import { t } from './l10n.ts';
import { visibleText } from './visibleText.ts';

/** Pixels a level is moved in, the room of the arrow, and the level from which on rows are not moved further. */
const INDENT = 14;
const TWISTIE = 16;
const DEEPEST_INDENT = 30;

export interface TreeOptions {
  /** Copies the current value, at `c` and Ctrl+C, or its path, at `p` (JSON pointer) and `j` (JavaScript). */
  copy?: { value: () => void; path: (kind: 'pointer' | 'js') => void };
  /** The row that is current at first, by its id. */
  start?: string | undefined;
}

/** A JSON tree on the screen, with the keys of a tree view: arrows, Home, End, Enter. */
export class JsonTreeView {
  readonly #onChange: () => void;
  #tree: JsonTree | undefined;
  #active = '$';

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  template(tree: JsonTree, label: string, { copy, start = '$' }: TreeOptions = {}): TemplateResult {
    if (tree !== this.#tree) {
      this.#tree = tree;
      this.#active = start;
    }
    this.#active = this.current(tree).id;
    const rows = tree.rows();
    const draw = (): unknown =>
      repeat(
        rows,
        (row) => row.id,
        (row) => this.#row(tree, row),
      );
    return html`<div
      class="json-tree"
      role="tree"
      aria-label=${label}
      @keydown=${(event: KeyboardEvent) => this.#key(event, tree, copy)}
      @copy=${(event: ClipboardEvent) => {
        // A text that was selected by mouse is copied as it is.
        if (copy === undefined || getSelection()?.isCollapsed === false) return;
        event.preventDefault();
        copy.value();
      }}
    >
      ${guard([rows, this.#active], draw)}
    </div>`;
  }

  /** The row that keys act on; the root where that row is inside something that was closed. */
  current(tree: JsonTree): JsonRow {
    const rows = tree.rows();
    const row = rows.find(({ id }) => id === this.#active) ?? rows[0];
    if (row === undefined) throw new Error('A tree has a root');
    return row;
  }

  #row(tree: JsonTree, row: JsonRow): TemplateResult {
    const toggle = (): void => {
      this.#active = row.id;
      if (row.expanded !== undefined) tree.setExpanded(row.id, !row.expanded);
      this.#onChange();
    };
    return html`<div
      class="json-row"
      role="treeitem"
      data-id=${row.id}
      aria-level=${row.level}
      aria-posinset=${row.position}
      aria-setsize=${row.siblings}
      aria-expanded=${row.expanded === undefined ? 'undefined' : row.expanded}
      aria-selected=${row.id === this.#active}
      tabindex=${row.id === this.#active ? 0 : -1}
      .style=${`padding-left: ${Math.min(row.level - 1, DEEPEST_INDENT) * INDENT + TWISTIE}px`}
      @click=${toggle}
    >
      <span class="twistie ${row.expanded === undefined ? 'none' : ''}">${twistieIcon}</span
      >${label(row)}${value(row)}${
        row.fullLength === undefined
          ? ''
          : html`<button
              class="link"
              tabindex="-1"
              @click=${(event: Event) => {
                event.stopPropagation();
                tree.showAll(row.id);
                this.#onChange();
              }}
            >
              ${t('Show all {0} characters', formatCount(row.fullLength))}
            </button>`
      }
    </div>`;
  }

  #key(event: KeyboardEvent, tree: JsonTree, copy: TreeOptions['copy']): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (copy !== undefined && copyKey(event.key, copy)) {
      event.preventDefault();
      return;
    }
    const rows = tree.rows();
    const current = rows.findIndex((row) => row.id === this.#active);
    const row = rows[current];
    if (row === undefined) return;
    let next = nextIndex(event.key, current, rows.length, 'vertical', 20);
    if (event.key === 'ArrowRight' && row.expanded === true) next = current + 1;
    if (event.key === 'ArrowLeft' && row.expanded !== true) next = parentOf(rows, current);
    if (next === undefined && !act(event.key, tree, row)) return;
    if (next !== undefined) this.#active = rows[next]?.id ?? this.#active;
    event.preventDefault();
    this.#onChange();
    // The row may only be there after the drawing that was just asked for.
    const element = event.currentTarget;
    afterDrawing(() => {
      if (element instanceof Element)
        element.querySelector<HTMLElement>(`[data-id="${CSS.escape(this.#active)}"]`)?.focus();
    });
  }
}

function copyKey(key: string, copy: NonNullable<TreeOptions['copy']>): boolean {
  if (key === 'c') copy.value();
  else if (key === 'p') copy.path('pointer');
  else if (key === 'j') copy.path('js');
  else return false;
  return true;
}

function act(key: string, tree: JsonTree, row: JsonRow): boolean {
  switch (key) {
    case 'ArrowRight':
      tree.setExpanded(row.id, true);
      return row.expanded !== undefined;
    case 'ArrowLeft':
      tree.setExpanded(row.id, false);
      return true;
    case 'Enter':
    case ' ':
      if (row.expanded !== undefined) tree.setExpanded(row.id, !row.expanded);
      else tree.showAll(row.id);
      return true;
    default:
      return false;
  }
}

function parentOf(rows: readonly JsonRow[], child: number): number {
  const level = rows[child]?.level ?? 1;
  const parent = rows.findLastIndex((row, index) => index < child && row.level < level);
  return Math.max(0, parent);
}

function label(row: JsonRow): TemplateResult | string {
  if (row.label === undefined) return '';
  const text = row.labelKind === 'slice' ? row.label : visibleText(row.label);
  return html`<span class="json-label ${row.labelKind}">${text}</span
    >${row.labelKind === 'slice' ? '' : html`<span>: </span>`}`;
}

/** A text without a place to break, such as Base64. */
function isSolid(text: string): boolean {
  return text.length > 60 && !/\s/.test(text);
}

function value(row: JsonRow): TemplateResult | string {
  if (row.text !== undefined) {
    return html`<span class="json-value ${row.kind} ${isSolid(row.text) ? 'solid' : ''}"
      >${visibleText(row.text)}${row.fullLength === undefined ? '' : '…'}</span
    >`;
  }
  if (row.labelKind === 'slice') return '';
  const [open, close] = row.kind === 'array' ? ['[', ']'] : ['{', '}'];
  if (row.size === 0) return html`<span class="json-value">${open}${close}</span>`;
  const size = row.size === 1 ? t('1 item') : t('{0} items', formatCount(row.size ?? 0));
  return html`<span class="json-size">${open} ${size} ${close}</span>`;
}
