import assert from 'node:assert/strict';
import { Notices } from '../../../src/webview/inspector/notices.ts';
import { ChannelError } from '../../../src/webview/shared/channel.ts';
import { HandClock } from './support.ts';

describe('notices', () => {
  const nothing = (): void => {};
  const done = (): Promise<number> => Promise.resolve(7);
  const failed = (): Promise<never> => Promise.reject(new Error('No such entry.'));

  it('say for a few seconds what was done', async () => {
    const clock = new HandClock();
    const shown: (string | undefined)[] = [];
    const notices = new Notices(clock, () => shown.push(notices.current?.text));
    assert.equal(await notices.do(done, 'Copied'), 7);
    await clock.pass(3000);
    await notices.do(done, 'Sent again');
    await clock.pass(3999);
    assert.deepEqual(shown, ['Copied', 'Sent again']);
    await clock.pass(1);
    assert.deepEqual(shown, ['Copied', 'Sent again', undefined]);
  });

  it('keep a failure until the next action', async () => {
    const clock = new HandClock();
    const notices = new Notices(clock, nothing);
    assert.equal(await notices.do(failed, 'Copied'), undefined);
    await clock.pass(1_000_000);
    assert.deepEqual(notices.current, { text: 'No such entry.', isFailure: true });
    await notices.do(done);
    assert.equal(notices.current, undefined);
  });

  it('keep a failure for a time where one is given, whatever is done without a word meanwhile', async () => {
    const clock = new HandClock();
    const notices = new Notices(clock, nothing, 15_000);
    await notices.do(failed);
    await notices.do(done);
    await clock.pass(14_999);
    assert.equal(notices.current?.isFailure, true);
    await clock.pass(1);
    assert.equal(notices.current, undefined);
  });

  it('take the silence of a host that asks the user something for no failure', async () => {
    const notices = new Notices(new HandClock(), nothing);
    await notices.do(() => Promise.reject(new ChannelError('silent', 'No answer')), 'Copied');
    assert.equal(notices.current, undefined);
  });
});
