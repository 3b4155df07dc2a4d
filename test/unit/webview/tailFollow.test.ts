import assert from 'node:assert/strict';
import { following, pause, scrolled, unseen } from '../../../src/webview/shared/tailFollow.ts';

describe('following the tail', () => {
  it('counts nothing as new while it follows', () => {
    assert.equal(unseen(following, 500), 0);
  });

  it('counts what arrives after the user scrolled up', () => {
    const tail = scrolled(following, false, 100);
    assert.equal(unseen(tail, 100), 0);
    assert.equal(unseen(tail, 130), 30);
  });

  it('does not forget what was new when the user scrolls on', () => {
    const tail = scrolled(following, false, 100);
    assert.equal(unseen(scrolled(tail, false, 120), 130), 30);
    assert.equal(unseen(pause(tail, 125), 130), 30);
  });

  it('follows again when the user scrolls to the end', () => {
    const tail = scrolled(following, false, 100);
    assert.deepEqual(scrolled(tail, true, 130), following);
  });
});
