import { html, nothing, type TemplateResult } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import { displayText } from '../../base/displayText.ts';
import { filterIcon } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import type { FilterBox } from './filterBox.ts';
import { markError } from './filterText.ts';

/**
 * The filter box with what can be written in it, and what is wrong with it. Its role stays that of a text box, which may have a list and a current
 * choice, since it takes free text first of all.
 */
export function filterField(box: FilterBox, error: { message: string; position?: number } | undefined): TemplateResult {
  const { choices, active } = box;
  return html`<div class="filter">
    ${filterIcon}
    <input
      id="filter"
      type="text"
      aria-label=${t('Filter traffic')}
      placeholder=${t('Filter (e.g. method:tools/call)')}
      spellcheck="false"
      autocomplete="off"
      aria-autocomplete="list"
      aria-haspopup="listbox"
      aria-controls=${choices.length > 0 ? 'filter-choices' : nothing}
      aria-activedescendant=${active === undefined ? nothing : `filter-choice-${active}`}
      aria-invalid=${error !== undefined}
      aria-describedby="filter-error"
      .value=${live(box.text)}
      @input=${(event: Event) => {
        const input = inputOf(event);
        box.typed(input?.value ?? '', input?.selectionStart ?? 0);
      }}
      @keydown=${(event: KeyboardEvent) => {
        if (event.isComposing || !box.key(event, inputOf(event)?.selectionStart ?? 0)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
      @blur=${() => box.close()}
    />
    <div id="filter-error" class="filter-error" role="alert" ?hidden=${error === undefined || choices.length > 0}>
      ${error === undefined ? nothing : errorText(box.text, error)}
    </div>
    ${choices.length === 0 ? nothing : choiceList(box)}
  </div>`;
}

function errorText(text: string, { message, position }: { message: string; position?: number }): TemplateResult {
  const parts = markError(text, position);
  // What stands in the box may be longer than the box: enough around the place to recognise it.
  return html`${message}${
    parts === undefined
      ? nothing
      : html`<code class="wrong-filter" aria-hidden="true"
          >${parts.before.slice(-40)}<mark>${parts.wrong.slice(0, 60)}</mark>${parts.after.slice(0, 40)}</code
        >`
  }`;
}

function choiceList(box: FilterBox): TemplateResult {
  return html`<div id="filter-choices" class="choices" role="listbox" aria-label=${t('Suggestions')}>
    ${box.choices.map(
      ({ text, detail }, index) =>
        html`<div
          id="filter-choice-${index}"
          class="choice ${index === box.active ? 'active' : ''}"
          role="option"
          aria-selected=${index === box.active}
          @pointerdown=${(event: Event) => event.preventDefault()}
          @mousedown=${(event: Event) => event.preventDefault()}
          @click=${() => box.accept(index)}
        >
          <span class="text">${displayText(text, 200)}</span>
          ${detail === undefined ? nothing : html`<span class="extra">${displayText(detail, 200)}</span>`}
        </div>`,
    )}
  </div>`;
}

function inputOf({ target }: Event): HTMLInputElement | undefined {
  return target instanceof HTMLInputElement ? target : undefined;
}
