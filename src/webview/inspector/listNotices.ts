import { html, nothing, type TemplateResult } from 'lit/html.js';
import { formatCount } from '../shared/format.ts';
import { closeIcon, downIcon } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import type { Notice } from './notices.ts';
import type { ListStatus, TrafficList } from './trafficList.ts';

export interface ListNotices {
  /** What came of the last action. */
  notice: Notice | undefined;
  /** `seq` of the entry that is selected to be compared, and of the other one. */
  marked: number | undefined;
  other: number | undefined;
  dismiss: () => void;
  compare: (left: number, right: number) => void;
  unmark: () => void;
}

/** What came of the last action and what is selected to be compared, over the end of the list. */
export function listNotices(notices: ListNotices): TemplateResult | typeof nothing {
  const { notice, marked } = notices;
  if (notice === undefined && marked === undefined) return nothing;
  return html`<div class="notices">
    ${marked === undefined ? nothing : selection(marked, notices)}
    ${
      notice === undefined
        ? nothing
        : html`<div
            class="list-notice ${notice.isFailure ? 'failure' : ''}"
            role=${notice.isFailure ? 'alert' : 'status'}
          >
            <span>${notice.text}</span>${closeButton(t('Dismiss'), notices.dismiss)}
          </div>`
    }
  </div>`;
}

/** Why nothing new is shown, and a way to try again. */
export function lostBanner(status: ListStatus, retry: () => void): TemplateResult | typeof nothing {
  if (status.kind !== 'lost') return nothing;
  return html`<div class="banner" role="alert">
    <span>${t('The traffic cannot be read: {0}. What is shown may be out of date.', status.message)}</span>
    <button class="button" @click=${retry}>${t('Try Again')}</button>
  </div>`;
}

/** How many rows came since somebody stopped following, and a way back to the newest. */
export function followPill(list: TrafficList): TemplateResult | typeof nothing {
  const { unseen, filter } = list;
  if (unseen === 0) return nothing;
  return html`<button
    class="pill"
    title=${filter.sort === undefined ? t('Go to the newest and follow') : t('Back to the order of time, and follow')}
    @click=${() => list.follow()}
  >
    ${downIcon} ${t('{0} new', formatCount(unseen))}
  </button>`;
}

function selection(marked: number, { other, compare, unmark }: ListNotices): TemplateResult {
  return html`<div class="list-notice">
    <span>${other === undefined ? t('#{0} selected', marked) : t('#{0} and #{1} selected', marked, other)}</span>
    ${
      other === undefined
        ? nothing
        : html`<button class="link" @click=${() => compare(marked, other)}>${t('Compare')}</button>`
    }
    ${closeButton(t('Clear Selection'), unmark)}
  </div>`;
}

function closeButton(label: string, close: () => void): TemplateResult {
  return html`<button class="icon-button" aria-label=${label} title=${label} @click=${close}>${closeIcon}</button>`;
}
