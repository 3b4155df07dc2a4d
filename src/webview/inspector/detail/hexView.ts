import { html, nothing, type TemplateResult } from 'lit/html.js';
import { formatCount, formatSize } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { visibleText } from '../../shared/visibleText.ts';
import type { ByteSource } from './byteSource.ts';
import * as hex from './hexText.ts';
import { readCount } from './readCount.ts';
import { VirtualRows } from './virtualRows.ts';

/** Bytes of a selection that are copied; more is for an editor. */
const COPY_LIMIT = 1_000_000;
/** Bytes of a selection whose text is told. */
const TOLD_BYTES = 48;

const { ROW_BYTES } = hex;

export interface HexHandlers {
  redraw: () => void;
  /** Puts text on the clipboard and says so. */
  copy: (text: string) => void;
  fail: (message: string) => void;
}

/** Bytes in rows of sixteen, as digits and as text; what is selected in one is selected in the other. */
export class HexView {
  readonly #bytes: ByteSource;
  readonly #handlers: HexHandlers;
  readonly #rows: VirtualRows;
  #cursor = 0;
  /** Where the selection began; it goes from here to the cursor, both included. */
  #anchor = 0;
  #side: 'hex' | 'text' = 'hex';
  #isWrongOffset = false;

  constructor(bytes: ByteSource, handlers: HexHandlers) {
    this.#bytes = bytes;
    this.#handlers = handlers;
    this.#rows = new VirtualRows(handlers.redraw);
  }

  template(): TemplateResult {
    const { length, failure } = this.#bytes;
    const total = Math.ceil(length / ROW_BYTES);
    if (failure !== undefined) {
      return html`<p class="remark" role="alert">${t('The bytes could not be fetched: {0}', failure)}</p>`;
    }
    return html`<div class="hex">
      ${this.#bar()}
      <div
        class="rows hex-rows"
        role="grid"
        aria-label=${t('Bytes')}
        aria-rowcount=${total}
        aria-colcount="3"
        aria-multiselectable="true"
        @keydown=${(event: KeyboardEvent) => this.#key(event)}
        @copy=${(event: ClipboardEvent) => {
          event.preventDefault();
          void this.#copy();
        }}
        @pointerdown=${(event: PointerEvent) => this.#point(event, event.shiftKey, true)}
        @pointermove=${(event: PointerEvent) => {
          if ((event.buttons & 1) === 1) this.#point(event, true, false);
        }}
      >
        ${this.#rows.template(total, (index) => ({ content: this.#row(index) }))}
      </div>
      <p class="hex-status" role="status">${this.#told()}</p>
    </div>`;
  }

  #bar(): TemplateResult {
    const { length, chunkStarts } = this.#bytes;
    return html`<div class="tab-bar">
      <input
        class="offset"
        type="text"
        spellcheck="false"
        autocomplete="off"
        aria-label=${t('Go to offset')}
        placeholder=${t('Go to offset, e.g. 0x1f')}
        aria-invalid=${this.#isWrongOffset}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'Enter' && event.target instanceof HTMLInputElement) this.#goTo(event.target.value);
        }}
      />
      <span class="extra">${formatSize(length)}</span>
      ${
        chunkStarts.length === 0
          ? nothing
          : html`<span class="reads">
              <button class="link" @click=${() => this.#goToRead(-1)} aria-label=${t('Previous read')}>‹</button>
              <span class="chunk-mark" aria-hidden="true"></span> ${t('{0} reads', readCount(chunkStarts))}
              <button class="link" @click=${() => this.#goToRead(1)} aria-label=${t('Next read')}>›</button>
            </span>`
      }
      <button class="link last" @click=${() => void this.#copy()}>
        ${this.#side === 'hex' ? t('Copy Hex') : t('Copy Text')}
      </button>
    </div>`;
  }

  #row(index: number): TemplateResult {
    const start = index * ROW_BYTES;
    const bytes = this.#bytes.read(start, Math.min(start + ROW_BYTES, this.#bytes.length));
    const runs = bytes === undefined ? [] : hex.hexRuns(bytes, this.#marks(start, bytes.length));
    const side = this.#side;
    const span = (run: hex.HexRun, text: string, isHere: boolean): TemplateResult => {
      const classes = `${run.isSelected ? 'selected' : ''} ${run.isCursor && isHere ? 'cursor' : ''}`;
      return html`<span class="${classes} ${run.isChunkStart ? 'chunk' : ''}">${text}</span>`;
    };
    // No white space between the spans: a character of it would move all that follows.
    return html`<span class="hex-offset" role="gridcell">${hex.hexOffset(start)}</span
      ><span class="hex-bytes" role="gridcell" data-side="hex"
        >${runs.map((run) => html`${run.gap}${span(run, run.hex, side === 'hex')}`)}</span
      ><span class="hex-text" role="gridcell" data-side="text"
        >${runs.map((run) => span(run, run.text, side === 'text'))}</span
      >`;
  }

  #marks(start: number, count: number): hex.HexMarks {
    const { from, to } = this.#selection();
    const chunkStarts = new Set<number>();
    const all = this.#bytes.chunkStarts;
    for (let at = firstFrom(all, start); at < all.length; at += 1) {
      const offset = (all[at] ?? 0) - start;
      if (offset >= count) break;
      chunkStarts.add(offset);
    }
    return { selection: { from: from - start, to: to - start }, cursor: this.#cursor - start, chunkStarts };
  }

  #selection(): { from: number; to: number } {
    return { from: Math.min(this.#anchor, this.#cursor), to: Math.max(this.#anchor, this.#cursor) + 1 };
  }

  /** What is selected, in words and numbers. */
  #told(): string {
    const { from, to } = this.#selection();
    const place = t('Offset {0} (0x{1})', formatCount(from), from.toString(16));
    const start = Math.floor(from / ROW_BYTES) * ROW_BYTES;
    const bytes: number[] = [];
    for (let row = start; row < Math.min(to, from + TOLD_BYTES); row += ROW_BYTES) {
      bytes.push(...(this.#bytes.read(row, Math.min(row + ROW_BYTES, this.#bytes.length)) ?? []));
    }
    const selected = Uint8Array.from(bytes.slice(from - start, Math.min(to, from + TOLD_BYTES) - start));
    const text = visibleText(new TextDecoder().decode(selected)).replace(/[\t\n\r]/g, (space) =>
      JSON.stringify(space).slice(1, -1),
    );
    const first = selected[0];
    if (to - from === 1)
      return first === undefined ? place : `${place} · ${first} · 0x${hex.hexByte(first)} · “${text}”`;
    return `${place} · ${t('{0} bytes selected', formatCount(to - from))} · “${text}”${to - from > TOLD_BYTES ? '…' : ''}`;
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key === 'a') {
      this.#anchor = 0;
      this.#cursor = this.#bytes.length - 1;
      this.#handlers.redraw();
    } else if (event.key === ' ') {
      this.#side = this.#side === 'hex' ? 'text' : 'hex';
      this.#handlers.redraw();
    } else {
      const next = hex.moveCursor(event, this.#cursor, this.#bytes.length, this.#rows.page);
      if (next === undefined) return;
      this.#moveTo(next, event.shiftKey, true);
    }
    event.preventDefault();
  }

  #moveTo(offset: number, extend: boolean, focus: boolean): void {
    this.#cursor = offset;
    if (!extend) this.#anchor = offset;
    this.#rows.reveal(Math.floor(offset / ROW_BYTES), focus);
  }

  #point(event: PointerEvent, extend: boolean, isStart: boolean): void {
    if (event.button > 0) return;
    const element = document.elementFromPoint(event.clientX, event.clientY);
    const row = element?.closest<HTMLElement>('[data-index]');
    if (row === null || row === undefined) return;
    if (isStart) this.#side = element?.closest('[data-side="text"]') ? 'text' : 'hex';
    const cell = row.querySelector(`[data-side="${this.#side}"]`)?.getBoundingClientRect();
    if (cell === undefined || cell.width === 0) return;
    const share = Math.max(0, Math.min(0.999, (event.clientX - cell.left) / cell.width));
    const column = this.#side === 'text' ? Math.floor(share * ROW_BYTES) : hex.byteAtColumn(share * hex.HEX_COLUMNS);
    const offset = Number(row.dataset['index']) * ROW_BYTES + column;
    this.#moveTo(Math.min(this.#bytes.length - 1, offset), extend, true);
    event.preventDefault();
  }

  #goTo(text: string): void {
    const offset = hex.parseOffset(text);
    this.#isWrongOffset = offset === undefined || offset >= this.#bytes.length;
    if (offset !== undefined && !this.#isWrongOffset) this.#moveTo(offset, false, true);
    else this.#handlers.fail(t('There is no such offset: the last is 0x{0}.', (this.#bytes.length - 1).toString(16)));
  }

  #goToRead(step: 1 | -1): void {
    const starts = [0, ...this.#bytes.chunkStarts];
    const target =
      step === 1 ? starts.find((start) => start > this.#cursor) : starts.findLast((start) => start < this.#cursor);
    if (target !== undefined) this.#moveTo(target, false, false);
  }

  async #copy(): Promise<void> {
    const { from, to } = this.#selection();
    try {
      if (to - from > COPY_LIMIT) throw new Error(t('At most {0} bytes can be copied.', formatCount(COPY_LIMIT)));
      const bytes = await this.#bytes.load(from, to);
      const text =
        this.#side === 'text'
          ? new TextDecoder().decode(bytes)
          : Array.from(bytes, (byte) => hex.hexByte(byte)).join(' ');
      this.#handlers.copy(text);
    } catch (error) {
      this.#handlers.fail(error instanceof Error ? error.message : String(error));
    }
  }
}

/** The index of the first of ascending numbers that is not below `least`. */
function firstFrom(ascending: readonly number[], least: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
