import assert from 'node:assert/strict';
import type { Clock } from '../../../../src/base/clock.ts';
import type { ExternalMcpError } from '../../../../src/base/errors.ts';
import type { ManagedServer } from '../../../../src/servers/managedServer.ts';
import type { ServerStatus } from '../../../../src/servers/status.ts';
import { isAlive } from '../../process/support.ts';
import { createTestRegistry, failureOf, program, type TestRegistry } from './registry.ts';

/** A server that something happens to, `mine`, beside one that nothing may happen to. */
export class Scene {
  readonly test: TestRegistry;
  /** The states that `mine` came into, each as it began. */
  readonly seen: ServerStatus[] = [];
  readonly #bystander = program('doesAsTold', { port: 'auto', startupTimeout: 3000 });
  #isClosed = false;

  private constructor(clock?: Clock) {
    this.test = createTestRegistry(process.env, clock);
    this.test.registry.onDidChangeServer(({ name, status }) => {
      if (name === 'mine' && this.seen.at(-1)?.kind !== status.kind) this.seen.push(status);
    });
  }

  /** The bystander runs. */
  static async open(clock?: Clock): Promise<Scene> {
    const scene = new Scene(clock);
    scene.test.define({ bystander: scene.#bystander });
    await scene.test.registry.get('bystander').start();
    return scene;
  }

  get server(): ManagedServer {
    return this.test.registry.get('mine');
  }

  get status(): ServerStatus {
    return this.server.status;
  }

  get kinds(): ServerStatus['kind'][] {
    return this.seen.map(({ kind }) => kind);
  }

  /** The same without the waits for a restart: there is none where ending the old process took longer than that. */
  get steps(): ServerStatus['kind'][] {
    return this.kinds.filter((kind) => kind !== 'restarting');
  }

  /** The process of the server as it is now. */
  get pid(): number {
    return this.server.snapshot().pid ?? assert.fail('it has a process');
  }

  /** All processes that were started for it, oldest first. */
  get pids(): number[] {
    return this.#pidsOf('mine');
  }

  define(definition: object): ManagedServer {
    this.test.define({ bystander: this.#bystander, mine: definition });
    return this.server;
  }

  async start(definition: object): Promise<ManagedServer> {
    const server = this.define(definition);
    await server.start();
    return server;
  }

  startFailure(definition: object): Promise<ExternalMcpError> {
    return failureOf(this.define(definition).start());
  }

  call(message: string): Promise<unknown> {
    return this.server.callTool({ tool: 'echo', args: { message }, origin: 'user' });
  }

  /** What came to its output channel. */
  get output(): readonly string[] {
    return this.test.output('mine');
  }

  async until<Kind extends ServerStatus['kind']>(kind: Kind): Promise<Extract<ServerStatus, { kind: Kind }>> {
    await this.test.until(() => this.status.kind === kind);
    // It was that a moment ago, and nothing can have come between.
    return this.status as Extract<ServerStatus, { kind: Kind }>;
  }

  /** It has been ready that often. */
  async untilReady(times: number): Promise<void> {
    await this.test.until(() => this.kinds.filter((kind) => kind === 'ready').length >= times);
  }

  /** Nothing has happened to the bystander, and when both are stopped no process is left of either. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      const bystander = this.test.registry.get('bystander');
      assert.deepEqual([bystander.status.kind, bystander.snapshot().restarts], ['ready', 0]);
      await bystander.callTool({ tool: 'echo', args: { message: 'still there' }, origin: 'user' });
    } finally {
      await this.test.close();
    }
    assert.deepEqual([...this.pids, ...this.#pidsOf('bystander')].filter(isAlive), []);
  }

  #pidsOf(name: string): number[] {
    return this.test.output(name).flatMap((line) => {
      const pid = /^spawned pid (\d+)/.exec(line)?.[1];
      return pid === undefined ? [] : [Number(pid)];
    });
  }
}

/** A server in `test/servers` over HTTP, which is given time enough for its start by any clock. */
export function slowly(name: string, more: object = {}): object {
  return program(name, { port: 'auto', startupTimeout: 3000, ...more });
}
