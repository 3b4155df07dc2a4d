import assert from 'node:assert/strict';
import { type Disposable, DisposableStore, MutableDisposable, toDisposable } from '../../../src/base/lifecycle.ts';

function tracked(log: string[], name: string): Disposable {
  return { dispose: () => void log.push(name) };
}

describe('a disposable of a function', () => {
  it('runs it once, also when disposing leads back to itself', () => {
    let runs = 0;
    const disposable: Disposable = toDisposable(() => {
      runs += 1;
      disposable.dispose();
    });
    disposable.dispose();
    disposable.dispose();
    assert.equal(runs, 1);
  });
});

describe('a store of disposables', () => {
  it('disposes of the last first, and of each once', () => {
    const log: string[] = [];
    const store = new DisposableStore();
    for (const name of ['a', 'b', 'c']) store.add(tracked(log, name));
    store.dispose();
    store.dispose();
    assert.deepEqual(log, ['c', 'b', 'a']);
    assert.equal(store.isDisposed, true);
  });

  it('disposes at once of what comes too late', () => {
    const log: string[] = [];
    const store = new DisposableStore();
    store.dispose();
    store.add(tracked(log, 'late'));
    assert.deepEqual(log, ['late']);
  });

  it('can be used again after it was cleared', () => {
    const log: string[] = [];
    const store = new DisposableStore();
    store.add(tracked(log, 'a'));
    store.clear();
    store.add(tracked(log, 'b'));
    assert.deepEqual(log, ['a']);
    store.dispose();
    assert.deepEqual(log, ['a', 'b']);
  });

  it('disposes of all although one of them throws, and then throws it', () => {
    const log: string[] = [];
    const store = new DisposableStore();
    const fail = (message: string): Disposable =>
      toDisposable(() => {
        throw new Error(message);
      });
    store.add(tracked(log, 'a'));
    store.add(fail('first'));
    store.add(tracked(log, 'b'));
    assert.throws(() => store.clear(), /first/);
    assert.deepEqual(log, ['b', 'a']);
    store.add(fail('one'));
    store.add(fail('two'));
    assert.throws(() => store.dispose(), AggregateError);
  });
});

describe('a disposable that is swapped', () => {
  it('disposes of the last when it gets the next, and of none that it has already', () => {
    const log: string[] = [];
    const slot = new MutableDisposable();
    const a = tracked(log, 'a');
    slot.value = a;
    slot.value = a;
    assert.deepEqual(log, []);
    slot.value = tracked(log, 'b');
    assert.deepEqual(log, ['a']);
    slot.dispose();
    assert.deepEqual(log, ['a', 'b']);
    assert.equal(slot.value, undefined);
  });

  it('disposes at once of what comes too late', () => {
    const log: string[] = [];
    const slot = new MutableDisposable();
    slot.dispose();
    slot.value = tracked(log, 'late');
    assert.deepEqual(log, ['late']);
    assert.equal(slot.value, undefined);
  });
});
