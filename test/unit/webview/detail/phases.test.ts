import assert from 'node:assert/strict';
import { phasesOf, readsOf } from '../../../../src/webview/inspector/detail/phases.ts';

describe('the phases of a request', () => {
  it('follow one another', () => {
    assert.deepEqual(phasesOf({ connectMs: 1, firstByteMs: 5, answerMs: 9, endMs: 12 }, false), [
      { name: 'connect', start: 0, end: 1 },
      { name: 'wait', start: 1, end: 5 },
      { name: 'answer', start: 5, end: 9 },
      { name: 'close', start: 9, end: 12 },
    ]);
  });

  it('end with the one that goes on', () => {
    assert.deepEqual(phasesOf({}, true), [{ name: 'connect', start: 0 }]);
    assert.deepEqual(phasesOf({ connectMs: 1 }, true).at(-1), { name: 'wait', start: 1 });
    assert.deepEqual(phasesOf({ firstByteMs: 3 }, true).at(-1), { name: 'answer', start: 3 });
    assert.deepEqual(phasesOf({ firstByteMs: 3, endMs: 7 }, true).at(-1), { name: 'close', start: 3, end: 7 });
  });

  it('begin with waiting where there is nothing to connect', () => {
    assert.deepEqual(phasesOf({}, true, 'answer'), [{ name: 'answer', start: 0 }]);
    assert.deepEqual(phasesOf({ answerMs: 4 }, false, 'answer'), [{ name: 'answer', start: 0, end: 4 }]);
  });

  it('never run backwards', () => {
    const phases = phasesOf({ connectMs: 4, firstByteMs: 3, answerMs: 2 }, false);
    assert.deepEqual(
      phases.map(({ start, end }) => [start, end]),
      [
        [0, 4],
        [4, 4],
        [4, 4],
      ],
    );
  });
});

describe('the reads of a body', () => {
  it('cover it', () => {
    assert.deepEqual(readsOf([10, 25], 30), [
      { start: 0, size: 10 },
      { start: 10, size: 15 },
      { start: 25, size: 5 },
    ]);
    assert.deepEqual(readsOf([], 7), [{ start: 0, size: 7 }]);
  });
});
