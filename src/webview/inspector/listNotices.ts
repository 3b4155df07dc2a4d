import { html, nothing, type TemplateResult } from 'lit/html.js';
import { closeIcon } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';

export interface ListNotices {
  /** What came of the last action. */
  notice: { text: string; isFailure: boolean } | undefined;
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
