import assert from 'node:assert/strict';
import { displayText } from '../../../src/base/displayText.ts';

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
