import { t } from '@vscode/l10n';
import { abortable } from '../base/abortable.ts';
import type { Clock } from '../base/clock.ts';
import { ExternalMcpError } from '../base/errors.ts';
import { Emitter } from '../base/event.ts';
import { type Disposable, MutableDisposable } from '../base/lifecycle.ts';
import { cancelledError, unexpectedError } from './runErrors.ts';

/** Bounds of a check's time limit in milliseconds. */
const TIMEOUT_MS = { least: 1000, most: 10_000 };
/** Milliseconds a timer may be late before we conclude that the machine slept, or that this process was held up. */
const LATE_MS = 5000;
/** Checks that are remembered; of more, the oldest is forgotten. */
const MAX_CHECKS = 60;

/** How a server does. `misses`: checks in a row that it did not pass. */
export type HealthVerdict =
  | { kind: 'healthy' }
  | { kind: 'degraded'; misses: number; error: ExternalMcpError }
  | { kind: 'dead'; misses: number; error: ExternalMcpError }
  /** It answers, and wants somebody to sign in first. */
  | { kind: 'authRequired'; error: ExternalMcpError };

/** One check: when it began (wall time in milliseconds), and the milliseconds until its answer or why there was none. */
export type HealthCheck = { time: number; ms: number } | { time: number; error: string };

export interface HealthMonitorOptions {
  /** Name of the server, for errors. */
  server: string;
  clock: Clock;
  /** Milliseconds between the end of a check and the next one. */
  intervalMs: number;
  /** Misses in a row that make the server degraded; one more makes it dead. */
  failureThreshold: number;
  /** Asks the server; rejects with an `ExternalMcpError` when it is not healthy, and with `auth` when it only wants somebody to sign in. */
  check(signal: AbortSignal): Promise<void>;
  /** Whether a call is in flight, whose own time limit decides about it. */
  isBusy(): boolean;
}

/** What a check has shown; nothing where the machine slept during it. */
type Outcome = { kind: 'answered'; ms: number } | { kind: 'authRequired' | 'missed'; error: ExternalMcpError };

/** Milliseconds that a check may take: no longer than the pause between two of them, at least one second, at most ten. */
export function checkTimeoutMs(intervalMs: number): number {
  return Math.max(TIMEOUT_MS.least, Math.min(intervalMs, TIMEOUT_MS.most));
}

/**
 * Asks one server again and again whether it is well, from its creation to `dispose`, one check at a time. One miss says nothing, and one slow
 * tool is not a dead server: while a call is in flight, misses make it degraded and no more. Time that passed while the machine slept proves
 * nothing, so that a laptop that wakes up does not restart all its servers.
 */
export class HealthMonitor implements Disposable {
  readonly #options: HealthMonitorOptions;
  readonly #changed = new Emitter<HealthVerdict>();
  readonly #checked = new Emitter<void>();
  readonly #timer = new MutableDisposable();
  readonly #ended = new AbortController();
  #checks: readonly HealthCheck[] = [];
  #verdict: HealthVerdict['kind'] = 'healthy';
  #misses = 0;

  constructor(options: HealthMonitorOptions) {
    this.#options = options;
    this.#wait();
  }

  /** The verdict is another one than before; the first is "healthy" and is not told. */
  readonly onDidChange = this.#changed.event;
  /** There is one more in `checks`. */
  readonly onDidCheck = this.#checked.event;

  /** The last 60, oldest first. */
  get checks(): readonly HealthCheck[] {
    return this.#checks;
  }

  /** Aborts the check in flight; nothing is told any more. */
  dispose(): void {
    this.#changed.dispose();
    this.#checked.dispose();
    this.#timer.dispose();
    this.#ended.abort(cancelledError(this.#options.server));
  }

  #wait(): void {
    const { clock, intervalMs } = this.#options;
    const due = clock.now() + intervalMs;
    this.#timer.value = clock.after(intervalMs, () => {
      if (clock.now() - due > LATE_MS) this.#misses = 0;
      void this.#checkAndWait();
    });
  }

  async #checkAndWait(): Promise<void> {
    const isConclusive = await this.#check();
    // Once: on a machine that is held up for ever, the next check may as well wait for its time.
    if (!isConclusive) await this.#check();
    if (!this.#ended.signal.aborted) this.#wait();
  }

  /** Makes a check and draws the conclusion; resolves with whether there was one to draw. */
  async #check(): Promise<boolean> {
    const options = this.#options;
    const time = options.clock.wallTime();
    const wasBusy = options.isBusy();
    const outcome = await this.#ask();
    if (this.#ended.signal.aborted) return true;
    if (outcome === undefined) {
      this.#misses = 0;
      return false;
    }
    this.#checks = [...this.#checks, entryOf(time, outcome)].slice(-MAX_CHECKS);
    this.#checked.fire();
    // A call that ended during the check may still be what kept the server from answering it.
    this.#judge(outcome, wasBusy || options.isBusy());
    return true;
  }

  async #ask(): Promise<Outcome | undefined> {
    const options = this.#options;
    const { clock, intervalMs, server } = options;
    const timeoutMs = checkTimeoutMs(intervalMs);
    const limit = new AbortController();
    const signal = AbortSignal.any([limit.signal, this.#ended.signal]);
    const unanswered = unansweredError(server, timeoutMs);
    const started = clock.now();
    const timer = clock.after(timeoutMs, () => limit.abort(unanswered));
    let failure: ExternalMcpError | undefined;
    try {
      await abortable(options.check(signal), signal, () => unanswered);
    } catch (error) {
      failure = error instanceof ExternalMcpError ? error : unexpectedError(server, error);
    } finally {
      timer.dispose();
    }
    const ms = clock.now() - started;
    // The limit itself came late, whichever timer or socket noticed it first.
    if (ms > timeoutMs + LATE_MS) return undefined;
    if (failure === undefined) return { kind: 'answered', ms };
    return { kind: failure.kind === 'auth' ? 'authRequired' : 'missed', error: failure };
  }

  #judge(outcome: Outcome, isBusy: boolean): void {
    if (outcome.kind !== 'missed') {
      this.#misses = 0;
      // It serves somebody at this moment, whatever it thinks of the check.
      if (outcome.kind === 'authRequired' && isBusy) return;
      this.#tell(outcome.kind === 'answered' ? { kind: 'healthy' } : { kind: 'authRequired', error: outcome.error });
      return;
    }
    this.#misses += 1;
    const { failureThreshold } = this.#options;
    if (this.#misses < failureThreshold) return;
    const isDead = this.#misses > failureThreshold && !isBusy;
    this.#tell({ kind: isDead ? 'dead' : 'degraded', misses: this.#misses, error: outcome.error });
  }

  #tell(verdict: HealthVerdict): void {
    // What is dead does not get better by missing one more check.
    if (verdict.kind === this.#verdict || (this.#verdict === 'dead' && verdict.kind === 'degraded')) return;
    this.#verdict = verdict.kind;
    this.#changed.fire(verdict);
  }
}

function entryOf(time: number, outcome: Outcome): HealthCheck {
  return outcome.kind === 'answered' ? { time, ms: outcome.ms } : { time, error: outcome.error.reason };
}

function unansweredError(server: string, timeoutMs: number): ExternalMcpError {
  const reason = t('It did not answer within {0} s.', timeoutMs / 1000);
  return new ExternalMcpError(
    'timeout',
    t('“{0}” did not answer a health check within {1} s. See its output.', server, timeoutMs / 1000),
    { server, reason, retryable: true },
  );
}
