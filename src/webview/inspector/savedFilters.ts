import { html, nothing, type TemplateResult } from 'lit/html.js';
import { displayText } from '../../base/displayText.ts';
import { NAME_LIMIT, SAVED_LIMIT, type SavedFilter } from '../../messages/inspector.ts';
import { closeIcon, saveIcon } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';

export interface SavedFilterHandlers {
  apply: (text: string) => void;
  save: (filters: readonly SavedFilter[]) => void;
  redraw: () => void;
}

/** The list with one more filter, the latest first; one of the same name is replaced, and the oldest go when there are too many. */
export function withFilter(filters: readonly SavedFilter[], filter: SavedFilter): readonly SavedFilter[] {
  return [filter, ...filters.filter(({ name }) => name !== filter.name)].slice(0, SAVED_LIMIT);
}

/** The name of a filter for which none was typed: its text, cut to a length and numbered where another filter is named like that. */
export function nameOf(text: string, filters: readonly SavedFilter[]): string {
  const isTaken = (name: string): boolean => filters.some((other) => other.name === name && other.text !== text);
  let name = text.slice(0, NAME_LIMIT);
  for (let number = 2; isTaken(name); number += 1) {
    const suffix = ` (${number})`;
    name = text.slice(0, NAME_LIMIT - suffix.length) + suffix;
  }
  return name;
}

/** A button with the filters that are kept: apply one, delete one, keep the present one under a name. */
export class SavedFiltersButton {
  readonly #handlers: SavedFilterHandlers;
  #isOpen = false;
  #focus = false;

  constructor(handlers: SavedFilterHandlers) {
    this.#handlers = handlers;
    document.addEventListener('pointerdown', ({ target }) => {
      if (this.#isOpen && !(target instanceof Element && target.closest('.saved-filters') !== null)) this.#close(false);
    });
  }

  template(filters: readonly SavedFilter[], text: string): TemplateResult {
    return html`<div
      class="saved-filters"
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== 'Escape' || !this.#isOpen) return;
        event.stopPropagation();
        this.#close(true);
      }}
    >
      <button
        class="icon-button"
        id="saved-filters"
        aria-label=${t('Saved Filters')}
        title=${t('Saved Filters')}
        aria-expanded=${this.#isOpen}
        aria-haspopup="dialog"
        @click=${() => this.#toggle()}
      >
        ${saveIcon}
      </button>
      ${this.#isOpen ? this.#dialog(filters, text.trim()) : nothing}
    </div>`;
  }

  /** To be called after every drawing. */
  drawn(): void {
    if (!this.#focus) return;
    this.#focus = false;
    document.querySelector<HTMLElement>('.saved-filters [role=dialog] :is(button, input):enabled')?.focus();
  }

  #dialog(filters: readonly SavedFilter[], text: string): TemplateResult {
    return html`<div class="popover" role="dialog" aria-label=${t('Saved Filters')}>
      ${
        filters.length === 0
          ? html`<p class="remark">${t('No filter has been saved yet.')}</p>`
          : html`<ul>
              ${filters.map((filter) => this.#item(filter, filters))}
            </ul>`
      }
      <form
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          this.#save(event, filters, text);
        }}
      >
        <input
          name="name"
          type="text"
          maxlength=${NAME_LIMIT}
          autocomplete="off"
          aria-label=${t('Name of the current filter')}
          placeholder=${text === '' ? t('Type a filter to save it') : t('Name for “{0}”', displayText(text, 60))}
          ?disabled=${text === ''}
        />
        <button class="button" ?disabled=${text === ''}>${t('Save')}</button>
      </form>
    </div>`;
  }

  #item({ name, text }: SavedFilter, filters: readonly SavedFilter[]): TemplateResult {
    return html`<li>
      <button
        class="saved-filter"
        @click=${() => {
          this.#close(true);
          this.#handlers.apply(text);
        }}
      >
        <span class="text">${displayText(name, NAME_LIMIT)}</span>
        <span class="extra">${displayText(text, 200)}</span>
      </button>
      <button
        class="icon-button"
        aria-label=${t('Delete {0}', displayText(name, NAME_LIMIT))}
        title=${t('Delete {0}', displayText(name, NAME_LIMIT))}
        @click=${() => {
          this.#focus = true;
          this.#handlers.save(filters.filter((other) => other.name !== name));
        }}
      >
        ${closeIcon}
      </button>
    </li>`;
  }

  #save(event: SubmitEvent, filters: readonly SavedFilter[], text: string): void {
    if (text === '' || !(event.target instanceof HTMLFormElement)) return;
    const typed = new FormData(event.target).get('name');
    const name = typeof typed === 'string' ? typed.trim().slice(0, NAME_LIMIT) : '';
    this.#handlers.save(withFilter(filters, { name: name === '' ? nameOf(text, filters) : name, text }));
    this.#close(true);
  }

  #toggle(): void {
    this.#isOpen = !this.#isOpen;
    this.#focus = this.#isOpen;
    this.#handlers.redraw();
  }

  #close(focus: boolean): void {
    this.#isOpen = false;
    if (focus) document.getElementById('saved-filters')?.focus();
    this.#handlers.redraw();
  }
}
