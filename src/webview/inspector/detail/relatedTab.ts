import { html, nothing, type TemplateResult } from 'lit/html.js';
import { displayText } from '../../../base/displayText.ts';
import type { RelatedGroup, TrafficRow } from '../../../messages/inspector.ts';
import { formatCount, formatDuration, formatSize, formatTime } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { directionText, isFailure, kindText } from '../rowText.ts';
import type { Loaded } from './lazy.ts';

/** Rows of a group that are listed, and groups. */
const MOST_ROWS = 200;
const MOST_GROUPS = 10;

/** The entries that belong to one, by what makes them belong. */
export function relatedTab(
  state: Loaded<readonly RelatedGroup[]>,
  shown: number,
  goTo: (seq: number) => void,
): TemplateResult {
  if (state.kind === 'loading') return html`<p class="remark" aria-busy="true">${t('Loading…')}</p>`;
  if (state.kind === 'failed') {
    return html`<p class="remark" role="alert">${t('What belongs to it could not be fetched: {0}', state.message)}</p>`;
  }
  const groups = state.value.filter((group) => group.rows.length > 0).slice(0, MOST_GROUPS);
  if (groups.length === 0) return html`<p class="remark">${t('Nothing else belongs to this entry.')}</p>`;
  return html`${groups.map((group) => groupView(group, shown, goTo))}`;
}

function groupView(group: RelatedGroup, shown: number, goTo: (seq: number) => void): TemplateResult {
  const rows = group.rows.slice(0, MOST_ROWS);
  const more = group.more + group.rows.length - rows.length;
  const start = rows[0]?.time ?? 0;
  return html`<section class="related">
    <h3>${displayText(group.title, 300)} <span class="extra">${groupText(group.kind)}</span></h3>
    <ol>
      ${rows.map((row) => html`<li>${rowView(row, start, row.seq === shown, goTo)}</li>`)}
    </ol>
    ${more === 0 ? nothing : html`<p class="remark">${t('{0} more', formatCount(more))}</p>`}
  </section>`;
}

function groupText(kind: RelatedGroup['kind']): string {
  switch (kind) {
    case 'call':
      return t('request, answer and what came between');
    case 'exchange':
      return t('the same HTTP exchange');
    case 'session':
      return t('the same session');
  }
}

function rowView(row: TrafficRow, start: number, isShown: boolean, goTo: (seq: number) => void): TemplateResult {
  const { text, spoken } = directionText(row.direction);
  const measures = [
    row.status === undefined ? '' : String(row.status),
    row.durationMs === undefined ? '' : formatDuration(row.durationMs),
    row.size === 0 ? '' : formatSize(row.size),
  ];
  return html`<button
    class="related-row kind-${row.kind} ${isShown ? 'shown' : ''}"
    aria-current=${isShown}
    @click=${() => goTo(row.seq)}
  >
    <span class="related-seq">#${row.seq}</span>
    <span class="related-time" title=${formatTime(row.time)}>+${formatDuration(Math.max(0, row.time - start))}</span>
    <span class="spoken">${spoken}</span><span class="sign ${row.direction}" aria-hidden="true">${text}</span>
    <span class="related-label"
      >${displayText(row.label, 200)}
      ${row.tool === undefined ? nothing : html`<span class="extra">${displayText(row.tool, 200)}</span>`}</span
    >
    <span class="badge ${isFailure(row) ? 'failed' : ''}">${kindText(row)}</span>
    <span class="related-measures">${measures.filter((measure) => measure !== '').join(' · ')}</span>
  </button>`;
}
