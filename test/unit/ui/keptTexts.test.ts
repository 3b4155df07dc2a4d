import assert from 'node:assert/strict';
import { KeptTexts } from '../../../src/ui/inspector/keptTexts.ts';

const MEGABYTE = 1024 * 1024;

describe('Messages that editors show', () => {
  it('are kept up to 64 MB, the latest, and no more than 50', () => {
    const texts = new KeptTexts();
    for (let index = 0; index < 50; index += 1) texts.add(`${index}`, `${index}`.padEnd(5 * MEGABYTE, 'x'));
    assert.equal(texts.bytes, 60 * MEGABYTE);
    assert.deepEqual(
      [texts.get('43'), texts.get('44')?.slice(0, 3), texts.get('49')?.slice(0, 3)],
      [undefined, '44x', '49x'],
    );
    for (let index = 100; index < 200; index += 1) texts.add(`${index}`, 'x');
    assert.deepEqual([texts.bytes, texts.get('149'), texts.get('150')], [100, undefined, 'x']);
  });

  it('are two however long they are, as a comparison shows two', () => {
    const texts = new KeptTexts();
    for (const key of ['a', 'b', 'c']) texts.add(key, key.repeat(40 * MEGABYTE));
    assert.deepEqual(
      [texts.get('a'), texts.get('b')?.length, texts.get('c')?.length],
      [undefined, 40 * MEGABYTE, 40 * MEGABYTE],
    );
  });

  it('are forgotten when they are closed', () => {
    const texts = new KeptTexts();
    texts.add('a', 'xx');
    texts.add('b', 'y');
    texts.forget('a');
    texts.forget('a');
    assert.deepEqual([texts.get('a'), texts.get('b'), texts.bytes], [undefined, 'y', 2]);
  });
});
