import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { textPieces, visibleText } from '../../../src/webview/shared/visibleText.ts';

describe('visible text', () => {
  it('escapes what reorders or hides, and leaves line breaks and emoji alone', () => {
    assert.equal(
      visibleText('a\u202eb\u0000\n👩\u200d💻\ttag\u{e0041}'),
      'a\\u202eb\\u0000\n👩\u200d💻\ttag\\udb40\\udc41',
    );
  });

  it('marks a run of invisible characters with their numbers', () => {
    assert.deepEqual(textPieces('a\u202e\u0007b'), ['a', { hidden: '\u202e\u0007', name: 'U+202E U+0007' }, 'b']);
  });

  it('is the text again when the pieces are put together', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', '\n', '\u202e', '\u0001', '\ud83d', '😀', '\u{e0041}') });
    fc.assert(
      fc.property(texts, (text) => {
        const pieces = textPieces(text).map((piece) => (typeof piece === 'string' ? piece : piece.hidden));
        assert.equal(pieces.join(''), text);
      }),
    );
  });

  it('gives up marking when there is nothing but marks', () => {
    assert.ok(textPieces('a\u0001'.repeat(100_000)).length < 3000);
  });
});
