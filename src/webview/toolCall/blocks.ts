import { html, nothing, type TemplateResult } from 'lit/html.js';
import { displayText } from '../../base/displayText.ts';
import { indentJson } from '../../base/indentJson.ts';
import { IMAGE_TYPES, type ResultBlock } from '../../messages/toolCall.ts';
import { exactText } from '../shared/exactText.ts';
import { formatCount, formatSize } from '../shared/format.ts';
import { isJson } from '../shared/jsonScan.ts';
import { t } from '../shared/l10n.ts';

/** UTF-16 units of a text block that are shown; the whole result opens in an editor. */
const LONGEST_TEXT = 200_000;

/** What a server answered, block by block. All of it is text to us: nothing is interpreted, followed or loaded. */
export function resultBlocks(blocks: readonly ResultBlock[]): TemplateResult {
  if (blocks.length === 0) return html`<p class="remark">${t('The result has no content.')}</p>`;
  return html`<div class="blocks">${blocks.map((block) => resultBlock(block))}</div>`;
}

function resultBlock(block: ResultBlock): TemplateResult {
  switch (block.type) {
    case 'text':
      return block.json
        ? jsonText(block.text)
        : html`<pre class="block text" tabindex="0">${exactText(cut(block.text))}</pre>
            ${cutNote(block.text)}`;
    case 'image':
      return image(block);
    case 'link':
      return html`<div class="block link-block">
        <div class="block-title">${displayText(block.name, 300)}</div>
        <code>${displayText(block.uri, 4000)}</code>
        ${block.description === undefined ? nothing : html`<p>${displayText(block.description, 4000)}</p>`}
      </div>`;
    case 'other':
      return html`<div class="block-title">${displayText(block.title, 300)}</div>
        ${jsonText(block.json)}`;
  }
}

/** JSON with indentation; whatever is not JSON after all, as it is. */
export function jsonText(text: string): TemplateResult {
  const short = cut(text);
  return html`<pre class="block code" tabindex="0">
${exactText(short === text && isJson(text) ? indentJson(text) : short)}</pre>
    ${cutNote(text)}`;
}

function image({ mimeType, data, size }: Extract<ResultBlock, { type: 'image' }>): TemplateResult {
  const name = t('Image, {0}, {1}', displayText(mimeType, 100), formatSize(size));
  const isPicture = IMAGE_TYPES.includes(mimeType) && /^[A-Za-z0-9+/]*={0,2}$/.test(data);
  return html`<figure class="block image">
    ${isPicture ? html`<img src=${`data:${mimeType};base64,${data}`} alt=${name} />` : nothing}
    <figcaption>${name}</figcaption>
  </figure>`;
}

function cut(text: string): string {
  return text.length <= LONGEST_TEXT ? text : text.slice(0, LONGEST_TEXT);
}

function cutNote(text: string): TemplateResult | typeof nothing {
  if (text.length <= LONGEST_TEXT) return nothing;
  const shown = formatCount(LONGEST_TEXT);
  return html`<p class="remark">
    ${t('The first {0} of {1} characters. Open Result in Editor shows all.', shown, formatCount(text.length))}
  </p>`;
}
