import { html, type TemplateResult } from 'lit/html.js';
import { formatCount } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { visibleText } from '../../shared/visibleText.ts';
import { type Block, type Inline, parseMarkdown } from './markdown.ts';

/** Characters that are read as Markdown; the rest is there as text. */
const LONGEST = 30_000;

/** Markdown with its looks and without its powers: no link can be followed, nothing is loaded. */
export function markdownView(text: string): TemplateResult {
  const note = t('The first {0} of {1} characters.', formatCount(LONGEST), formatCount(text.length));
  return html`<div class="markdown">
    ${parseMarkdown(text.slice(0, LONGEST)).map((block) => blockView(block))}
    ${text.length > LONGEST ? html`<p class="extra">${note}</p>` : ''}
  </div>`;
}

function blockView(block: Block): TemplateResult {
  switch (block.kind) {
    case 'heading':
      // The levels of the page are not those of the text, which is only quoted here.
      return html`<p class="heading level-${block.level}"><strong>${inlineView(block.inside)}</strong></p>`;
    case 'paragraph':
      return html`<p>${inlineView(block.inside)}</p>`;
    case 'quote':
      return html`<blockquote>${inlineView(block.inside)}</blockquote>`;
    case 'item':
      return html`<p class="item depth-${block.depth}">
        <span class="bullet">${block.mark}</span> ${inlineView(block.inside)}
      </p>`;
    case 'code':
      return html`<pre><code>${visibleText(block.text)}</code></pre>`;
    case 'rule':
      return html`<hr />`;
    case 'table': {
      const [head, ...rows] = block.rows;
      return html`<table>
        <thead>
          <tr>
            ${head?.map((cell) => html`<th scope="col">${inlineView(cell)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${row.map((cell) => html`<td>${inlineView(cell)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>`;
    }
  }
}

function inlineView(inlines: readonly Inline[]): unknown {
  return inlines.map((inline) => {
    switch (inline.kind) {
      case 'text':
        return visibleText(inline.text);
      case 'code':
        return html`<code>${visibleText(inline.text)}</code>`;
      case 'strong':
        return html`<strong>${inlineView(inline.inside)}</strong>`;
      case 'emphasis':
        return html`<em>${inlineView(inline.inside)}</em>`;
      case 'strike':
        return html`<s>${inlineView(inline.inside)}</s>`;
      case 'link':
        return html`<span class="shown-link">${visibleText(inline.text)}</span
          ><span class="extra">${` (${visibleText(inline.url)})`}</span>`;
      case 'image':
        return html`<span class="extra"
          >${t('Image: {0}', visibleText(inline.text))} (${visibleText(inline.url)})</span
        >`;
    }
  });
}
