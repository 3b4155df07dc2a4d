import type { Clock } from '../base/clock.ts';
import type { ExternalMcpError } from '../base/errors.ts';
import { Emitter } from '../base/event.ts';
import { type Disposable, DisposableStore } from '../base/lifecycle.ts';
import type { UsageSample, UsageSampler } from '../process/usage.ts';
import { type HealthCheck, HealthMonitor } from './healthMonitor.ts';
import { MemoryWatch } from './memoryWatch.ts';
import { memoryError, unhealthyError } from './runErrors.ts';

/** Longest wait for calls in flight before a server with too much memory is restarted, in ms. */
const DRAIN_MS = 30_000;

export interface VitalsOptions {
  server: string;
  clock: Clock;
  intervalMs: number;
  failureThreshold: number;
  /** Soft limit of the whole tree. */
  memoryBytes?: number;
  /** Of the process; absent: somebody else's. */
  pid?: number;
  usage: Pick<UsageSampler, 'watch'>;
  /** Rejects when the server is not well. */
  check: (signal: AbortSignal) => Promise<void>;
  /** Whether a call is in flight. */
  isBusy: () => boolean;
}

/** What was found. `lost`: this run has to end, `what` says why as the rest of a sentence. */
export type VitalsFinding =
  | { kind: 'recovered' }
  | { kind: 'troubled'; error: ExternalMcpError }
  | { kind: 'lost'; error: ExternalMcpError; what?: string };

/** Watches over one run from the moment it is ready: whether it answers, and what it takes. */
export class Vitals implements Disposable {
  readonly #options: VitalsOptions;
  readonly #owned = new DisposableStore();
  readonly #measured = this.#owned.add(new Emitter<void>());
  readonly #found = this.#owned.add(new Emitter<VitalsFinding>());
  readonly #health: HealthMonitor;
  readonly #memory: MemoryWatch<UsageSample>;
  #draining: ExternalMcpError | undefined;

  constructor(options: VitalsOptions) {
    this.#options = options;
    this.#memory = new MemoryWatch(options.memoryBytes);
    this.#health = this.#owned.add(new HealthMonitor(options));
    this.#owned.add(this.#health.onDidCheck(() => this.#measured.fire()));
    this.#owned.add(this.#health.onDidChange((verdict) => this.#judge(verdict)));
    if (options.pid !== undefined) {
      this.#owned.add(options.usage.watch(options.pid, (sample) => this.#weigh(sample)));
    }
  }

  /** There is another health check or another sample. */
  readonly onDidMeasure = this.#measured.event;
  readonly onDidFind = this.#found.event;

  /** The last health checks, oldest first. */
  get checks(): readonly HealthCheck[] {
    return this.#health.checks;
  }

  /** The last ten minutes, oldest first. */
  get usage(): readonly UsageSample[] {
    return this.#memory.history;
  }

  /** Its soft limit, where it has one. */
  get memoryLimitBytes(): number | undefined {
    return this.#options.memoryBytes;
  }

  /** Its memory has risen for ten minutes. */
  get isLeaking(): boolean {
    return this.#memory.isLeaking;
  }

  /** Why no more calls are taken: it is about to be restarted for its memory, once those in flight have ended. */
  get draining(): ExternalMcpError | undefined {
    return this.#draining;
  }

  /** To be called when a call has ended. */
  callEnded(): void {
    if (this.#draining !== undefined && !this.#options.isBusy()) this.#loseForMemory(this.#draining);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #judge(verdict: Parameters<Parameters<HealthMonitor['onDidChange']>[0]>[0]): void {
    const { server } = this.#options;
    switch (verdict.kind) {
      case 'healthy':
        if (this.#draining === undefined) this.#found.fire({ kind: 'recovered' });
        return;
      case 'degraded':
        this.#found.fire({ kind: 'troubled', error: unhealthyError(server, verdict.misses, verdict.error).error });
        return;
      case 'dead':
        this.#found.fire({ kind: 'lost', ...unhealthyError(server, verdict.misses, verdict.error) });
        return;
      case 'authRequired':
        this.#found.fire({ kind: 'lost', error: verdict.error });
    }
  }

  #weigh(sample: UsageSample): void {
    const { server, memoryBytes, isBusy, clock } = this.#options;
    const verdict = this.#memory.add(sample);
    this.#measured.fire();
    if (verdict === 'ok' || memoryBytes === undefined) return;
    if (verdict === 'now' || !isBusy()) {
      this.#loseForMemory(memoryError(server, sample.limitBytes, memoryBytes));
      return;
    }
    if (this.#draining !== undefined) return;
    const error = memoryError(server, sample.limitBytes, memoryBytes);
    this.#draining = error;
    this.#found.fire({ kind: 'troubled', error });
    this.#owned.add(clock.after(DRAIN_MS, () => this.#loseForMemory(error)));
  }

  #loseForMemory(error: ExternalMcpError): void {
    this.#found.fire({ kind: 'lost', error, what: error.reason });
  }
}
