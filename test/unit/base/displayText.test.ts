import assert from 'node:assert/strict';
import { displayText, plainMessage } from '../../../src/base/displayText.ts';

describe('display text', () => {
  it('removes bidi, tag and control characters', () => {
    assert.equal(displayText('safe\u202etxt.exe\u2066 \u{e0041}\u0000\u0007name'), 'safetxt.exe name');
  });

  it('removes terminal sequences whole', () => {
    assert.equal(displayText('\u001b[31mred\u001b[0m \u001b]52;c;ZXZpbA==\u0007copy'), 'red copy');
  });

  it('has one line', () => {
    assert.equal(displayText('a\r\nb\u2028c\td'), 'a b c d');
  });

  it('leaves letters, emoji and their joiners as they are', () => {
    assert.equal(displayText('Grüße 👩\u200d💻 日本'), 'Grüße 👩\u200d💻 日本');
  });

  it('is never longer than asked for and does not cut a character in half', () => {
    assert.equal(displayText('abcdef', 4), 'abc…');
    assert.equal(displayText('ab😀def', 4), 'ab…');
    assert.ok(displayText('x'.repeat(10_000_000), 40).length <= 40);
  });
});

describe('plain messages', () => {
  it('cannot become a link that runs a command', () => {
    assert.equal(plainMessage('see [details](command:x.y)'), 'see [details]\u2060(command:x.y)');
    assert.equal(plainMessage('[a](command:b) [c](https://d)'), '[a]\u2060(command:b) [c]\u2060(https://d)');
  });

  it('cannot become a link by invisible characters that are removed from them', () => {
    assert.equal(plainMessage('[a]\u200b(command:b)'), '[a]\u2060(command:b)');
  });

  it('cannot become an icon', () => {
    assert.equal(plainMessage('$(trash) and $$(sync~spin)'), '$\u2060(trash) and $$\u2060(sync~spin)');
  });

  it('leaves other text as it is', () => {
    assert.equal(plainMessage('“files” [x] (y) costs $5 ($PATH)'), '“files” [x] (y) costs $5 ($PATH)');
  });
});
