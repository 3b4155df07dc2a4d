import { html, nothing, type TemplateResult } from 'lit';
import { displayText } from '../../base/displayText.ts';
import type { TrafficDetail } from '../../messages/inspector.ts';
import { formatCount, formatDuration, formatSize, formatTime } from '../shared/format.ts';
import { closeIcon, errorIcon, infoIcon, warningIcon } from '../shared/icons.ts';
import type { JsonTreeView } from '../shared/jsonTreeView.ts';
import { exactText } from '../shared/exactText.ts';
import { t } from '../shared/l10n.ts';
import { tabList, tabPanel } from '../shared/tabs.ts';
import { visibleText } from '../shared/visibleText.ts';
import type { DetailState } from './entryDetail.ts';
import { channelText, directionText, isFailure, kindText } from './rowText.ts';
import type { DetailTab } from './savedState.ts';

export interface DetailHandlers {
  close: () => void;
  selectTab: (tab: DetailTab) => void;
  /** Goes to another entry. */
  goTo: (seq: number) => void;
  openInEditor: (seq: number) => void;
}

/** The pane of one entry. */
export function detailView(
  state: DetailState,
  tab: DetailTab,
  treeView: JsonTreeView,
  handlers: DetailHandlers,
): TemplateResult | undefined {
  if (state.kind === 'closed') return undefined;
  return html`<section class="detail" aria-label=${t('Entry {0}', state.seq)}>
    ${heading(state, handlers)} ${body(state, tab, treeView, handlers)}
  </section>`;
}

function heading(state: Exclude<DetailState, { kind: 'closed' }>, handlers: DetailHandlers): TemplateResult {
  return html`<header class="detail-head">
    ${state.kind === 'shown' ? title(state.detail, handlers) : html`<h2>#${state.seq}</h2>`}
    <button
      class="icon-button"
      aria-label=${t('Close Detail')}
      title=${t('Close Detail (Escape)')}
      @click=${handlers.close}
    >
      ${closeIcon}
    </button>
  </header>`;
}

function title({ row, pairedWith }: TrafficDetail, handlers: DetailHandlers): TemplateResult {
  const { text, spoken } = directionText(row.direction);
  return html`<h2>
      <span class="spoken">${spoken}</span><span class="sign ${row.direction}" aria-hidden="true">${text}</span>
      <span>${displayText(row.label, 200)}</span>
      ${row.tool === undefined ? nothing : html`<span class="extra">${displayText(row.tool, 200)}</span>`}
      <span class="badge ${isFailure(row) ? 'failed' : ''}">${kindText(row)}</span>
    </h2>
    ${
      pairedWith === undefined
        ? nothing
        : html`<button class="link" @click=${() => handlers.goTo(pairedWith)}>
            ${pairText(row.kind)} #${pairedWith}
          </button>`
    }`;
}

function pairText(kind: TrafficDetail['row']['kind']): string {
  return kind === 'request' ? t('answered by') : t('answer to');
}

function body(
  state: Exclude<DetailState, { kind: 'closed' }>,
  tab: DetailTab,
  treeView: JsonTreeView,
  handlers: DetailHandlers,
): TemplateResult {
  switch (state.kind) {
    case 'loading':
      return html`<p class="remark" aria-busy="true">${t('Loading…')}</p>`;
    case 'gone':
      return html`<p class="remark">
        ${t('This entry is no longer in memory: the oldest traffic makes room for the newest.')}
      </p>`;
    case 'failed':
      return html`<p class="remark" role="alert">${t('The entry could not be shown: {0}', state.message)}</p>`;
    case 'shown':
      break;
  }
  const { detail } = state;
  const tabs = [
    { id: 'headers', title: t('Headers') },
    { id: 'parsed', title: t('Parsed') },
    { id: 'raw', title: t('Raw') },
  ] as const;
  const content =
    tab === 'headers' ? headersTab(detail) : tab === 'parsed' ? parsedTab(state, treeView) : rawTab(detail, handlers);
  return html`${notes(detail)}${tabList<DetailTab>(t('Entry'), tabs, tab, handlers.selectTab)}${tabPanel(tab, content)}`;
}

function notes({ notes }: TrafficDetail): TemplateResult | typeof nothing {
  if (notes.length === 0) return nothing;
  const icons = { error: errorIcon, warning: warningIcon, info: infoIcon };
  const words = { error: t('Error'), warning: t('Warning'), info: t('Information') };
  return html`<ul class="notes" aria-label=${t('Notes')}>
    ${notes.map(
      (note) =>
        html`<li class=${note.severity}>
          ${icons[note.severity]}<span class="spoken">${words[note.severity]}: </span
          ><span>${displayText(note.message)}</span>
          <span class="extra">${displayText(note.rule, 100)}</span>
        </li>`,
    )}
  </ul>`;
}

function headersTab({ seq, row, exchange, sessionId, rpcId, heads }: TrafficDetail): TemplateResult {
  const facts: [string, string | undefined][] = [
    [t('Number'), `#${seq}`],
    [t('Time'), formatTime(row.time)],
    [t('Server'), displayText(row.server)],
    [t('Direction'), directionText(row.direction).spoken],
    [t('Channel'), channelText(row.channel)],
    [t('Status'), row.status === undefined ? undefined : String(row.status)],
    [t('Duration'), row.durationMs === undefined ? undefined : formatDuration(row.durationMs)],
    [t('Size'), `${formatSize(row.size)}${row.size < 1000 ? '' : ` (${formatCount(row.size)} B)`}`],
    [t('HTTP exchange'), exchange === undefined ? undefined : String(exchange)],
    [t('Session'), sessionId],
    [t('JSON-RPC id'), rpcId === undefined ? undefined : JSON.stringify(rpcId)],
  ];
  const lines = facts.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  return html`${definitions(t('General'), lines, 'words')}${heads.map((head) => definitions(head.title, head.lines, 'code'))}`;
}

function definitions(
  heading: string,
  lines: readonly { name: string; value: string }[],
  kind: 'words' | 'code',
): TemplateResult {
  return html`<h3>${displayText(heading, 2000)}</h3>
    <dl class="definitions ${kind}">
      ${lines.map(
        ({ name, value }) =>
          html`<div>
            <dt>${visibleText(name)}</dt>
            <dd>${visibleText(value)}</dd>
          </div>`,
      )}
    </dl>`;
}

function parsedTab({ detail, tree }: Extract<DetailState, { kind: 'shown' }>, treeView: JsonTreeView): TemplateResult {
  if (tree !== undefined) return treeView.template(tree, t('JSON'));
  if (detail.raw.length < detail.rawLength) {
    return html`<p class="remark">${t('Too long to be parsed here. The Raw tab opens it in an editor.')}</p>`;
  }
  return html`<p class="remark">${t('There is no JSON in this entry.')}</p>`;
}

function rawTab({ seq, raw, rawLength }: TrafficDetail, handlers: DetailHandlers): TemplateResult {
  const note =
    raw.length < rawLength
      ? html`<p class="remark">
          ${t('The first {0} of {1} characters.', formatCount(raw.length), formatCount(rawLength))}
        </p>`
      : nothing;
  return html`<div class="raw-actions">
      ${note}<button class="link" @click=${() => handlers.openInEditor(seq)}>${t('Open in Editor')}</button>
    </div>
    ${raw === '' ? html`<p class="remark">${t('Nothing was sent here.')}</p>` : html`<pre class="raw">${exactText(raw)}</pre>`}`;
}
