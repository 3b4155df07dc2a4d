import assert from 'node:assert/strict';
import { createTestRegistry, program } from './support/registry.ts';
import { isAlive } from '../process/support.ts';

/** `MANY_SERVERS=50` for the long version. */
const count = Number(process.env['MANY_SERVERS'] ?? 12);

describe('Many servers at once', () => {
  it(`start, ${count} of them, and none is left when they are stopped together`, async () => {
    const test = createTestRegistry();
    try {
      const stubborn = { env: { IGNORE_STDIN_END: '1' } };
      const kinds = [
        program('echo', { port: 'auto' }),
        program('stdioEcho'),
        program('ignoresSigterm', { port: 'auto', ...stubborn }),
      ];
      test.define(
        Object.fromEntries(
          Array.from({ length: count }, (_, index) => [`server ${index}`, kinds[index % kinds.length]]),
        ),
      );
      await test.registry.startAll();
      const running = test.registry.servers.map((server) => server.snapshot());
      assert.deepEqual(new Set(running.map(({ state }) => state)), new Set(['ready']));
      await test.registry.stopAll();
      assert.deepEqual(new Set(test.registry.servers.map(({ status }) => status.kind)), new Set(['stopped']));
      const helpers = test.registry.servers.flatMap(({ name }) => helpersOf(test.output(name)));
      assert.equal(helpers.length, Math.floor(count / kinds.length));
      const pids = running.map(({ pid = 0 }) => pid);
      assert.deepEqual([...pids, ...helpers].filter(isAlive), []);
    } finally {
      await test.close();
    }
  }).timeout(30_000 + count * 3000);
});

/** Stubborn processes that a server said it had started. */
function helpersOf(output: readonly string[]): number[] {
  return output.flatMap((line) => {
    const pid = /"grandchild":(\d+)/.exec(line)?.[1];
    return pid === undefined ? [] : [Number(pid)];
  });
}
