import { html, nothing, type TemplateResult } from 'lit/html.js';
import { displayText } from '../../base/displayText.ts';
import type { TrafficDetail } from '../../messages/inspector.ts';
import { closeIcon, errorIcon, infoIcon, warningIcon } from '../shared/icons.ts';
import type { JsonTreeView } from '../shared/jsonTreeView.ts';
import { t } from '../shared/l10n.ts';
import { type Tab, tabList, tabPanel } from '../shared/tabs.ts';
import { actionBar } from './detail/actionBar.ts';
import type { EntryActions } from './detail/entryActions.ts';
import { headersTab } from './detail/headersTab.ts';
import { parsedTab } from './detail/parsedTab.ts';
import { rawTab } from './detail/rawTab.ts';
import { relatedTab } from './detail/relatedTab.ts';
import { schemaTab } from './detail/schemaTab.ts';
import type { ShownEntry } from './detail/shownEntry.ts';
import { hasTiming, timingTab } from './detail/timingTab.ts';
import type { DetailState } from './entryDetail.ts';
import { directionText, isFailure, kindText } from './rowText.ts';
import type { DetailTab } from './savedState.ts';

export interface DetailHandlers {
  close: () => void;
  selectTab: (tab: DetailTab) => void;
  /** Goes to another entry. */
  goTo: (seq: number) => void;
}

type OpenState = Exclude<DetailState, { kind: 'closed' }>;

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

function heading(state: OpenState, handlers: DetailHandlers): TemplateResult {
  return html`<header class="detail-head">
    ${state.kind === 'shown' ? title(state.entry.detail, handlers) : html`<h2>#${state.seq}</h2>`}
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

function title(detail: TrafficDetail, handlers: DetailHandlers): TemplateResult {
  const { row } = detail;
  const { text, spoken } = directionText(row.direction);
  return html`<h2>
      <span class="spoken">${spoken}</span><span class="sign ${row.direction}" aria-hidden="true">${text}</span>
      <span>${displayText(row.label, 200)}</span>
      ${row.tool === undefined ? nothing : html`<span class="extra">${displayText(row.tool, 200)}</span>`}
      <span class="badge ${isFailure(row) ? 'failed' : ''}">${kindText(row)}</span>
    </h2>
    ${pairLinks(detail, handlers)}`;
}

/** To the other one of the pair; of a batch, to each call that it answers. */
function pairLinks(
  { row, pairedWith, alsoAnswers = [] }: TrafficDetail,
  handlers: DetailHandlers,
): TemplateResult | typeof nothing {
  const others = pairedWith === undefined ? alsoAnswers : [pairedWith, ...alsoAnswers];
  if (others.length === 0) return nothing;
  const links = others.map((seq, index) => {
    const words = index === 0 ? pairText(row.kind) : html`<span class="spoken">${pairText(row.kind)}</span>`;
    return html`<button class="link" @click=${() => handlers.goTo(seq)}>${words} #${seq}</button>`;
  });
  return html`<div class="pair">${links}</div>`;
}

function pairText(kind: TrafficDetail['row']['kind']): string {
  return kind === 'request' ? t('answered by') : t('answer to');
}

function body(state: OpenState, tab: DetailTab, treeView: JsonTreeView, handlers: DetailHandlers): TemplateResult {
  switch (state.kind) {
    case 'loading':
      return html`<p class="remark" aria-busy="true">${t('Loading…')}</p>`;
    case 'gone':
      return html`<p class="remark">
        ${t('This entry is no longer in memory: traffic was cleared, or the oldest made room for the newest.')}
      </p>`;
    case 'failed':
      return html`<p class="remark" role="alert">${t('The entry could not be shown: {0}', state.message)}</p>`;
    case 'shown':
      break;
  }
  const { entry, actions } = state;
  const tabs = tabsFor(entry);
  // The tab that was chosen stays chosen for the next entry that has it.
  const shown = tabs.some(({ id }) => id === tab) ? tab : entry.tree === undefined ? 'raw' : 'parsed';
  return html`${actionBar(entry.detail, actions)}${notes(entry.detail)}
  ${tabList<DetailTab>(t('Entry'), tabs, shown, handlers.selectTab)}
  ${tabPanel(shown, tabContent(shown, entry, actions, treeView, handlers))}`;
}

/** The tabs in which there is something to see. */
function tabsFor({ detail, tree }: ShownEntry): Tab<DetailTab>[] {
  const tabs: [DetailTab, string, boolean][] = [
    ['headers', t('Headers'), true],
    ['parsed', t('Parsed'), true],
    ['raw', t('Raw'), true],
    ['hex', t('Hex'), detail.byteLength > 0],
    ['events', t('Events'), detail.eventCount > 0],
    ['timing', t('Timing'), hasTiming(detail)],
    ['schema', t('Schema'), tree !== undefined],
    ['related', t('Related'), true],
  ];
  return tabs.flatMap(([id, title, hasContent]) => (hasContent ? [{ id, title }] : []));
}

function tabContent(
  tab: DetailTab,
  entry: ShownEntry,
  actions: EntryActions,
  treeView: JsonTreeView,
  { goTo }: DetailHandlers,
): TemplateResult {
  const { detail } = entry;
  switch (tab) {
    case 'headers':
      return headersTab(entry);
    case 'parsed':
      return parsedTab(entry, treeView);
    case 'raw':
      return rawTab(detail, () => actions.openInEditor(detail.seq));
    case 'hex':
      return hexTab(entry);
    case 'events':
      return entry.events.template(goTo);
    case 'timing':
      return timingTab(detail, goTo);
    case 'schema':
      return schemaTab(entry.schema.get(), goTo);
    case 'related':
      return relatedTab(entry.related.get(), detail.seq, goTo);
  }
}

function hexTab({ hex, detail }: ShownEntry): TemplateResult {
  const remark = html`<p class="remark">${t('Secrets stay masked here.')}</p>`;
  return html`${detail.isRevealed ? remark : nothing}${hex.template()}`;
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
          <code class="extra">${displayText(note.rule, 100)}</code>
          ${note.section === undefined ? nothing : html`<span class="extra section">${displayText(note.section, 200)}</span>`}
        </li>`,
    )}
  </ul>`;
}
