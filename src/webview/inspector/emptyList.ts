import { html, nothing, type TemplateResult } from 'lit/html.js';
import { t } from '../shared/l10n.ts';
import type { PanelState } from './panelState.ts';
import type { TrafficList } from './trafficList.ts';

/** What stands in the place of a list without rows, and what to do about it; nothing where there are rows. */
export function emptyList(list: TrafficList, panel: PanelState, showAll: () => void): TemplateResult | undefined {
  const { status, total, filter } = list;
  if (total > 0 || status.kind === 'lost') return undefined;
  if (status.kind === 'loading') return message(html`<p>${t('Loading traffic…')}</p>`);
  if (panel.progress?.task === 'search') return message(html`<p>${t('Searching…')}</p>`);
  if (panel.progress?.task === 'file') return message(html`<p>${t('Reading the file…')}</p>`);
  const isNarrowed = filter.text !== '' || filter.server !== undefined || filter.from !== undefined;
  if (isNarrowed) {
    return message(
      html`<h2>${t('Nothing matches')}</h2>
        <p>${t('There may be traffic that the filter, the chosen server or the chosen time hides.')}</p>
        <button class="button" @click=${showAll}>${t('Show All Traffic')}</button>`,
    );
  }
  if (panel.file !== undefined) return message(html`<h2>${t('The file has no traffic in it')}</h2>`);
  return message(
    html`<h2>${t('No traffic yet')}</h2>
      <p>
        ${t('Start an MCP server or call one of its tools: every message it sends or receives appears here, byte for byte.')}
      </p>
      ${filter.health ? nothing : html`<p>${t('Health checks are hidden.')}</p>`}`,
  );
}

function message(content: TemplateResult): TemplateResult {
  return html`<div class="empty">${content}</div>`;
}
