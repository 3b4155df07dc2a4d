import { setImmediate } from 'node:timers/promises';
import { ExternalMcpError } from '../../../../src/base/errors.ts';
import { Emitter } from '../../../../src/base/event.ts';
import type { RestartMode, RunFailure } from '../../../../src/servers/restartPolicy.ts';
import type { RestingStatus, Service, ServerStatus } from '../../../../src/servers/status.ts';
import { type SupervisedRun, Supervisor } from '../../../../src/servers/supervisor.ts';
import { ManualClock } from '../../process/support.ts';

/** What a server that can be called is known by; only its clock matters here. */
function serviceAt(since: number): Service {
  return {
    since,
    tools: [],
    renewals: 0,
    connection: {
      transport: 'stdio',
      dialect: 'test',
      protocolVersion: '2025-11-25',
      serverName: 'test',
      serverVersion: '1',
      verdict: { transport: 'stdio', era: 'handshake' },
    },
  };
}

/** A run whose process does what the test says, and nothing by itself. */
export class ScriptedRun implements SupervisedRun {
  readonly #clock: ManualClock;
  readonly #ended = new Emitter<RunFailure>();
  readonly #started = Promise.withResolvers<Service>();
  #stopped: PromiseWithResolvers<void> | undefined;
  phase: 'created' | 'starting' | 'up' | 'ended' = 'created';

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  readonly onDidEnd = this.#ended.event;

  /** Something of it may still run. */
  get isLive(): boolean {
    return this.phase !== 'created' && this.phase !== 'ended';
  }

  get isStopping(): boolean {
    return this.#stopped !== undefined;
  }

  async start(signal: AbortSignal): Promise<Service> {
    this.phase = 'starting';
    signal.addEventListener('abort', () => this.#started.reject(new Error('aborted')));
    return this.#started.promise;
  }

  stop(): Promise<void> {
    if (!this.isLive) return Promise.resolve();
    this.#stopped ??= Promise.withResolvers<void>();
    return this.#stopped.promise;
  }

  becomeReady(): void {
    if (this.phase !== 'starting') return;
    this.phase = 'up';
    this.#started.resolve(serviceAt(this.#clock.now()));
  }

  failToStart(error: Error): void {
    this.#started.reject(error);
  }

  crash(failure: RunFailure): void {
    if (this.phase === 'up') this.#ended.fire(failure);
  }

  /** Its stop succeeds, if somebody is stopping it. */
  vanish(): void {
    if (this.#stopped === undefined) return;
    this.phase = 'ended';
    this.#stopped.resolve();
  }

  /** Its stop fails, if somebody is stopping it; the next one may succeed. */
  survive(): void {
    this.#stopped?.reject(new ExternalMcpError('process', 'It is still there.'));
    this.#stopped = undefined;
  }
}

/** A supervisor over scripted runs and a clock that stands still. */
export class Supervised {
  readonly clock = new ManualClock();
  readonly runs: ScriptedRun[] = [];
  readonly seen: ServerStatus[] = [];
  readonly supervisor: Supervisor<ScriptedRun>;
  mode: RestartMode = 'on-failure';
  /** What it means that a start fails. */
  nature: RunFailure['nature'] = 'failure';

  constructor(rest: RestingStatus = { kind: 'stopped' }) {
    this.supervisor = new Supervisor(rest, {
      server: 'test',
      clock: this.clock,
      createRun: async () => {
        const run = new ScriptedRun(this.clock);
        this.runs.push(run);
        return { run, rule: { mode: this.mode, isEndless: false } };
      },
      judge: (error) => failureOf(this.nature, error),
    });
    this.supervisor.onDidChangeStatus((status) => this.seen.push(status));
  }

  get status(): ServerStatus {
    return this.supervisor.status;
  }

  /** How long it still waits before it starts again. */
  get wait(): { ms: number; attempt: number } | undefined {
    const { status } = this;
    return status.kind === 'restarting' ? { ms: status.at - this.clock.now(), attempt: status.attempt } : undefined;
  }

  /** The last run; throws when there was none. */
  get run(): ScriptedRun {
    const run = this.runs.at(-1);
    if (run === undefined) throw new Error('There was no run.');
    return run;
  }

  /** Starts it and makes it ready. */
  async up(): Promise<void> {
    const started = this.supervisor.start();
    await settled();
    this.run.becomeReady();
    await started;
  }

  /** Lets it crash, and lets nothing be left of it. */
  async crash(nature: RunFailure['nature'] = 'failure'): Promise<void> {
    this.run.crash(failureOf(nature));
    await this.vanish();
  }

  async vanish(): Promise<void> {
    await settled();
    this.run.vanish();
    await settled();
  }

  async advance(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settled();
  }
}

export function failureOf(nature: RunFailure['nature'], error?: unknown): RunFailure {
  const known = error instanceof ExternalMcpError ? error : new ExternalMcpError('process', 'It crashed.');
  return { error: known, nature, what: 'crashed' };
}

/** Everything that follows without time passing has happened. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await setImmediate();
}
