import assert from 'node:assert/strict';
import type { ManagedServer } from '../../../src/servers/managedServer.ts';
import { isAlive } from '../process/support.ts';
import { createTestRegistry, failureOf, program, type TestRegistry } from './support/registry.ts';

/** As many as start at the same time. */
const AT_ONCE = 4;

describe('All servers together', () => {
  let test: TestRegistry;
  beforeEach(() => (test = createTestRegistry()));
  afterEach(() => test.close());

  const several = (count: number): Record<string, unknown> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`server ${index}`, program('stdioEcho')]));
  const wasSpawned = ({ name }: ManagedServer): boolean =>
    test.output(name).some((line) => line.startsWith('spawned pid'));
  const kinds = (): string[] => test.registry.servers.map(({ status }) => status.kind);
  /** As many start as may, and the others wait for their turn. */
  const untilQueued = (): Promise<void> =>
    test.until(() => kinds().filter((kind) => kind === 'starting').length === AT_ONCE);

  it('that are stopped while some wait for their turn to start are all stopped, and stay so', async () => {
    test.define(several(AT_ONCE + 3));
    const started = failureOf(test.registry.startAll());
    await untilQueued();
    await test.registry.stopAll();
    assert.equal((await started).kind, 'cancelled');
    assert.deepEqual(new Set(kinds()), new Set(['stopped']));
    assert.deepEqual(test.registry.servers.slice(AT_ONCE).filter(wasSpawned), []);
  });

  it('do not start one that was stopped while it waited for its turn, and start the others', async () => {
    test.define(several(AT_ONCE + 2));
    const [stopped, last] = test.registry.servers.slice(AT_ONCE);
    const started = failureOf(test.registry.startAll());
    await untilQueued();
    await stopped?.stop();
    const error = await started;
    assert.deepEqual([error.kind, error.server], ['cancelled', stopped?.name]);
    assert.deepEqual([stopped?.status.kind, last?.status.kind], ['stopped', 'ready']);
  });

  it('do not start one that was removed while it waited for its turn', async () => {
    test.define(several(AT_ONCE + 1));
    const removed = test.registry.servers.at(-1) ?? assert.fail('it is defined');
    const started = failureOf(test.registry.startAll());
    await untilQueued();
    test.define(several(AT_ONCE));
    assert.equal((await started).kind, 'cancelled');
    assert.deepEqual(
      kinds(),
      Array.from({ length: AT_ONCE }, () => 'ready'),
    );
    assert.equal(removed.status.kind, 'stopped');
    assert.equal(wasSpawned(removed), false);
  });
});

describe('A server whose definition goes', () => {
  let test: TestRegistry;
  beforeEach(() => (test = createTestRegistry()));
  afterEach(() => test.close());

  /** It takes no hint, so that it lives for a while after nobody wants it any more. */
  const stubborn = { mine: program('process/stubbornServer', { port: 'auto' }) };
  const startStubborn = async (): Promise<number> => {
    test.define(stubborn);
    const server = test.registry.get('mine');
    await server.start();
    return server.snapshot().pid ?? assert.fail('it has a process');
  };

  it('and comes back is not started before its old process is gone', async () => {
    const old = await startStubborn();
    test.define({});
    test.define(stubborn);
    assert.equal(isAlive(old), true);
    const server = test.registry.get('mine');
    await server.start();
    assert.equal(isAlive(old), false);
    assert.equal(server.status.kind, 'ready');
    assert.notEqual(server.snapshot().pid, old);
  });

  it('is waited for at the end, as are those that are still defined', async () => {
    const old = await startStubborn();
    test.define({});
    assert.equal(isAlive(old), true);
    await test.registry.dispose();
    assert.equal(isAlive(old), false);
  });
});
