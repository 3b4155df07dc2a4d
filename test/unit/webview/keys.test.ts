import assert from 'node:assert/strict';
import { nextIndex } from '../../../src/webview/shared/keys.ts';
import { clampShare } from '../../../src/webview/shared/splitView.ts';

describe('keys', () => {
  it('move within the row of things and not past its ends', () => {
    assert.equal(nextIndex('ArrowDown', 2, 10, 'vertical'), 3);
    assert.equal(nextIndex('ArrowDown', 9, 10, 'vertical'), 9);
    assert.equal(nextIndex('ArrowUp', 0, 10, 'vertical'), 0);
    assert.equal(nextIndex('End', 0, 10, 'vertical'), 9);
    assert.equal(nextIndex('PageDown', 2, 100, 'vertical', 20), 22);
    assert.equal(nextIndex('ArrowLeft', 2, 3, 'horizontal'), 1);
  });

  it('are left to others when they mean nothing here', () => {
    assert.equal(nextIndex('ArrowLeft', 2, 10, 'vertical'), undefined);
    assert.equal(nextIndex('PageDown', 2, 10, 'vertical'), undefined);
    assert.equal(nextIndex('ArrowDown', -1, 0, 'vertical'), undefined);
  });
});

describe('the split', () => {
  it('keeps both sides wide enough to be grabbed', () => {
    assert.equal(clampShare(0.01, 1200), 0.1);
    assert.equal(clampShare(0.99, 1200), 0.9);
    assert.equal(clampShare(0.9, 200), 0.5);
  });
});
