import { html, type TemplateResult } from 'lit/html.js';
import { guard } from 'lit/directives/guard.js';
import { type TextPiece, textPieces } from './visibleText.ts';

/** A text exactly as it is, for copying as well, in which what is invisible has a mark and cannot reorder what is around it. */
export function exactText(text: string): unknown {
  return marked(textPieces(text));
}

function marked(pieces: readonly TextPiece[]): unknown {
  return pieces.map((piece) =>
    typeof piece === 'string'
      ? piece
      : html`<span class="hidden-character" data-name=${piece.name}>${piece.hidden}</span>`,
  );
}

/** UTF-16 units of a block: short enough to be laid out at once, long enough that a million of them are few blocks. */
const BLOCK = 4000;
/** Pieces of a long text with marks between them; beyond, what is invisible is escaped and takes no element. */
const MOST_MARKS = 1000;

/** Cuts a long text into blocks, at the ends of lines where there are any; together they are the text. */
export function textBlocks(text: string): string[] {
  const blocks: string[] = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(text.length, from + BLOCK);
    if (to < text.length) {
      const lineEnd = text.slice(from, to).lastIndexOf('\n');
      if (lineEnd >= 0) to = from + lineEnd + 1;
      // A pair of surrogates is one character.
      else if (/[\ud800-\udbff]/.test(text.charAt(to - 1))) to -= 1;
    }
    blocks.push(text.slice(from, to));
    from = to;
  }
  return blocks;
}

/** A long text exactly as it is, in blocks that the browser lays out only where they are seen. A block that does not begin a line has a mark. */
export function longExactText(text: string): TemplateResult {
  const blocks = (): unknown => {
    let marks = 0;
    return textBlocks(text).map((block, index, all) => {
      const pieces = textPieces(block, MOST_MARKS - marks);
      marks += pieces.length - 1;
      const isContinued = index > 0 && !all[index - 1]?.endsWith('\n');
      return html`<span class="text-block ${isContinued ? 'continued' : ''}">${marked(pieces)}</span>`;
    });
  };
  return html`<pre class="raw" @copy=${copyExactly}>${guard([text], blocks)}</pre>`;
}

/** Without this, the browser would copy a line break at the end of every block. */
function copyExactly(event: ClipboardEvent): void {
  const selection = getSelection();
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return;
  event.clipboardData?.setData('text/plain', selection.getRangeAt(0).toString());
  event.preventDefault();
}
