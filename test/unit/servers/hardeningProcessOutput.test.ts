import assert from 'node:assert/strict';
import { Scene, slowly } from './support/hardening.ts';

/** What may not stand in an output channel: control characters, and so escape sequences. Of them, only line feeds are text. */
const CONTROL = /[^\P{Cc}\n]/u;

describe('A server whose output is', function () {
  this.timeout(60_000);
  let scene: Scene;
  beforeEach(async () => (scene = await Scene.open()));
  afterEach(() => scene.close());

  const isSaid = (words: RegExp): Promise<void> =>
    scene.test.until(() => scene.output.some((line) => words.test(line)));

  it('without end serves all the same; what is shown of it is bounded, and says what was left out', async () => {
    await scene.start(slowly('talkative', { env: { SAYS: 'forever' } }));
    await isSaid(/^\[\d+ lines left out: more than 1000 in a second\]$/);
    const leftOut = scene.output.findIndex((line) => line.startsWith('['));
    const shown = scene.output.slice(0, leftOut).filter((line) => line.startsWith('line '));
    assert.ok(shown.length <= 1000, `${shown.length} lines`);
    assert.deepEqual(await scene.call('hi'), { content: [{ type: 'text', text: 'hi' }] });
    await scene.server.stop();
    assert.equal(scene.status.kind, 'stopped');
  });

  it('a line of 10 MB serves all the same; the line is cut and says how much is missing', async () => {
    await scene.start(slowly('talkative', { env: { SAYS: 'long' } }));
    await isSaid(/^that was it$/);
    assert.ok(scene.output.includes(`${'x'.repeat(65_536)}… [10420224 more characters]`));
    await scene.call('hi');
  });

  it('full of ANSI and OSC 52 is shown in words alone, in the output, the traffic and the error', async () => {
    const error = await scene.startFailure(slowly('talkative', { env: { SAYS: 'tricks' }, restart: 'never' }));
    assert.match(error.message, /exited with code 5\. Its last words:\nred words$/);
    assert.ok(scene.output.includes('red words'));
    const recorded = scene.test.traffic.entries().map(({ raw }) => Buffer.from(raw).toString());
    const ofProcess = recorded.filter((text) => text.startsWith('stderr:'));
    assert.ok(ofProcess.length > 0);
    for (const text of [error.message, ...scene.output, ...ofProcess]) assert.doesNotMatch(text, CONTROL);
  });
});
