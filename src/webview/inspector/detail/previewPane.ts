import { html, nothing, type TemplateResult } from 'lit/html.js';
import { guard } from 'lit/directives/guard.js';
import { displayText } from '../../../base/displayText.ts';
import { indentJson } from '../../../base/indentJson.ts';
import { longExactText } from '../../shared/exactText.ts';
import { formatCount, formatSize } from '../../shared/format.ts';
import type { JsonRow, JsonTree } from '../../shared/jsonTree.ts';
import { t } from '../../shared/l10n.ts';
import { LocalBytes } from './byteSource.ts';
import { type HexHandlers, HexView } from './hexView.ts';
import { markdownView } from './markdownView.ts';
import { encodeBase64 } from './mediaType.ts';
import { MEDIA_LIMIT, type Preview, previewOf } from './preview.ts';

/** How a value is shown. Text: as it is, with Markdown's looks, or as JSON; bytes: as what they are, or as hex. */
type Look = 'text' | 'markdown' | 'json' | 'media' | 'hex';

/** Shows the value of the tree's current row where the tree cannot show it well. */
export class PreviewPane {
  readonly #handlers: HexHandlers;
  #row: JsonRow | undefined;
  #preview: Preview | undefined;
  #look: Look = 'text';
  #hex: HexView | undefined;
  /** The image or sound as a `data:` URL. */
  #url: string | undefined;

  constructor(handlers: HexHandlers) {
    this.#handlers = handlers;
  }

  template(tree: JsonTree, row: JsonRow): TemplateResult | typeof nothing {
    if (row.at !== this.#row?.at || row.slice !== this.#row.slice) this.#take(tree, row);
    const preview = this.#preview;
    if (preview === undefined) return nothing;
    const looks = looksOf(preview);
    return html`<section class="preview" aria-label=${t('Value')}>
      <div class="preview-head">
        <span class="extra">${describe(preview)}</span>
        ${looks.length < 2 ? nothing : html`<div class="looks" role="group" aria-label=${t('Show as')}>${looks.map((look) => this.#choice(look))}</div>`}
      </div>
      <div
        class="preview-body ${this.#look}"
        tabindex=${this.#look === 'hex' ? -1 : 0}
        role="group"
        aria-label=${t('Contents')}
      >
        ${this.#body(preview)}
      </div>
    </section>`;
  }

  #take(tree: JsonTree, row: JsonRow): void {
    this.#row = row;
    this.#preview = previewOf(tree, row);
    this.#hex = undefined;
    this.#url = undefined;
    const [first = 'text'] = this.#preview === undefined ? [] : looksOf(this.#preview);
    this.#look = first;
  }

  #choice(look: Look): TemplateResult {
    const titles = { text: t('Text'), markdown: t('Markdown'), json: t('JSON'), media: t('Content'), hex: t('Hex') };
    return html`<button
      class="toggle"
      aria-pressed=${look === this.#look}
      @click=${() => {
        this.#look = look;
        this.#handlers.redraw();
      }}
    >
      ${titles[look]}
    </button>`;
  }

  #body(preview: Preview): unknown {
    if (preview.kind === 'text') {
      const { text } = preview;
      if (this.#look === 'markdown') return guard([text, 'markdown'], () => markdownView(text));
      return guard([text, this.#look], () => longExactText(this.#look === 'json' ? indentJson(text) : text));
    }
    if (this.#look === 'media') return this.#media(preview);
    this.#hex ??= new HexView(new LocalBytes(preview.bytes), this.#handlers);
    return this.#hex.template();
  }

  #media({ bytes, type }: Extract<Preview, { kind: 'bytes' }>): TemplateResult {
    this.#url ??= `data:${type?.mimeType ?? ''};base64,${encodeBase64(bytes)}`;
    const name = t('{0}, {1}', type?.mimeType ?? '', formatSize(bytes.length));
    return type?.kind === 'image'
      ? html`<img src=${this.#url} alt=${t('Image, {0}', name)} />`
      : html`<audio controls preload="metadata" src=${this.#url} aria-label=${t('Sound, {0}', name)}></audio>`;
  }
}

function looksOf(preview: Preview): Look[] {
  if (preview.kind === 'text') {
    if (preview.isJson) return ['json', 'text'];
    return preview.isMarkdown ? ['markdown', 'text'] : ['text'];
  }
  const isMedia = preview.type !== undefined && preview.type.kind !== 'other' && preview.bytes.length <= MEDIA_LIMIT;
  return isMedia ? ['media', 'hex'] : ['hex'];
}

function describe(preview: Preview): string {
  if (preview.kind === 'text') {
    const lines = preview.text.split('\n', 100_001).length;
    const characters = t('{0} characters', formatCount(preview.text.length));
    return lines === 1 ? characters : `${characters}, ${t('{0} lines', formatCount(lines))}`;
  }
  const { bytes, type, claimed } = preview;
  const found = type?.mimeType ?? t('unknown type');
  const size = formatSize(bytes.length);
  // An SVG or a made-up type is no lie that matters; a picture that is none is one.
  return claimed === undefined || claimed === type?.mimeType
    ? t('Base64: {0}, {1}', found, size)
    : t('Base64: {0}, {1}; the server says {2}', found, size, displayText(claimed, 100));
}
