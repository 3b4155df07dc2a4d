import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backoffMs } from '../../../src/base/backoff.ts';
import { ExternalMcpError } from '../../../src/base/errors.ts';
import type { RestartMode, RunFailure } from '../../../src/servers/restartPolicy.ts';
import { isUp, type RestingStatus, type ServerStatus } from '../../../src/servers/status.ts';
import { failureOf, settled, Supervised } from './support/supervised.ts';

/** One thing that happens to a server. */
type Step =
  | { do: 'start' | 'stop' | 'restart' | 'ready' | 'vanish' | 'survive' | 'troubled' | 'recovered' }
  | { do: 'edit'; rest: RestingStatus; apply: boolean }
  | { do: 'mode'; mode: RestartMode }
  | { do: 'failStart' | 'crash'; nature: RunFailure['nature'] }
  | { do: 'pass'; ms: number };

const broken: RestingStatus = { kind: 'failed', error: new ExternalMcpError('config', 'It cannot be used.') };
const nature = fc.constantFrom<RunFailure['nature']>('failure', 'failure', 'clean', 'hopeless', 'auth');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('start' as const, 'stop' as const, 'restart' as const) }),
  // What brings it forward comes more often, so that all states are reached.
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('ready' as const, 'vanish' as const) }) },
  fc.record({ do: fc.constantFrom('survive' as const, 'troubled' as const, 'recovered' as const) }),
  fc.record({
    do: fc.constant('edit' as const),
    rest: fc.constantFrom<RestingStatus>({ kind: 'stopped' }, { kind: 'disabled' }, broken),
    apply: fc.boolean(),
  }),
  fc.record({ do: fc.constant('mode' as const), mode: fc.constantFrom<RestartMode>('always', 'on-failure', 'never') }),
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('failStart' as const, 'crash' as const), nature }) },
  // Half a second, a long wait, a clock that jumps an hour, a night's sleep.
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(500, 4000, 70_000, 200_000, 3_600_000, 28_800_000),
    }),
  },
);

/** Steps by which somebody says what they want; after them nothing that failed before counts. */
const ASKED: ReadonlySet<Step['do']> = new Set(['start', 'stop', 'restart', 'edit']);

describe('A supervised server, whatever happens to it in whatever order', () => {
  it('never lives twice, waits longer each time, and has no timer but the one that it waits for', async () => {
    const entered = new Set<ServerStatus['kind']>();
    const left = new Set<ServerStatus['kind']>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
        const test = new Supervised();
        const check = new Check(test);
        for (const each of steps) {
          const before = test.status.kind;
          await apply(test, each);
          check.after(each);
          entered.add(test.status.kind);
          if (test.status.kind !== before) left.add(before);
        }
        await endAndCheck(test);
      }),
      { numRuns: 500 },
    );
    const all = [
      'stopped',
      'starting',
      'ready',
      'degraded',
      'restarting',
      'stopping',
      'failed',
      'authRequired',
      'disabled',
    ];
    assert.deepEqual([...entered].toSorted(), all.toSorted());
    assert.deepEqual([...left].toSorted(), all.toSorted());
  }).timeout(60_000);
});

/** What must hold after every step. */
class Check {
  readonly #test: Supervised;
  #lastWait = 0;
  #readySince: number | undefined;

  constructor(test: Supervised) {
    this.#test = test;
    test.supervisor.onDidEndRun(({ next }) => {
      if (next.kind !== 'restarting') return;
      const wait = next.at - test.clock.now();
      assert.equal(wait, backoffMs(next.attempt));
      const recovered = this.#readySince !== undefined && test.clock.now() - this.#readySince >= 60_000;
      if (!recovered) assert.ok(wait >= this.#lastWait, `waits ${wait} after ${this.#lastWait}`);
      this.#lastWait = wait;
    });
  }

  after({ do: what }: Step): void {
    const { status, clock, runs } = this.#test;
    const live = runs.filter(({ isLive }) => isLive).length;
    assert.ok(live <= 1, `${live} runs live at once`);
    const mayLive =
      status.kind === 'starting' ||
      isUp(status) ||
      status.kind === 'stopping' ||
      (status.kind === 'failed' && status.isStuck === true);
    if (!mayLive) assert.equal(live, 0, `something lives in ${status.kind}`);
    if (isUp(status)) assert.equal(live, 1, `nothing lives in ${status.kind}`);
    assert.equal(clock.waiting, status.kind === 'restarting' ? 1 : 0, `timers in ${status.kind}`);
    if (ASKED.has(what)) this.#lastWait = 0;
    if (status.kind !== 'ready') this.#readySince = undefined;
    else this.#readySince ??= clock.now();
  }
}

async function apply(test: Supervised, step: Step): Promise<void> {
  const { supervisor } = test;
  const run = test.runs.at(-1);
  switch (step.do) {
    case 'start':
    case 'restart':
    case 'stop':
      supervisor[step.do]().catch(() => {});
      break;
    case 'edit':
      supervisor.dispatch({ type: 'defined', rest: step.rest, apply: step.apply });
      break;
    case 'mode':
      test.mode = step.mode;
      break;
    case 'ready':
      run?.becomeReady();
      break;
    case 'failStart':
      if (run?.phase === 'starting') test.nature = step.nature;
      run?.failToStart(new ExternalMcpError('process', 'It exits.'));
      break;
    case 'crash':
      run?.crash(failureOf(step.nature));
      break;
    case 'vanish':
    case 'survive':
      run?.[step.do]();
      break;
    case 'troubled':
      supervisor.dispatch({ type: 'troubled', error: new ExternalMcpError('connection', 'It is slow.') });
      break;
    case 'recovered':
      supervisor.dispatch({ type: 'recovered' });
      break;
    case 'pass':
      test.clock.advance(step.ms);
  }
  await settled();
}

/** However it went, it can be stopped, and then nothing happens any more. */
async function endAndCheck(test: Supervised): Promise<void> {
  const stopped = test.supervisor.stop();
  test.runs.at(-1)?.vanish();
  await settled();
  test.runs.at(-1)?.vanish();
  await stopped;
  const { length } = test.runs;
  await test.advance(28_800_000);
  assert.equal(test.runs.length, length);
  assert.equal(test.clock.waiting, 0);
  assert.equal(test.runs.filter(({ isLive }) => isLive).length, 0);
}
