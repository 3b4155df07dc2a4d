import { html, nothing, type TemplateResult } from 'lit/html.js';
import { displayText } from '../../base/displayText.ts';
import type { ColumnId, TrafficRow } from '../../messages/inspector.ts';
import { formatTime } from '../shared/format.ts';
import { errorIcon, infoIcon, warningIcon } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import type { Column } from './columns.ts';
import { cellText, isFailure, markText, notesText } from './rowText.ts';
import type { WaterfallScale } from './waterfall.ts';
import { waterfallCell } from './waterfallCell.ts';

/** What the cells of all rows have in common at one drawing. */
export interface RowContext {
  columns: readonly Column[];
  scale: WaterfallScale;
  /** Milliseconds since the epoch. */
  now: number;
  goTo: (seq: number) => void;
}

/** Classes that tell the row's kind and state by colour and by shape. */
export function rowClass(row: TrafficRow | undefined): string {
  if (row === undefined) return 'pending';
  if (row.isBoundary === true) return 'boundary';
  const states = [
    isFailure(row) ? 'failure' : '',
    row.isPending === true ? 'waiting' : '',
    row.mark === undefined ? '' : 'marked',
    row.call === undefined ? '' : 'child',
  ];
  return `kind-${row.kind} ${row.direction} ${states.join(' ')}`;
}

export function rowCells(row: TrafficRow | undefined, context: RowContext): TemplateResult | TemplateResult[] {
  const { columns } = context;
  if (row === undefined) return pendingCell(columns);
  if (row.isBoundary === true) return boundaryCell(row, columns);
  const hasTool = columns.some(({ id }) => id === 'tool');
  return columns.map(({ id }, index) => cell(row, id, index + 1, hasTool, context));
}

/**
 * Nine of these stand in each row, and rows are what the page draws all the time: those of a plain text, which are most, have no nodes but
 * two elements and the text, and a line break in a template would be one more.
 */
function cell(row: TrafficRow, id: ColumnId, at: number, hasTool: boolean, context: RowContext): TemplateResult {
  const failed = (id === 'kind' && isFailure(row)) || (id === 'status' && (row.status ?? 0) >= 400);
  const names = `cell ${id} ${failed ? 'failed' : ''}`;
  if (id === 'waterfall') {
    const bar = waterfallCell(row, context.scale, context.now);
    return html`<div class=${names} role="gridcell" aria-colindex=${at}>${bar}</div>`;
  }
  const kind = classOf(id);
  const { text, spoken, extra } = cellText(row, id, hasTool);
  if (id !== 'label' && spoken === undefined && extra === undefined) {
    // prettier-ignore
    return html`<div class=${names} role="gridcell" aria-colindex=${at}><span class=${kind} .textContent=${text}></span></div>`;
  }
  // The spaces are for the ear: without them, "tools/call echo" would be one word.
  // prettier-ignore
  return html`<div class=${names} role="gridcell" aria-colindex=${at}>${
      spoken === undefined ? nothing : html`<span class="spoken" .textContent=${`${spoken} `}></span>`
    }${
      id === 'label' ? callHint(row, context) : nothing
    }<span class=${kind} .textContent=${text}></span>${
      extra === undefined ? nothing : html` <span class="extra" .textContent=${extra}></span>`
    }${id === 'label' ? flags(row) : nothing}</div>`;
}

/** For the mouse; keys go to the call with the left arrow. */
function callHint({ call }: TrafficRow, { goTo }: RowContext): TemplateResult | typeof nothing {
  if (call === undefined) return nothing;
  return html`<button
    class="call"
    tabindex="-1"
    title=${t('Go to the call that this belongs to (Left Arrow)')}
    @click=${(event: Event) => {
      event.stopPropagation();
      goTo(call);
    }}
  >
    #${call}
  </button>`;
}

function flags({ mark, notes }: TrafficRow): TemplateResult | typeof nothing {
  if (mark === undefined && (notes === undefined || notes.count === 0)) return nothing;
  return html`<span class="flags"
    >${mark === undefined ? nothing : html`<span class="mark" title=${markText(mark).title}>${markText(mark).text}</span>`}${
      notes === undefined || notes.count === 0 ? nothing : notesFlag(notes)
    }</span
  >`;
}

function notesFlag(notes: NonNullable<TrafficRow['notes']>): TemplateResult {
  const icons = { error: errorIcon, warning: warningIcon, info: infoIcon };
  return html`<span class="note-count ${notes.severity}" title=${notesText(notes)}
    >${icons[notes.severity]}${notes.count}</span
  >`;
}

function classOf(column: ColumnId): string {
  if (column === 'kind') return 'badge';
  return column === 'direction' ? 'sign' : 'text';
}

/** A line across the list. */
function boundaryCell(row: TrafficRow, columns: readonly Column[]): TemplateResult {
  return html`<div class="cell across" role="gridcell" aria-colindex="1" aria-colspan=${columns.length}>
    <span class="text">${displayText(row.label, 300)}</span>
    <span class="extra">${displayText(row.server, 300)} ${formatTime(row.time)}</span>
  </div>`;
}

function pendingCell(columns: readonly Column[]): TemplateResult {
  return html`<div class="cell across" role="gridcell" aria-colindex="1" aria-colspan=${columns.length}>
    <span class="spoken">${t('Loading')}</span>
  </div>`;
}
