import { html, type TemplateResult } from 'lit/html.js';
import { nextIndex } from './keys.ts';

export interface Tab<Id extends string> {
  id: Id;
  title: string;
}

/** A row of tabs after the ARIA pattern: arrow keys, Home and End select. The chosen one's panel is drawn by the caller with `tabPanel`. */
export function tabList<Id extends string>(
  label: string,
  tabs: readonly Tab<Id>[],
  selected: Id,
  select: (id: Id) => void,
): TemplateResult {
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = nextIndex(
      event.key,
      tabs.findIndex((tab) => tab.id === selected),
      tabs.length,
      'horizontal',
    );
    const tab = next === undefined ? undefined : tabs[next];
    if (tab === undefined) return;
    event.preventDefault();
    select(tab.id);
    document.getElementById(`tab-${tab.id}`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${label} @keydown=${onKeyDown}>
    ${tabs.map(
      (tab) =>
        html`<button
          role="tab"
          id="tab-${tab.id}"
          aria-selected=${tab.id === selected}
          aria-controls=${tab.id === selected ? `panel-${tab.id}` : ''}
          tabindex=${tab.id === selected ? 0 : -1}
          @click=${() => select(tab.id)}
        >
          ${tab.title}
        </button>`,
    )}
  </div>`;
}

export function tabPanel(id: string, content: unknown): TemplateResult {
  return html`<div class="tab-panel" role="tabpanel" id="panel-${id}" aria-labelledby="tab-${id}" tabindex="0">
    ${content}
  </div>`;
}
