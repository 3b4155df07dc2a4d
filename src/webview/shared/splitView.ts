import { html, type TemplateResult } from 'lit/html.js';

/** Pixels that each side keeps. */
const LEAST_SIDE = 120;
/** Share that an arrow key moves. */
const KEY_STEP = 0.02;

/** The share of the first side, so that neither gets narrower than it may; half where there is no room for that. */
export function clampShare(share: number, length: number): number {
  const least = LEAST_SIDE / length;
  return least >= 0.5 ? 0.5 : Math.min(1 - least, Math.max(least, share));
}

/** Two sides and a handle between them, for mouse and keyboard; double click makes them equal. */
export class SplitView {
  readonly #label: string;
  readonly #onChange: () => void;
  #share: number;
  #dragging = false;

  /** @param share of the first side, 0 to 1 */
  constructor(label: string, share: number, onChange: () => void) {
    this.#label = label;
    this.#share = share;
    this.#onChange = onChange;
  }

  get share(): number {
    return this.#share;
  }

  /** @param second nothing gives the first side all the room */
  template(stacked: boolean, first: TemplateResult, second: TemplateResult | undefined): TemplateResult {
    const basis = second === undefined ? 'flex: 1 1 0' : `flex: ${this.#share} 1 0`;
    return html`<div class="split ${stacked ? 'stacked' : ''} ${this.#dragging ? 'dragging' : ''}">
      <div class="side" .style=${basis}>${first}</div>
      ${
        second === undefined
          ? ''
          : html`<div
                class="split-handle"
                role="separator"
                tabindex="0"
                aria-label=${this.#label}
                aria-orientation=${stacked ? 'horizontal' : 'vertical'}
                aria-valuenow=${Math.round(this.#share * 100)}
                @pointerdown=${(event: PointerEvent) => this.#grab(event)}
                @pointermove=${(event: PointerEvent) => this.#drag(event, stacked)}
                @lostpointercapture=${() => this.#release()}
                @keydown=${(event: KeyboardEvent) => this.#key(event, stacked)}
                @dblclick=${() => this.#set(0.5)}
              ></div>
              <div class="side" .style=${`flex: ${1 - this.#share} 1 0`}>${second}</div>`
      }
    </div>`;
  }

  #grab(event: PointerEvent): void {
    if (event.button !== 0 || !(event.currentTarget instanceof Element)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    this.#dragging = true;
    this.#onChange();
  }

  #drag(event: PointerEvent, stacked: boolean): void {
    if (!this.#dragging || !(event.currentTarget instanceof Element)) return;
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    if (box === undefined) return;
    const [offset, length] = stacked ? [event.clientY - box.top, box.height] : [event.clientX - box.left, box.width];
    this.#set(clampShare(offset / length, length));
  }

  #release(): void {
    this.#dragging = false;
    this.#onChange();
  }

  #key(event: KeyboardEvent, stacked: boolean): void {
    const step = event.key === (stacked ? 'ArrowUp' : 'ArrowLeft') ? -KEY_STEP : KEY_STEP;
    if (step > 0 && event.key !== (stacked ? 'ArrowDown' : 'ArrowRight')) return;
    event.preventDefault();
    const box =
      event.currentTarget instanceof Element ? event.currentTarget.parentElement?.getBoundingClientRect() : undefined;
    if (box !== undefined) this.#set(clampShare(this.#share + step, stacked ? box.height : box.width));
  }

  #set(share: number): void {
    this.#share = share;
    this.#onChange();
  }
}
