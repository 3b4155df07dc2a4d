import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Clock } from '../../base/clock.ts';
import { displayText } from '../../base/displayText.ts';
import type { ColumnId, TrafficRow } from '../../messages/inspector.ts';
import { formatDateTime, formatExactTime } from '../shared/format.ts';
import { errorIcon, infoIcon, warningIcon } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import type { Column } from './columns.ts';
import { type CellText, cellText, isFailure, markText, notesText } from './rowText.ts';
import type { TrafficList } from './trafficList.ts';
import { type WaterfallScale, waterfallScale } from './waterfall.ts';
import { waterfallCell } from './waterfallCell.ts';

/** What the cells of all rows have in common at one drawing. */
export interface RowContext {
  columns: readonly Column[];
  scale: WaterfallScale;
  /** Milliseconds since the epoch. */
  now: number;
  goTo: (seq: number) => void;
}

/** @param seen the rows in the window, counted from the front of the list: the waterfall is laid over them */
export function rowContext(
  list: TrafficList,
  seen: { first: number; end: number },
  columns: readonly Column[],
  clock: Clock,
  goTo: (seq: number) => void,
): RowContext {
  const rows: TrafficRow[] = [];
  for (let index = seen.first; index < seen.end; index += 1) {
    const row = list.at(list.base + index);
    if (row !== undefined) rows.push(row);
  }
  // The host's clock may be ahead of ours; nothing that happened is in the future.
  const now = rows.reduce((latest, { time }) => Math.max(latest, time), list.isFile ? 0 : clock.wallTime());
  const { sort } = list.filter;
  const isChronological = sort === undefined || sort.column === 'time' || sort.column === 'waterfall';
  return { columns, now, scale: waterfallScale(rows, now, isChronological), goTo };
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

/** A row that is not here yet has its cells too, empty: to fill them takes a fraction of making them. */
export function rowCells(row: TrafficRow | undefined, context: RowContext): TemplateResult | TemplateResult[] {
  const { columns } = context;
  if (row?.isBoundary === true) return boundaryCell(row, columns);
  const hasTool = columns.some(({ id }) => id === 'tool');
  return columns.map(({ id }, index) => cell(row, id, index + 1, hasTool, context));
}

/**
 * Nine of these stand in each row, and rows are what the page draws all the time: those of a plain text, which are most, have no nodes but
 * two elements and the text, and a line break in a template would be one more.
 */
function cell(
  row: TrafficRow | undefined,
  id: ColumnId,
  at: number,
  hasTool: boolean,
  context: RowContext,
): TemplateResult {
  const failed =
    row !== undefined && ((id === 'kind' && isFailure(row)) || (id === 'status' && (row.status ?? 0) >= 400));
  const names = `cell ${id} ${failed ? 'failed' : ''}`;
  if (id === 'waterfall') {
    const bar = row === undefined ? nothing : waterfallCell(row, context.scale, context.now);
    return html`<div class=${names} role="gridcell" aria-colindex=${at}>${bar}</div>`;
  }
  const kind = classOf(id);
  const { text, spoken, extra } = row === undefined ? emptyText(id) : cellText(row, id, hasTool);
  if (id === 'time') {
    const exact = row === undefined ? '' : formatExactTime(row.time);
    // prettier-ignore
    return html`<div class=${names} role="gridcell" aria-colindex=${at} title=${exact}><span class=${kind} .textContent=${text}></span></div>`;
  }
  if (id !== 'label' && spoken === undefined && extra === undefined) {
    // prettier-ignore
    return html`<div class=${names} role="gridcell" aria-colindex=${at}><span class=${kind} .textContent=${text}></span></div>`;
  }
  // The spaces are for the ear: without them, "tools/call echo" would be one word.
  // prettier-ignore
  return html`<div class=${names} role="gridcell" aria-colindex=${at}>${
      spoken === undefined ? nothing : html`<span class="spoken" .textContent=${`${spoken} `}></span>`
    }${
      id === 'label' && row !== undefined ? callHint(row, context) : nothing
    }<span class=${kind} .textContent=${text}></span>${
      extra === undefined ? nothing : html` <span class="extra" .textContent=${extra}></span>`
    }${id === 'label' && row !== undefined ? flags(row) : nothing}</div>`;
}

/** As many texts as a row of the most frequent kind has. */
function emptyText(id: ColumnId): CellText {
  if (id === 'direction') return { text: '', spoken: '' };
  return id === 'kind' ? { text: '', extra: '' } : { text: '' };
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
    <span class="extra">${displayText(row.server, 300)} ${formatDateTime(row.time)}</span>
  </div>`;
}
