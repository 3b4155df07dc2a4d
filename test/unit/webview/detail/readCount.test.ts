import assert from 'node:assert/strict';
import { CHUNKS_LIMIT } from '../../../../src/messages/inspector.ts';
import { readCount } from '../../../../src/webview/inspector/detail/readCount.ts';

describe('how many reads a body came in', () => {
  it('is told up to the number that the host tells of, and as more than that beyond', () => {
    const starts = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
    assert.equal(readCount(starts(1)), '2');
    assert.equal(readCount(starts(CHUNKS_LIMIT - 1)), '10,000');
    assert.equal(readCount(starts(CHUNKS_LIMIT)), 'more than 10,000');
  });
});
