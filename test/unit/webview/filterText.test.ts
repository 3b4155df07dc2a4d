import assert from 'node:assert/strict';
import type { SavedFilter } from '../../../src/messages/inspector.ts';
import { complete, filterTerm, markError, withTerm } from '../../../src/webview/inspector/filterText.ts';
import { nameOf, withFilter } from '../../../src/webview/inspector/savedFilters.ts';

describe('the text of a filter', () => {
  it('quotes a value that would be something else without quotes', () => {
    assert.equal(filterTerm('method', 'tools/call'), 'method:tools/call');
    assert.equal(filterTerm('method', 'a b'), 'method:"a b"');
    assert.equal(filterTerm('method', 'a"\\b'), 'method:"a\\"\\\\b"');
    assert.equal(filterTerm('method', ''), 'method:""');
  });

  it('gets a term once', () => {
    assert.equal(withTerm('', 'a:b'), 'a:b');
    assert.equal(withTerm('x ', 'a:b'), 'x a:b');
    assert.equal(withTerm('a:b x', 'a:b'), 'a:b x');
    assert.equal(withTerm('a:bc', 'a:b'), 'a:bc a:b');
  });

  it('takes a completion in where it belongs, with the caret behind it', () => {
    assert.deepEqual(complete('x met', { text: 'method:', start: 2, end: 5 }), { text: 'x method:', caret: 9 });
    assert.deepEqual(complete('server:e', { text: 'server:echo', start: 0, end: 8 }), {
      text: 'server:echo ',
      caret: 12,
    });
    assert.deepEqual(complete('ser is:error', { text: 'server:echo', start: 0, end: 3 }), {
      text: 'server:echo is:error',
      caret: 11,
    });
  });

  it('shows the word that an error is about', () => {
    assert.deepEqual(markError('a metod:x b', 2), { before: 'a ', wrong: 'metod:x', after: ' b' });
    assert.deepEqual(markError('metod:x', 0), { before: '', wrong: 'metod:x', after: '' });
    assert.equal(markError('abc', undefined), undefined);
    assert.equal(markError('abc', 3), undefined);
  });
});

describe('saved filters', () => {
  it('have the latest first and no name twice', () => {
    const filters = withFilter(withFilter([], { name: 'a', text: '1' }), { name: 'b', text: '2' });
    assert.deepEqual(withFilter(filters, { name: 'a', text: '3' }), [
      { name: 'a', text: '3' },
      { name: 'b', text: '2' },
    ]);
  });

  it('have their text for a name where none was typed, cut, and numbered where another has it', () => {
    const [long, longer] = ['x'.repeat(250), 'x'.repeat(251)];
    let filters: readonly SavedFilter[] = [];
    for (const text of [long, longer, long, `${longer}y`, longer]) {
      filters = withFilter(filters, { name: nameOf(text, filters), text });
    }
    assert.deepEqual(
      filters.map(({ name, text }) => [name, text.length]),
      [
        [`${'x'.repeat(196)} (2)`, 251],
        [`${'x'.repeat(196)} (3)`, 252],
        ['x'.repeat(200), 250],
      ],
    );
    assert.equal(nameOf('tool:a', [{ name: 'tool:a', text: 'b' }]), 'tool:a (2)');
  });

  it('are no more than the host takes', () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ name: `n${index}`, text: 'x' }));
    const filters = withFilter(many, { name: 'new', text: 'x' });
    assert.equal(filters.length, 100);
    assert.equal(filters[0]?.name, 'new');
  });
});
