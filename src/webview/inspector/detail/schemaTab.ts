import { html, nothing, type TemplateResult } from 'lit/html.js';
import { displayText } from '../../../base/displayText.ts';
import { longExactText } from '../../shared/exactText.ts';
import { formatCount } from '../../shared/format.ts';
import { checkIcon, errorIcon } from '../../shared/icons.ts';
import { t } from '../../shared/l10n.ts';
import { visibleText } from '../../shared/visibleText.ts';
import type { Loaded } from './lazy.ts';
import type { ShownReport } from './shownEntry.ts';

/** Problems of one schema that are listed. */
const MOST_PROBLEMS = 100;

/** What a message was checked against, and what does not fit. */
export function schemaTab(state: Loaded<readonly ShownReport[]>, goTo: (seq: number) => void): TemplateResult {
  if (state.kind === 'loading') return html`<p class="remark" aria-busy="true">${t('Checking…')}</p>`;
  if (state.kind === 'failed') {
    return html`<p class="remark" role="alert">${t('The schemas could not be fetched: {0}', state.message)}</p>`;
  }
  if (state.value.length === 0) return html`<p class="remark">${t('No schema is known for this entry.')}</p>`;
  return html`${state.value.map((report) => reportView(report, goTo))}`;
}

function reportView(report: ShownReport, goTo: (seq: number) => void): TemplateResult {
  const { title, problems } = report;
  const fits = problems.length === 0;
  return html`<section class="report" aria-label=${displayText(title, 300)}>
    <h3>${displayText(title, 300)} <span class="from">${source(report, goTo)}</span></h3>
    <p class="verdict ${fits ? 'good' : 'bad'}">
      ${fits ? checkIcon : errorIcon}
      ${fits ? t('The message fits.') : problems.length === 1 ? t('1 problem') : t('{0} problems', formatCount(problems.length))}
    </p>
    ${fits ? nothing : problemList(problems)} ${schemaView(report)}
  </section>`;
}

function source({ source }: ShownReport, goTo: (seq: number) => void): unknown {
  if ('specification' in source) return t('from {0}', displayText(source.specification, 300));
  const { seq } = source;
  return html`<button class="link" @click=${() => goTo(seq)}>${t('from #{0}', seq)}</button>`;
}

function problemList(problems: ShownReport['problems']): TemplateResult {
  return html`<ul class="problems">
    ${problems.slice(0, MOST_PROBLEMS).map(
      ({ pointer, message }) =>
        html`<li>
          <code>${pointer === '' ? t('(whole message)') : visibleText(pointer.slice(0, 1000))}</code>
          <span>${displayText(message)}</span>
        </li>`,
    )}
    ${problems.length > MOST_PROBLEMS ? html`<li>${t('{0} more', formatCount(problems.length - MOST_PROBLEMS))}</li>` : nothing}
  </ul>`;
}

function schemaView({ title, source, schema, tree, treeView }: ShownReport): unknown {
  if (schema === undefined) {
    const isTooLong = 'seq' in source;
    return isTooLong ? html`<p class="remark">${t('The schema is too long to be shown here.')}</p>` : nothing;
  }
  const content =
    tree === undefined ? longExactText(schema) : treeView.template(tree, t('Schema: {0}', displayText(title, 300)));
  return html`<details class="schema">
    <summary>${t('Schema')}</summary>
    ${content}
  </details>`;
}
