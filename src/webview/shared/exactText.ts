import { html } from 'lit';
import { textPieces } from './visibleText.ts';

/** A text exactly as it is, for copying as well, in which what is invisible has a mark and cannot reorder what is around it. */
export function exactText(text: string): unknown {
  return textPieces(text).map((piece) =>
    typeof piece === 'string'
      ? piece
      : html`<span class="hidden-character" data-name=${piece.name}>${piece.hidden}</span>`,
  );
}
