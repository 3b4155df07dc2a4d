import assert from 'node:assert/strict';
import { firstOpen } from '../../../src/servers/readiness.ts';

describe('The host of a server that begins to listen', () => {
  const looks = (answers: readonly boolean[]) => {
    const rest = [...answers];
    return () => Promise.resolve(rest.shift() ?? assert.fail('looked too often'));
  };

  it('is the preferred one, also when the server began to listen on all of them between two looks', async () => {
    assert.equal(await firstOpen(['127.0.0.1', '::1'], looks([false, true, true])), '127.0.0.1');
  });

  it('is the other one when it listens there alone', async () => {
    assert.equal(await firstOpen(['127.0.0.1', '::1'], looks([false, true, false])), '::1');
  });

  it('is none before it listens', async () => {
    assert.equal(await firstOpen(['127.0.0.1', '::1'], looks([false, false])), undefined);
  });
});
