import { abortable } from '../base/abortable.ts';
import type { Clock } from '../base/clock.ts';
import type { ExternalMcpError } from '../base/errors.ts';
import { Emitter, type Event, ObservableValue } from '../base/event.ts';
import { type Disposable, DisposableStore, MutableDisposable } from '../base/lifecycle.ts';
import { bornAs, type Effect, type Life, type LifeEvent, transition } from './lifecycle.ts';
import type { RestartRule, RunFailure } from './restartPolicy.ts';
import { cancelledError, disabledError } from './runErrors.ts';
import { type Destination, isUp, type RestingStatus, type Service, type ServerStatus } from './status.ts';

/** One run of a server, as the supervisor needs it. */
export interface SupervisedRun {
  /** Resolves when the server can be called. When it rejects, nothing of the run is left, or `stop` tries again. */
  start(signal: AbortSignal): Promise<Service>;
  /** Ends all of it; rejects when something of it survived, and may be called again then. */
  stop(): Promise<void>;
  /** It was ready and came to its end without being asked. */
  readonly onDidEnd: Event<RunFailure>;
}

/** The end of a run that nobody had asked for. */
export interface RunEnding {
  failure: RunFailure;
  /** How long it could be called, in ms; absent: it never could. */
  upMs?: number;
  /** What comes next. */
  next: Destination;
}

interface SupervisorOptions<Run extends SupervisedRun> {
  server: string;
  clock: Clock;
  /** Rejects where the definition cannot be used. */
  createRun(): Promise<{ run: Run; rule: RestartRule }>;
  /** What it means that a start failed. */
  judge(error: unknown, run: Run | undefined): RunFailure;
}

/** Carries out what the life of a server asks for: at most one run at a time, and at most one timer. */
export class Supervisor<Run extends SupervisedRun> implements Disposable {
  readonly #options: SupervisorOptions<Run>;
  readonly #status: ObservableValue<ServerStatus>;
  readonly #runEnded = new Emitter<RunEnding>();
  readonly #wait = new MutableDisposable();
  readonly #waiters = new Set<Waiter>();
  readonly #events: LifeEvent[] = [];
  #life: Life;
  #run: Run | undefined;
  #rule: RestartRule = { mode: 'on-failure', isEndless: false };
  #ofRun = new DisposableStore();
  #cancelled = new AbortController();
  #beginning: Promise<void> = Promise.resolve();
  #isBusy = false;

  constructor(rest: RestingStatus, options: SupervisorOptions<Run>) {
    this.#options = options;
    this.#life = bornAs(rest);
    this.#status = new ObservableValue<ServerStatus>(rest);
  }

  get status(): ServerStatus {
    return this.#status.value;
  }

  get onDidChangeStatus(): Event<ServerStatus> {
    return this.#status.onDidChange;
  }

  /** Fired before the status changes. */
  get onDidEndRun(): Event<RunEnding> {
    return this.#runEnded.event;
  }

  /** The run behind a server that can be called. */
  get run(): Run | undefined {
    return isUp(this.#life.status) ? this.#run : undefined;
  }

  /**
   * Resolves when the server can be called, rejects with why it cannot. Callers share one start; who gives up leaves it to the others, and
   * the last one to give up ends it.
   */
  start(signal?: AbortSignal): Promise<void> {
    return this.#ask('start', signal);
  }

  /** The same, with another run than the one there may be. */
  restart(signal?: AbortSignal): Promise<void> {
    return this.#ask('restart', signal);
  }

  /** Resolves when nothing of the server is left; whoever waits for a start hears that it was stopped. */
  async stop(): Promise<void> {
    for (const waiter of this.#waiters) waiter.isOverruled = true;
    this.dispatch({ type: 'stop' });
    await this.untilNot('stopping');
    const { status } = this.#life;
    if (status.kind === 'failed' && status.isStuck === true) throw status.error;
  }

  /** Tells what happened. What it leads to has begun when this returns, unless it is called by somebody who is being told of a change. */
  dispatch(event: LifeEvent): void {
    this.#events.push(event);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) this.#handle(next);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Resolves when it has left that state. */
  async untilNot(kind: ServerStatus['kind']): Promise<void> {
    if (this.#life.status.kind !== kind) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const subscription = this.#status.onDidChange((status) => {
      if (status.kind !== kind) resolve();
    });
    try {
      await promise;
    } finally {
      subscription.dispose();
    }
  }

  /** Ends no run: `stop` does. */
  dispose(): void {
    this.#wait.dispose();
    this.#runEnded.dispose();
    this.#status.dispose();
  }

  #handle(event: LifeEvent): void {
    const now = this.#options.clock.now();
    const { status: before } = this.#life;
    const { life, effects } = transition(this.#life, event, now);
    this.#life = life;
    if (event.type === 'ended' && before.kind !== 'stopping' && life.status.kind === 'stopping') {
      const upMs = isUp(before) ? { upMs: now - before.since } : {};
      this.#runEnded.fire({ failure: event.failure, next: life.status.next, ...upMs });
    }
    for (const effect of effects) this.#perform(effect);
    this.#settle();
    this.#status.value = life.status;
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'begin':
        this.#cancelled = new AbortController();
        this.#beginning = this.#begin(this.#cancelled.signal);
        return;
      case 'end':
        void this.#end();
        return;
      case 'wait':
        this.#wait.value = this.#options.clock.after(effect.ms, () => this.dispatch({ type: 'due' }));
        return;
      case 'cancelWait':
        this.#wait.value = undefined;
    }
  }

  /** Never rejects. */
  async #begin(signal: AbortSignal): Promise<void> {
    const { server } = this.#options;
    try {
      const created = await abortable(this.#options.createRun(), signal, () => cancelledError(server));
      const { run } = created;
      this.#run = run;
      this.#rule = created.rule;
      this.#ofRun = new DisposableStore();
      this.#ofRun.add(run.onDidEnd((failure) => this.dispatch({ type: 'ended', failure, rule: this.#rule })));
      const service = await run.start(signal);
      this.dispatch({ type: 'ready', service });
    } catch (error) {
      // Ended by us, it is nobody's failure.
      if (!signal.aborted) {
        const failure = this.#options.judge(error, this.#run);
        this.dispatch({ type: 'ended', failure, rule: this.#rule });
      }
    }
  }

  async #end(): Promise<void> {
    this.#cancelled.abort();
    // A start that is under way ends itself; what it was about to say comes too late to count.
    await this.#beginning;
    try {
      await this.#run?.stop();
    } catch (error) {
      this.dispatch({ type: 'stuck', error: this.#options.judge(error, this.#run).error });
      return;
    }
    this.#ofRun.dispose();
    this.#run = undefined;
    this.dispatch({ type: 'cleared' });
  }

  async #ask(type: 'start' | 'restart', signal: AbortSignal | undefined): Promise<void> {
    const { server } = this.#options;
    signal?.throwIfAborted();
    const waiter: Waiter = { ...Promise.withResolvers<void>(), isOverruled: false };
    this.#waiters.add(waiter);
    this.dispatch({ type });
    try {
      await abortable(waiter.promise, signal, () => cancelledError(server));
    } finally {
      this.#waiters.delete(waiter);
      if (signal?.aborted === true && this.#waiters.size === 0) await this.#giveUp();
    }
  }

  /** Whoever gave up may count on nothing being left; what starts by itself goes on without them. */
  async #giveUp(): Promise<void> {
    const { status } = this.#life;
    const isOnItsWay = status.kind === 'stopping' && status.next.kind === 'start';
    if (isOnItsWay || (status.kind === 'starting' && status.reason !== 'automatic')) await this.stop().catch(() => {});
  }

  /** Answers those who wait, where there is an answer. */
  #settle(): void {
    const { status } = this.#life;
    if (status.kind === 'stopping') return;
    for (const waiter of this.#waiters) {
      if (waiter.isOverruled) waiter.reject(cancelledError(this.#options.server));
      else if (isUp(status)) waiter.resolve();
      else if (status.kind !== 'starting') waiter.reject(reasonOf(status, this.#options.server));
    }
  }
}

/** Somebody who waits for a start. */
interface Waiter {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: ExternalMcpError) => void;
  /** The server was stopped since. */
  isOverruled: boolean;
}

/** Why a server that neither runs nor starts does not. */
function reasonOf(status: ServerStatus, server: string): ExternalMcpError {
  if ('error' in status) return status.error;
  return status.kind === 'disabled' ? disabledError(server) : cancelledError(server);
}
