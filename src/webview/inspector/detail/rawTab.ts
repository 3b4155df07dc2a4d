import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { TrafficDetail } from '../../../messages/inspector.ts';
import { longExactText } from '../../shared/exactText.ts';
import { formatCount } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';

/** The text exactly as it was on the wire. */
export function rawTab({ raw, rawLength }: TrafficDetail, openInEditor: () => void): TemplateResult {
  if (raw === '') return html`<p class="remark">${t('Nothing was sent here.')}</p>`;
  const isCut = raw.length < rawLength;
  return html`<div class="tab-bar">
      <span class="extra">
        ${
          isCut
            ? t('The first {0} of {1} characters.', formatCount(raw.length), formatCount(rawLength))
            : t('{0} characters', formatCount(raw.length))
        }
      </span>
      <button class="link last" @click=${openInEditor}>${t('Open in Editor')}</button>
    </div>
    ${longExactText(raw)}${isCut ? html`<p class="remark">…</p>` : nothing}`;
}
