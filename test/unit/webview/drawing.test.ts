import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterDrawing, Drawing } from '../../../src/webview/shared/drawing.ts';

/** Frames come when the test says so. */
let frames: FrameRequestCallback[] = [];

function frame(): void {
  for (const callback of frames.splice(0)) callback(0);
}

describe('Drawing', () => {
  const before = globalThis.requestAnimationFrame;

  beforeEach(() => {
    frames = [];
    globalThis.requestAnimationFrame = (callback) => frames.push(callback);
  });
  afterEach(() => {
    globalThis.requestAnimationFrame = before;
  });

  it('comes before the frame, in a task of its own, once for all who asked', async () => {
    let drawn = 0;
    const drawing = new Drawing(() => (drawn += 1));
    drawing.request();
    drawing.request();
    await Promise.resolve();
    assert.equal(drawn, 0);
    await sleep(1);
    assert.equal(drawn, 1);
  });

  it('comes at most once a frame', async () => {
    let drawn = 0;
    const drawing = new Drawing(() => (drawn += 1));
    drawing.request();
    await sleep(1);
    drawing.request();
    drawing.request();
    await sleep(5);
    assert.equal(drawn, 1);
    frame();
    await sleep(1);
    assert.equal(drawn, 2);
    frame();
    await sleep(5);
    assert.equal(drawn, 2);
  });

  it('is there for whoever waits for it, whether a frame was under way or not', async () => {
    let drawn = 0;
    const drawing = new Drawing(() => (drawn += 1));
    const seen: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      drawing.request();
      afterDrawing(() => seen.push(drawn));
      frame();
      await sleep(5);
    }
    assert.deepEqual(seen, [1, 2]);
  });
});
