import assert from 'node:assert/strict';
import type { Completion, InspectorRequest } from '../../../src/messages/inspector.ts';
import { isInspectorEvent, isInspectorResponse } from '../../../src/messages/inspectorChecks.ts';
import { FilterBox } from '../../../src/webview/inspector/filterBox.ts';
import type { InspectorChannel } from '../../../src/webview/inspector/trafficList.ts';
import { HostChannel } from '../../../src/webview/shared/channel.ts';
import { HandClock, settled } from './support.ts';

/** A box whose host knows some completions, as far as `answers` says; what it applied, in order. */
function boxWith(completions: readonly Completion[]): { box: FilterBox; applied: string[]; clock: HandClock } {
  const clock = new HandClock();
  const applied: string[] = [];
  let hear = (_message: unknown): void => {};
  const port = {
    post(message: unknown): void {
      // The box asks for nothing else.
      const { request, body } = message as { request: number; body: InspectorRequest };
      hear({ response: request, body: { type: body.type, completions } });
    },
    listen: (listener: typeof hear) => (hear = listener),
  };
  const channel: InspectorChannel = new HostChannel(port, clock, isInspectorResponse, isInspectorEvent);
  const box = new FilterBox(channel, clock, '', {
    apply(text) {
      applied.push(text);
      box.text = text;
    },
    redraw: () => {},
    announceChoices: () => {},
  });
  return { box, applied, clock };
}

const key = (name: string): { key: string; ctrlKey: boolean } => ({ key: name, ctrlKey: false });
const words: Completion[] = [
  { text: 'method:', start: 0, end: 3 },
  { text: 'message', start: 0, end: 3 },
];

describe('the filter box', () => {
  it('applies after a pause in typing', async () => {
    const { box, applied, clock } = boxWith([]);
    box.typed('a', 1);
    await clock.pass(150);
    box.typed('ab', 2);
    await clock.pass(150);
    assert.deepEqual(applied, []);
    await clock.pass(100);
    assert.deepEqual(applied, ['ab']);
  });

  it('goes round the choices by arrows and takes one over with Enter', async () => {
    const { box, applied, clock } = boxWith(words);
    box.typed('me', 2);
    await settled();
    assert.equal(box.active, undefined);
    assert.ok(box.key(key('ArrowUp'), 2));
    assert.equal(box.active, 1);
    box.key(key('ArrowDown'), 2);
    assert.equal(box.active, 0);
    box.key(key('Enter'), 2);
    assert.equal(box.text, 'method:');
    assert.deepEqual(applied, []);
    await clock.pass(300);
    assert.deepEqual(applied, ['method:']);
  });

  it('applies with Enter while no choice is taken', async () => {
    const { box, applied } = boxWith(words);
    box.typed('me', 2);
    await settled();
    box.key(key('Enter'), 2);
    assert.deepEqual(applied, ['me']);
    assert.deepEqual(box.choices, []);
  });

  it('takes the first choice over with Tab, and leaves Tab alone while the list is closed', async () => {
    const { box } = boxWith(words);
    box.typed('me', 2);
    await settled();
    assert.ok(box.key(key('Tab'), 2));
    assert.equal(box.text, 'method:');
    box.close();
    assert.equal(box.key(key('Tab'), 7), false);
  });

  it('takes no choice over that was for another text, whose places are not those of this one', async () => {
    const { box, applied } = boxWith(words);
    box.typed('me', 2);
    await settled();
    box.typed('metho', 5);
    assert.deepEqual(box.choices, words);
    assert.ok(box.key(key('Tab'), 5));
    box.accept(1);
    assert.equal(box.text, 'metho');
    box.key(key('ArrowDown'), 5);
    box.key(key('Enter'), 5);
    assert.deepEqual([box.text, applied], ['metho', ['metho']]);
  });

  it('takes the first choice for this text over when Tab came before it, and none after another key', async () => {
    const { box } = boxWith(words);
    box.typed('me', 2);
    await settled();
    box.typed('met', 3);
    box.key(key('Tab'), 3);
    box.typed('meth', 4);
    await settled();
    assert.equal(box.text, 'meth');
    box.typed('met', 3);
    box.key(key('Tab'), 3);
    assert.equal(box.text, 'met');
    await settled();
    assert.equal(box.text, 'method:');
  });

  it('closes the list with Escape, and clears with the next', async () => {
    const { box, applied } = boxWith(words);
    box.typed('me', 2);
    await settled();
    assert.ok(box.key(key('Escape'), 2));
    assert.deepEqual([box.text, box.choices, applied], ['me', [], []]);
    assert.ok(box.key(key('Escape'), 2));
    assert.deepEqual(applied, ['']);
    assert.equal(box.key(key('Escape'), 0), false);
  });

  it('does not offer what stands there already', async () => {
    const { box } = boxWith([{ text: 'method:', start: 0, end: 7 }]);
    box.typed('method:', 7);
    await settled();
    assert.deepEqual(box.choices, []);
  });

  it('shows no choices that come after it was left', async () => {
    const { box } = boxWith(words);
    box.typed('me', 2);
    box.close();
    await settled();
    assert.deepEqual(box.choices, []);
  });
});
