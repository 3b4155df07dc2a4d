import assert from 'node:assert/strict';
import { Emitter, ObservableValue } from '../../../src/base/event.ts';

describe('events', () => {
  it('reach every listener in the order of subscription, until it unsubscribes', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const first = emitter.event((value) => heard.push(`first ${value}`));
    emitter.event((value) => heard.push(`second ${value}`));
    emitter.fire(1);
    first.dispose();
    first.dispose();
    emitter.fire(2);
    assert.deepEqual(heard, ['first 1', 'second 1', 'second 2']);
  });

  it('count a listener that subscribed twice as two', () => {
    const emitter = new Emitter<void>();
    let calls = 0;
    const listener = (): void => void (calls += 1);
    const once = emitter.event(listener);
    emitter.event(listener);
    emitter.fire();
    once.dispose();
    emitter.fire();
    assert.equal(calls, 3);
  });

  it('reach the others although one listener throws', () => {
    const errors: unknown[] = [];
    const emitter = new Emitter<void>((error) => errors.push(error));
    const failure = new Error('listener');
    let calls = 0;
    emitter.event(() => {
      throw failure;
    });
    emitter.event(() => (calls += 1));
    emitter.fire();
    assert.equal(calls, 1);
    assert.deepEqual(errors, [failure]);
  });

  it('are heard from the next one on by whoever subscribes during one', () => {
    const emitter = new Emitter<number>();
    const heard: number[] = [];
    const subscription = emitter.event(() => {
      subscription.dispose();
      emitter.event((value) => heard.push(value));
    });
    emitter.fire(1);
    emitter.fire(2);
    assert.deepEqual(heard, [2]);
  });

  it('are not heard any more by whoever was unsubscribed during one', () => {
    const emitter = new Emitter<void>();
    let calls = 0;
    emitter.event(() => second.dispose());
    const second = emitter.event(() => (calls += 1));
    emitter.fire();
    assert.equal(calls, 0);
  });

  it('end with their emitter', () => {
    const emitter = new Emitter<void>();
    let calls = 0;
    emitter.event(() => (calls += 1));
    assert.equal(emitter.hasListeners, true);
    emitter.dispose();
    emitter.fire();
    assert.equal(calls, 0);
    assert.equal(emitter.hasListeners, false);
  });
});

describe('an observable value', () => {
  it('tells of a change, with the value already new, and not of the same value again', () => {
    const state = new ObservableValue(1);
    const heard: number[][] = [];
    state.onDidChange((value) => heard.push([value, state.value]));
    state.value = 1;
    state.value = 2;
    state.value = Number.NaN;
    state.value = Number.NaN;
    assert.deepEqual(heard, [
      [2, 2],
      [Number.NaN, Number.NaN],
    ]);
    state.dispose();
    state.value = 3;
    assert.equal(heard.length, 2);
  });
});
