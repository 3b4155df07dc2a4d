import { assertNever } from '../base/assert.ts';
import type { ExternalMcpError } from '../base/errors.ts';
import { afterEnd, NO_FAILURES, type RestartHistory, type RestartRule, type RunFailure } from './restartPolicy.ts';
import { isUp, type Destination, type RestingStatus, type Service, type ServerStatus } from './status.ts';

/** Everything that decides what may happen next to a server. */
export interface Life {
  readonly status: ServerStatus;
  /** What it is while nothing of it runs and nobody wants it to: a matter of its definition. */
  readonly rest: RestingStatus;
  readonly history: RestartHistory;
  /** Since when it has been ready without trouble, in monotonic ms. */
  readonly steadySince?: number;
}

/** What can happen to a server. What people do comes first and is legal in every state. */
export type LifeEvent =
  | { type: 'start' }
  | { type: 'stop' }
  | { type: 'restart' }
  /** Its definition changed. `apply`: a run of the old one is to be replaced at once. */
  | { type: 'defined'; rest: RestingStatus; apply: boolean }
  /** The start succeeded. */
  | { type: 'ready'; service: Service }
  /** Something else is known of it: tools, session. */
  | { type: 'served'; news: Partial<Service> }
  | { type: 'troubled'; error: ExternalMcpError }
  | { type: 'recovered' }
  /** The start failed, or the run came to its end, or has to. */
  | { type: 'ended'; failure: RunFailure; rule: RestartRule }
  /** Nothing is left of the run. */
  | { type: 'cleared' }
  /** Something of the run could not be ended. */
  | { type: 'stuck'; error: ExternalMcpError }
  /** The wait before the next start is over. */
  | { type: 'due' };

/** What is to be done about it. `begin`: there is no run, make one. `end`: end the run and say `cleared` or `stuck`. */
export type Effect = { type: 'begin' } | { type: 'end' } | { type: 'wait'; ms: number } | { type: 'cancelWait' };

interface Step {
  life: Life;
  effects: readonly Effect[];
}

export function bornAs(rest: RestingStatus): Life {
  return { status: rest, rest, history: NO_FAILURES };
}

/**
 * The one place that decides what a server does next. There is a run in `starting`, `ready`, `degraded`, `stopping` and in `failed` where it
 * says `isStuck`; `begin` is only ever asked for where there is none, so two never live at once. A wait runs in `restarting` and nowhere else.
 * @param now monotonic milliseconds
 */
export function transition(life: Life, event: LifeEvent, now: number): Step {
  switch (event.type) {
    case 'start':
      return isUp(life.status) || life.status.kind === 'starting' ? stay(life) : launch(life, 'asked', now);
    case 'stop':
      return halt(life, { kind: 'rest' });
    case 'restart':
      return restart(life, now);
    case 'defined':
      return redefine({ ...life, rest: event.rest }, event.apply, now);
    case 'ready':
      if (life.status.kind !== 'starting') return stay(life);
      return stay({ ...life, status: { kind: 'ready', ...event.service }, steadySince: now });
    case 'served':
      return isUp(life.status) ? stay({ ...life, status: { ...life.status, ...event.news } }) : stay(life);
    case 'troubled':
      if (!isUp(life.status)) return stay(life);
      return stay({ ...life, status: { ...life.status, kind: 'degraded', error: event.error } });
    case 'recovered':
      return recover(life, now);
    case 'ended':
      return isUp(life.status) || life.status.kind === 'starting'
        ? end(life, event.failure, event.rule, now)
        : stay(life);
    case 'cleared':
      return life.status.kind === 'stopping' ? arrive(life, life.status.next, now) : stay(life);
    case 'stuck':
      if (life.status.kind !== 'stopping') return stay(life);
      return stay({ ...life, status: { kind: 'failed', error: event.error, isStuck: true } });
    case 'due':
      return life.status.kind === 'restarting' ? begin(life, 'automatic', now) : stay(life);
    default:
      return assertNever(event);
  }
}

function stay(life: Life): Step {
  return { life, effects: [] };
}

/** Somebody wants it to run who does not mind what went before. */
function launch(life: Life, reason: 'asked' | 'restart', now: number): Step {
  const fresh = { ...life, history: NO_FAILURES };
  const { status } = fresh;
  switch (status.kind) {
    case 'disabled':
      return stay(life);
    case 'stopping':
      return stay({ ...fresh, status: { kind: 'stopping', next: { kind: 'start', reason } } });
    case 'restarting':
      return withEffects(begin(fresh, reason, now), { type: 'cancelWait' });
    case 'failed':
      return status.isStuck === true ? leave(fresh, { kind: 'start', reason }) : begin(fresh, reason, now);
    case 'stopped':
    case 'authRequired':
      return begin(fresh, reason, now);
    case 'starting':
    case 'ready':
    case 'degraded':
      return leave(fresh, { kind: 'start', reason });
    default:
      return assertNever(status);
  }
}

/** A restart that is under way is the same restart, however often it is asked for. */
function restart(life: Life, now: number): Step {
  const { status } = life;
  if (status.kind === 'starting' && status.reason === 'restart') return stay(life);
  return launch(life, 'restart', now);
}

/** Ends what runs or waits to run. */
function halt(life: Life, next: Destination): Step {
  const fresh = { ...life, history: NO_FAILURES };
  const { status } = fresh;
  switch (status.kind) {
    case 'stopping':
      return stay({ ...fresh, status: { kind: 'stopping', next } });
    case 'restarting':
      return withEffects(arrive(fresh, next, 0), { type: 'cancelWait' });
    case 'failed':
      return status.isStuck === true ? leave(fresh, next) : arrive(fresh, next, 0);
    case 'stopped':
    case 'disabled':
    case 'authRequired':
      return arrive(fresh, next, 0);
    case 'starting':
    case 'ready':
    case 'degraded':
      return leave(fresh, next);
    default:
      return assertNever(status);
  }
}

function redefine(life: Life, apply: boolean, now: number): Step {
  const { status, rest } = life;
  if (rest.kind === 'disabled') return halt(life, { kind: 'rest' });
  switch (status.kind) {
    case 'starting':
    case 'ready':
    case 'degraded':
      return apply ? leave({ ...life, history: NO_FAILURES }, { kind: 'start', reason: 'restart' }) : stay(life);
    case 'restarting':
      // Whoever edits it wants to see whether that helped.
      return rest.kind === 'stopped' ? launch(life, 'asked', now) : halt(life, { kind: 'rest' });
    case 'stopping':
      return stay({ ...life, status: { kind: 'stopping', next: reconsider(status.next, rest) } });
    case 'failed':
      return status.isStuck === true ? stay(life) : stay({ ...life, status: rest });
    case 'stopped':
    case 'disabled':
    case 'authRequired':
      return stay({ ...life, status: rest });
    default:
      return assertNever(status);
  }
}

/** What was decided about the old definition says nothing about the new one; what somebody asked for stays. */
function reconsider(next: Destination, rest: RestingStatus): Destination {
  if (next.kind === 'rest' || next.kind === 'start') return next;
  return next.kind === 'restarting' && rest.kind === 'stopped' ? { kind: 'start', reason: 'asked' } : { kind: 'rest' };
}

function recover(life: Life, now: number): Step {
  if (life.status.kind !== 'degraded') return stay(life);
  const { error: _over, ...service } = life.status;
  return stay({ ...life, status: { ...service, kind: 'ready' }, steadySince: now });
}

/** It ended without being asked; what becomes of it is decided at once, and happens when nothing is left of the run. */
function end(life: Life, failure: RunFailure, rule: RestartRule, now: number): Step {
  const { error, nature, what } = failure;
  if (nature === 'auth') return leave({ ...life, history: NO_FAILURES }, { kind: 'authRequired', error });
  const readyMs = isUp(life.status) ? { readyMs: now - (life.steadySince ?? now) } : {};
  const decision = afterEnd(rule, life.history, { nature, ...readyMs });
  switch (decision.kind) {
    case 'rest':
      return leave({ ...life, history: NO_FAILURES }, { kind: 'rest', ended: what });
    case 'giveUp': {
      const loop = decision.crashLoop === undefined ? {} : { crashLoop: decision.crashLoop };
      const action = failure.action === undefined ? {} : { action: failure.action };
      return leave({ ...life, history: NO_FAILURES }, { kind: 'failed', error, ...loop, ...action });
    }
    case 'restart': {
      const { history, delayMs } = decision;
      return leave({ ...life, history }, { kind: 'restarting', at: now + delayMs, attempt: history.failures, error });
    }
    default:
      return assertNever(decision);
  }
}

/** There is a run, and it goes before anything else begins. */
function leave(life: Life, next: Destination): Step {
  return { life: { ...life, status: { kind: 'stopping', next } }, effects: [{ type: 'end' }] };
}

/** There is no run, and this is what comes next. */
function arrive(life: Life, next: Destination, now: number): Step {
  switch (next.kind) {
    case 'rest': {
      const ended = next.ended === undefined || life.rest.kind !== 'stopped' ? {} : { ended: next.ended };
      return stay({ ...life, status: { ...life.rest, ...ended } });
    }
    case 'start':
      return life.rest.kind === 'disabled' ? stay({ ...life, status: life.rest }) : begin(life, next.reason, now);
    case 'restarting':
      if (next.at <= now) return begin(life, 'automatic', now);
      return { life: { ...life, status: next }, effects: [{ type: 'wait', ms: next.at - now }] };
    case 'failed':
    case 'authRequired':
      return stay({ ...life, status: next });
    default:
      return assertNever(next);
  }
}

function begin(life: Life, reason: 'asked' | 'restart' | 'automatic', now: number): Step {
  return { life: { ...life, status: { kind: 'starting', since: now, reason } }, effects: [{ type: 'begin' }] };
}

function withEffects({ life, effects }: Step, first: Effect): Step {
  return { life, effects: [first, ...effects] };
}
