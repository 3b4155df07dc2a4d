import assert from 'node:assert/strict';
import { CHUNKS_LIMIT } from '../../../../src/messages/inspector.ts';
import { readsText } from '../../../../src/webview/inspector/detail/hexView.ts';

describe('a hex view', () => {
  it('says how many reads there were, and does not take the most that it hears of for all', () => {
    assert.equal(readsText(1), '2 reads');
    assert.equal(readsText(CHUNKS_LIMIT - 1), '10,000 reads');
    assert.equal(readsText(CHUNKS_LIMIT), '10,000 and more reads');
  });
});
