import { html, nothing, type TemplateResult } from 'lit/html.js';
import { ref } from 'lit/directives/ref.js';
import type { CopyFormat, TrafficDetail } from '../../../messages/inspector.ts';
import { errorIcon } from '../../shared/icons.ts';
import { t } from '../../shared/l10n.ts';
import { belongsToHttpRequest } from '../rowText.ts';
import type { EntryActions } from './entryActions.ts';

/** What can be done with an entry. */
export function actionBar(detail: TrafficDetail, actions: EntryActions): TemplateResult {
  const { seq, canReplay, isMasked, isRevealed } = detail;
  return html`<div class="actions">
      <div class="action-buttons" role="group" aria-label=${t('Actions')}>
        ${copyMenu(detail, actions)}
        ${
          canReplay
            ? html`${button(t('Replay'), () => actions.replay(seq, false))}${button(t('Edit and Resend…'), () => actions.replay(seq, true))}`
            : nothing
        }
        ${button(t('Open in Editor'), () => actions.openInEditor(seq))}${compare(seq, actions)}
        ${isMasked && !isRevealed ? button(t('Reveal Secrets…'), () => actions.askToReveal(true)) : nothing}
      </div>
      ${noticeView(actions)}
    </div>
    ${revealBanner(detail, actions)}`;
}

function button(text: string, act: () => void, title?: string): TemplateResult {
  return html`<button class="action" title=${title ?? nothing} @click=${act}>${text}</button>`;
}

function compare(seq: number, actions: EntryActions): TemplateResult {
  const { marked } = actions;
  if (marked === undefined) return button(t('Select to Compare'), () => actions.mark(seq));
  if (marked === seq) return button(t('Selected to Compare ✕'), () => actions.mark(undefined), t('Clear Selection'));
  return button(t('Compare with #{0}', marked), () => actions.compareWithMarked(seq));
}

/** The formats that an entry can be had in: what belongs to a request over HTTP as a command, what is a message as JSON. */
function formatsFor({ row, json }: TrafficDetail): [CopyFormat, string][] {
  const isSent = row.direction === 'sent' && row.kind !== 'comment' && row.kind !== 'other';
  const isHttp = belongsToHttpRequest(row);
  const formats: [CopyFormat, string, boolean][] = [
    ['curl', 'cURL', isHttp],
    ['powershell', 'PowerShell', isHttp],
    ['fetch', 'fetch', isHttp],
    ['json-rpc', 'JSON-RPC', json !== undefined],
    ['sdk', 'TypeScript SDK', isSent],
    ['raw', t('Raw Text'), true],
  ];
  return formats.flatMap(([format, label, fits]) => (fits ? [[format, label]] : []));
}

/** A menu button: press it, or go down from it. */
function copyMenu(detail: TrafficDetail, actions: EntryActions): TemplateResult {
  const { menu } = actions;
  const open = (event: Event): void => {
    if (!(event.currentTarget instanceof Element)) return;
    const { left, bottom } = event.currentTarget.getBoundingClientRect();
    const items = formatsFor(detail).map(([format, label]) => ({
      label,
      run: () => actions.copyAs(detail.seq, format),
    }));
    menu.open(t('Copy as'), left, bottom + 2, () => items);
  };
  // When the drawing that this is a part of is done, and before the browser shows it.
  if (menu.isOpen) queueMicrotask(() => menu.drawn());
  return html`<button
      class="action"
      aria-haspopup="menu"
      aria-expanded=${menu.isOpen}
      @click=${open}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== 'ArrowDown') return;
        event.preventDefault();
        open(event);
      }}
    >
      ${t('Copy as')} <span aria-hidden="true">▾</span></button
    >${menu.template()}`;
}

function noticeView({ notices }: EntryActions): TemplateResult {
  const notice = notices.current;
  return html`<p class="action-notice ${notice?.isFailure === true ? 'failed' : ''}" role="status">
    ${notice?.isFailure === true ? errorIcon : nothing}${notice?.text ?? ''}
  </p>`;
}

/** Takes the focus when it appears; the function is always the same, so that later drawings do not take it again. */
function focusFirst(element: Element | undefined): void {
  if (element instanceof HTMLElement) queueMicrotask(() => element.focus());
}

function revealBanner({ isRevealed }: TrafficDetail, actions: EntryActions): TemplateResult | typeof nothing {
  if (isRevealed) {
    return html`<div class="banner revealed">
      <span>${t('Secrets are shown as they are, until you go to another entry.')}</span>
      <button class="button secondary" ${ref(focusFirst)} @click=${() => actions.reveal(false)}>
        ${t('Hide Secrets')}
      </button>
    </div>`;
  }
  if (!actions.isAskingToReveal) return nothing;
  const cancel = (event: Event): void => {
    const detail = event.target instanceof Element ? event.target.closest('.detail') : null;
    actions.askToReveal(false);
    // The button that is gone had the focus.
    detail?.querySelector<HTMLElement>('.action')?.focus();
  };
  return html`<div
    class="banner"
    role="alertdialog"
    aria-label=${t('Reveal Secrets')}
    aria-describedby="reveal-question"
    @keydown=${(event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      cancel(event);
    }}
  >
    <span id="reveal-question"
      >${t('Show the secrets of this entry as they are? “Copy as”, files and exports stay masked.')}</span
    >
    <button class="button" @click=${() => actions.reveal(true)}>${t('Reveal')}</button>
    <button class="button secondary" ${ref(focusFirst)} @click=${cancel}>${t('Cancel')}</button>
  </div>`;
}
