import { html, nothing, type TemplateResult } from 'lit/html.js';
import { doneIcon } from './icons.ts';
import { nextIndex } from './keys.ts';

export interface MenuItem {
  label: string;
  /** Shown dimmed at the end: the key that does the same. */
  hint?: string;
  /** Given on items that can be ticked; these keep the menu open. */
  isChecked?: boolean;
  isDisabled?: boolean;
  run: () => void;
}

interface OpenMenu {
  label: string;
  x: number;
  y: number;
  items: () => readonly (MenuItem | undefined)[];
  active: number;
  origin: Element | null;
}

/** A menu over the page after the ARIA pattern: arrow keys, Home, End, first letters; Escape and a click elsewhere close it. One at a time. */
export class PopupMenu {
  readonly #onChange: () => void;
  #menu: OpenMenu | undefined;
  #element: HTMLElement | null = null;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    // The press that opens a menu is over when its click or contextmenu comes.
    document.addEventListener('pointerdown', (event) => {
      if (this.#menu !== undefined && event.target instanceof Node && !this.#element?.contains(event.target))
        this.#close();
    });
    window.addEventListener('blur', () => this.#close());
  }

  get isOpen(): boolean {
    return this.#menu !== undefined;
  }

  /** @param items asked for at every drawing, since ticks change; `undefined` is a line between groups */
  open(label: string, x: number, y: number, items: () => readonly (MenuItem | undefined)[]): void {
    this.#menu = { label, x, y, items, active: firstEnabled(items()), origin: document.activeElement };
    this.#onChange();
  }

  template(): TemplateResult | typeof nothing {
    const menu = this.#menu;
    if (menu === undefined) return nothing;
    const items = menu.items();
    return html`<div
      class="popup-menu"
      role="menu"
      aria-label=${menu.label}
      @keydown=${(event: KeyboardEvent) => this.#key(event)}
      @contextmenu=${(event: Event) => event.preventDefault()}
    >
      ${items.map((item, index) => (item === undefined ? html`<hr />` : this.#item(item, index, menu)))}
    </div>`;
  }

  /** To be called after every drawing: puts the menu where there is room, and the focus on its current item. */
  drawn(): void {
    const menu = this.#menu;
    this.#element = document.querySelector<HTMLElement>('.popup-menu');
    if (menu === undefined || this.#element === null) return;
    const { offsetWidth: width, offsetHeight: height } = this.#element;
    this.#element.style.left = `${Math.max(2, Math.min(menu.x, innerWidth - width - 2))}px`;
    this.#element.style.top = `${Math.max(2, Math.min(menu.y, innerHeight - height - 2))}px`;
    this.#element.querySelector<HTMLElement>(`[data-index="${menu.active}"]`)?.focus();
  }

  #item(item: MenuItem, index: number, menu: OpenMenu): TemplateResult {
    const isTickable = item.isChecked !== undefined;
    return html`<div
      class="popup-item ${index === menu.active ? 'active' : ''}"
      role=${isTickable ? 'menuitemcheckbox' : 'menuitem'}
      tabindex="-1"
      data-index=${index}
      aria-disabled=${item.isDisabled === true}
      aria-checked=${isTickable ? String(item.isChecked) : nothing}
      @pointerenter=${() => this.#goTo(index)}
      @click=${() => this.#choose(item)}
    >
      <span class="tick">${item.isChecked === true ? doneIcon : nothing}</span
      ><span class="popup-label">${item.label}</span>
      ${item.hint === undefined ? nothing : html`<span class="extra" aria-hidden="true">${item.hint}</span>`}
    </div>`;
  }

  #goTo(index: number): void {
    if (this.#menu === undefined || this.#menu.active === index) return;
    this.#menu.active = index;
    this.#onChange();
  }

  #choose(item: MenuItem): void {
    if (item.isDisabled === true) return;
    // First, so that what it does may put the focus elsewhere.
    if (item.isChecked === undefined) this.#close();
    item.run();
    this.#onChange();
  }

  #close(): void {
    const menu = this.#menu;
    if (menu === undefined) return;
    this.#menu = undefined;
    if (menu.origin instanceof HTMLElement || menu.origin instanceof SVGElement) menu.origin.focus();
    this.#onChange();
  }

  #key(event: KeyboardEvent): void {
    const menu = this.#menu;
    if (menu === undefined) return;
    const items = menu.items();
    // Positions of the items, without the lines between them.
    const places = items.flatMap((item, index) => (item === undefined ? [] : [index]));
    const current = places.indexOf(menu.active);
    event.stopPropagation();
    if (event.key === 'Escape' || event.key === 'Tab') {
      this.#close();
    } else if (event.key === 'Enter' || event.key === ' ') {
      const item = items[menu.active];
      if (item !== undefined) this.#choose(item);
    } else {
      const wraps = {
        ArrowDown: (current + 1) % places.length,
        ArrowUp: (current - 1 + places.length) % places.length,
      };
      const next = Object.hasOwn(wraps, event.key)
        ? wraps[event.key as keyof typeof wraps]
        : nextIndex(event.key, current, places.length, 'vertical');
      const place = places[next ?? -1] ?? startingWith(event.key, items, menu.active);
      if (place === undefined) return;
      this.#goTo(place);
    }
    event.preventDefault();
  }
}

function firstEnabled(items: readonly (MenuItem | undefined)[]): number {
  return Math.max(
    0,
    items.findIndex((item) => item !== undefined && item.isDisabled !== true),
  );
}

function startingWith(key: string, items: readonly (MenuItem | undefined)[], current: number): number | undefined {
  if (key.length !== 1) return undefined;
  const fits = items.flatMap((item, index) =>
    item?.label.toLowerCase().startsWith(key.toLowerCase()) === true ? [index] : [],
  );
  return fits.find((index) => index > current) ?? fits[0];
}
