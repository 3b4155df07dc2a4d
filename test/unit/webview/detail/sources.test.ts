import assert from 'node:assert/strict';
import type { StreamEvent } from '../../../../src/messages/inspector.ts';
import { HostBytes, PAGE } from '../../../../src/webview/inspector/detail/byteSource.ts';
import { EventList } from '../../../../src/webview/inspector/detail/eventList.ts';
import { Lazy } from '../../../../src/webview/inspector/detail/lazy.ts';

/** Resolves with the next change. */
function changes(): { onChange: () => void; next: () => Promise<void> } {
  let wake = (): void => {};
  return { onChange: () => wake(), next: () => new Promise((resolve) => (wake = resolve)) };
}

describe('bytes that the host gives by the page', () => {
  const length = PAGE * 2 + 5;
  const ask = (asked: [number, number][]) => (start: number, count: number) => {
    asked.push([start, count]);
    return Promise.resolve(Uint8Array.from({ length: count }, (_, index) => (start + index) % 251));
  };

  it('are asked for once, the last page as short as it is', async () => {
    const asked: [number, number][] = [];
    const { onChange, next } = changes();
    const bytes = new HostBytes(length, [], ask(asked), onChange);
    assert.equal(bytes.read(PAGE * 2, length), undefined);
    assert.equal(bytes.read(PAGE * 2, length), undefined);
    await next();
    assert.deepEqual(
      [...(bytes.read(PAGE * 2, length) ?? [])],
      [0, 1, 2, 3, 4].map((index) => (PAGE * 2 + index) % 251),
    );
    assert.deepEqual(asked, [[PAGE * 2, 5]]);
  });

  it('come in one piece where many are asked for', async () => {
    const asked: [number, number][] = [];
    const bytes = new HostBytes(100_000, [], ask(asked), () => {});
    const all = await bytes.load(3, 200_000);
    assert.equal(all.length, 99_997);
    assert.equal(asked.length, 2);
    assert.equal(all[70_000], 70_003 % 251);
  });

  it('are not asked for again after the host failed to give them', async () => {
    let asked = 0;
    const { onChange, next } = changes();
    const refuse = (): Promise<Uint8Array> => ((asked += 1), Promise.reject(new Error('gone')));
    const bytes = new HostBytes(length, [], refuse, onChange);
    bytes.read(0, 16);
    await next();
    bytes.read(0, 16);
    bytes.read(PAGE, PAGE + 16);
    assert.deepEqual([asked, bytes.failure], [1, 'gone']);
    await assert.rejects(bytes.load(0, 4), /gone/);
  });

  it('are a failure where fewer come than were asked for', async () => {
    const { onChange, next } = changes();
    const bytes = new HostBytes(length, [], () => Promise.resolve(new Uint8Array(3)), onChange);
    bytes.read(0, 16);
    await next();
    assert.match(bytes.failure ?? '', /no longer there/);
  });
});

describe('the events of a stream', () => {
  const event = (seq: number): StreamEvent => ({
    seq,
    time: seq,
    offset: 0,
    size: 1,
    chunks: 1,
    comments: [],
    malformed: [],
  });
  const total = 1000;
  const ask = (first: number, count: number): Promise<{ events: StreamEvent[]; total: number }> =>
    Promise.resolve({ events: Array.from({ length: count }, (_, index) => event((first + index) * 3)), total });

  it('are found by their number in few questions', async () => {
    let asked = 0;
    const list = new EventList(
      total,
      (first, count) => ((asked += 1), ask(first, count)),
      () => {},
    );
    assert.equal(await list.find(2001), 667);
    assert.ok(asked <= 10, `${asked} questions`);
    assert.equal(await list.find(2002), undefined);
    assert.equal(await list.find(99_999), undefined);
  });

  it('are fetched where they are looked at', async () => {
    const { onChange, next } = changes();
    const list = new EventList(total, ask, onChange);
    list.show(150, 180);
    await next();
    assert.equal(list.at(160)?.seq, 480);
    assert.equal(list.at(500), undefined);
  });

  it('are not asked for again where the host sends none', async () => {
    let asked = 0;
    const { onChange, next } = changes();
    const list = new EventList(50, () => ((asked += 1), Promise.resolve({ events: [], total: 50 })), onChange);
    list.show(0, 50);
    await next();
    list.show(0, 50);
    assert.equal(asked, 1);
    assert.match(list.failure ?? '', /missing/);
  });
});

describe('what is asked for when it is looked at', () => {
  it('is asked for once, and says why it is not there', async () => {
    const { onChange, next } = changes();
    let asked = 0;
    const lazy = new Lazy(() => ((asked += 1), Promise.reject<string>(new Error('refused'))), onChange);
    assert.deepEqual(lazy.get(), { kind: 'loading' });
    await next();
    assert.deepEqual(lazy.get(), { kind: 'failed', message: 'refused' });
    assert.equal(asked, 1);
  });
});
