import assert from 'node:assert/strict';
import type { Clock } from '../../../src/base/clock.ts';
import { toDisposable } from '../../../src/base/lifecycle.ts';
import type { InspectorEvent } from '../../../src/messages/inspector.ts';
import { isInspectorEvent, isInspectorResponse } from '../../../src/messages/inspectorChecks.ts';
import type { InspectorChannel } from '../../../src/webview/inspector/trafficList.ts';
import { ChannelError, HostChannel } from '../../../src/webview/shared/channel.ts';

/** The other end of `postMessage`, and a clock whose timers all run out at once. */
function connect(): {
  channel: InspectorChannel;
  posted: unknown[];
  say: (message: unknown) => void;
  runOut: () => number;
} {
  const posted: unknown[] = [];
  const timers = new Set<() => void>();
  const clock: Clock = {
    now: () => 0,
    wallTime: () => 0,
    after(_ms, task) {
      timers.add(task);
      return toDisposable(() => timers.delete(task));
    },
  };
  let say = (_message: unknown): void => {};
  const port = { post: (message: unknown) => posted.push(message), listen: (listener: typeof say) => (say = listener) };
  const channel: InspectorChannel = new HostChannel(port, clock, isInspectorResponse, isInspectorEvent);
  const runOut = (): number => {
    const due = [...timers];
    for (const task of due) task();
    return due.length;
  };
  return { channel, posted, say: (message) => say(message), runOut };
}

function failsWith(reason: ChannelError['reason'], message?: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof ChannelError && error.reason === reason && (message === undefined || error.message === message);
}

describe('the channel of a page', () => {
  it('gives every request the answer with its number', async () => {
    const { channel, posted, say, runOut } = connect();
    const first = channel.request({ type: 'find', seq: 1 });
    const second = channel.request({ type: 'find', seq: 2 });
    assert.deepEqual(posted, [
      { request: 1, body: { type: 'find', seq: 1 } },
      { request: 2, body: { type: 'find', seq: 2 } },
    ]);
    say({ response: 2, body: { type: 'find', index: 22 } });
    say({ response: 1, body: { type: 'find' } });
    assert.deepEqual([(await first).index, (await second).index], [undefined, 22]);
    assert.equal(runOut(), 0);
  });

  it('fails with the words of the host', async () => {
    const { channel, say } = connect();
    const answer = channel.request({ type: 'clear' });
    say({ response: 1, error: 'not now' });
    await assert.rejects(answer, failsWith('refused', 'not now'));
  });

  it('does not wait for ever', async () => {
    const { channel, say, runOut } = connect();
    const answer = channel.request({ type: 'clear' });
    assert.equal(runOut(), 1);
    await assert.rejects(answer, failsWith('silent'));
    say({ response: 1, body: { type: 'clear' } });
  });

  it('refuses an answer that is not of the kind that was asked for', async () => {
    const { channel, say } = connect();
    const bodies = [{ type: 'clear' }, { type: 'page', first: 0, total: 1, rows: [{ seq: 'one' }] }, null, 'page'];
    for (const [index, body] of bodies.entries()) {
      const answer = channel.request({ type: 'page', first: 0, count: 1 });
      say({ response: index + 1, body });
      await assert.rejects(answer, failsWith('malformed'));
    }
  });

  it('hears events and nothing that only looks like one', () => {
    const { channel, say } = connect();
    const heard: InspectorEvent[] = [];
    channel.onEvent((event) => heard.push(event));
    say({ event: { type: 'appended', total: 3, dropped: 0 } });
    say({ event: { type: 'appended', total: -1, dropped: 0 } });
    say({ event: { type: 'constructor' } });
    say({ event: null });
    say('appended');
    assert.deepEqual(heard, [{ type: 'appended', total: 3, dropped: 0 }]);
  });
});
