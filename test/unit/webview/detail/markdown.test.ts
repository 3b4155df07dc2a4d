import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  type Block,
  type Inline,
  parseInline,
  parseMarkdown,
} from '../../../../src/webview/inspector/detail/markdown.ts';

describe('Markdown from a server', () => {
  it('is headings, lists, quotes, code, tables and paragraphs', () => {
    const blocks = parseMarkdown(
      '# One #\ntext\nmore\n\n- a\n  - b\n3. c\n> q\n---\n```js\nx = 1\n```\n| h | i |\n|---|---|\n| 1 | 2 |',
    );
    assert.deepEqual(
      blocks.map((block) => (block.kind === 'item' ? `${block.kind} ${block.depth} ${block.mark}` : block.kind)),
      ['heading', 'paragraph', 'item 0 •', 'item 1 •', 'item 0 3.', 'quote', 'rule', 'code', 'table'],
    );
    assert.deepEqual(blocks[0], { kind: 'heading', level: 1, inside: [{ kind: 'text', text: 'One' }] });
    assert.deepEqual(blocks[7], { kind: 'code', text: 'x = 1' });
  });

  it('shows where a link leads and what an image was to be', () => {
    assert.deepEqual(parseInline('[a](command:x) ![b](https://e/x.png)'), [
      { kind: 'link', text: 'a', url: 'command:x' },
      { kind: 'text', text: ' ' },
      { kind: 'image', text: 'b', url: 'https://e/x.png' },
    ]);
  });

  it('takes marks inside a name and marks without an end for text', () => {
    for (const text of ['snake_case_name', '2 * 3 * 4', '**open', '[a] (b)', '`', '<b>no</b>']) {
      assert.deepEqual(parseInline(text), [{ kind: 'text', text }]);
    }
  });

  it('keeps code to the end of the text where its fence is never closed', () => {
    assert.deepEqual(parseMarkdown('```\na\n# b'), [{ kind: 'code', text: 'a\n# b' }]);
  });

  it('loses no letter of any text', () => {
    // Without fences: what follows one on its line names a language, and is not shown.
    const texts = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '\n', '*', '_', '[', '](', ')', '|', '-', '#', '>'),
    });
    fc.assert(
      fc.property(texts, (text) => {
        assert.equal(letters(parseMarkdown(text).map(textOf).join('')), letters(text));
      }),
    );
  });

  it('has read thirty thousand of any character before anybody notices', () => {
    for (const unit of ['[', '*a', '`', '![', '](', '# ', '- ', '|-', '> ', '**_', '\\', '~~~\n', ' #']) {
      assert.ok(parseMarkdown(unit.repeat(30_000 / unit.length)).length < 31_000);
    }
  });
});

function letters(text: string): string {
  return text.replace(/[^ab]/g, '');
}

function textOf(block: Block): string {
  if (block.kind === 'rule') return '';
  if (block.kind === 'code') return block.text;
  if (block.kind === 'table') return block.rows.flat().map(inlineText).join('');
  return inlineText(block.inside);
}

function inlineText(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) =>
      'inside' in inline ? inlineText(inline.inside) : inline.text + ('url' in inline ? inline.url : ''),
    )
    .join('');
}
