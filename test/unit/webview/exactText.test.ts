import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { textBlocks } from '../../../src/webview/shared/exactText.ts';

describe('a long exact text', () => {
  it('is its blocks put together, none of them long', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', '\n', '😀', 'x'.repeat(700)), maxLength: 40 });
    fc.assert(
      fc.property(texts, (text) => {
        const blocks = textBlocks(text);
        assert.equal(blocks.join(''), text);
        assert.ok(blocks.every((block) => block.length <= 4000 && block !== ''));
      }),
    );
  });

  it('is cut at the ends of lines, and never through a character', () => {
    const lines = `${'l'.repeat(900)}\n`.repeat(20);
    assert.ok(textBlocks(lines).every((block) => block.endsWith('\n')));
    assert.ok(textBlocks(`x${'😀'.repeat(9000)}`).every((block) => block.isWellFormed()));
  });
});
