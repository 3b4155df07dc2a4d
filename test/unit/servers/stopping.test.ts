import assert from 'node:assert/strict';
import { isAlive } from '../process/support.ts';
import { Scene, slowly } from './support/hardening.ts';

describe('A server that is stopped', () => {
  let scene: Scene;
  beforeEach(async () => (scene = await Scene.open()));
  afterEach(() => scene.close());

  it('and answers the end of its session with an endless event stream ends all the same', async () => {
    await scene.start(slowly('endlessGoodbye'));
    const { pid } = scene;
    await scene.server.stop();
    assert.equal(scene.status.kind, 'stopped');
    assert.equal(isAlive(pid), false);
    // It was asked to end its session, and began to stream.
    const streamed = scene.test.traffic.entries().filter(({ server, kind }) => server === 'mine' && kind === 'comment');
    assert.notEqual(streamed.length, 0);
  });
});
