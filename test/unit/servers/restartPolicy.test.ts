import assert from 'node:assert/strict';
import {
  afterEnd,
  type Decision,
  NO_FAILURES,
  type RunEnd,
  type RestartMode,
  type RestartRule,
} from '../../../src/servers/restartPolicy.ts';

const failedStart: RunEnd = { nature: 'failure' };
const crashAfter = (readyMs: number): RunEnd => ({ nature: 'failure', readyMs });
const MINUTE_MS = 60_000;

describe('The restart policy', () => {
  it('waits 1, 2, 4 … 60 s before the next start, and gives up with the tenth failure in a row', () => {
    const decisions = play(
      'on-failure',
      Array.from({ length: 10 }, () => failedStart),
    );
    assert.deepEqual(waitsOf(decisions), [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    assert.deepEqual(decisions.at(-1), { kind: 'giveUp', crashLoop: { rule: 'failuresInARow', failures: 10 } });
  });

  it('begins at 1 s again for a server that was ready for a minute', () => {
    const decisions = play('on-failure', [
      failedStart,
      failedStart,
      crashAfter(MINUTE_MS - 1),
      crashAfter(MINUTE_MS),
      failedStart,
    ]);
    assert.deepEqual(waitsOf(decisions), [1, 2, 4, 1, 2]);
  });

  it('gives up with the fifth exit that comes within three minutes of being ready', () => {
    const decisions = play(
      'on-failure',
      Array.from({ length: 5 }, () => crashAfter(2 * MINUTE_MS)),
    );
    assert.deepEqual(waitsOf(decisions), [1, 1, 1, 1]);
    assert.deepEqual(decisions.at(-1), { kind: 'giveUp', crashLoop: { rule: 'shortLived', failures: 5 } });
  });

  it('goes on for ever with a server that lives longer than three minutes each time', () => {
    const decisions = play(
      'on-failure',
      Array.from({ length: 100 }, () => crashAfter(3 * MINUTE_MS)),
    );
    assert.deepEqual(new Set(waitsOf(decisions)), new Set([1]));
    assert.equal(decisions.length, 100);
  });

  it('forgets short lives with a long one, and not with a start that fails', () => {
    const short = crashAfter(MINUTE_MS);
    const decisions = play('on-failure', [
      short,
      short,
      short,
      short,
      crashAfter(3 * MINUTE_MS),
      short,
      short,
      short,
      failedStart,
      short,
      short,
    ]);
    assert.equal(
      decisions.findIndex(({ kind }) => kind === 'giveUp'),
      10,
    );
  });

  it('does not try again where that cannot help, whatever the mode', () => {
    for (const mode of ['always', 'on-failure', 'never'] as const) {
      assert.deepEqual(afterEnd(rule(mode), NO_FAILURES, { nature: 'hopeless' }), { kind: 'giveUp' });
    }
  });

  it('lets a server rest that ended by itself without an error, unless it is to run always', () => {
    const clean: RunEnd = { nature: 'clean', readyMs: 5 };
    assert.equal(afterEnd(rule('on-failure'), NO_FAILURES, clean).kind, 'rest');
    assert.equal(afterEnd(rule('never'), NO_FAILURES, clean).kind, 'rest');
    assert.equal(afterEnd(rule('always'), NO_FAILURES, clean).kind, 'restart');
  });

  it('does not give up what is to be tried for ever, and waits no longer than a minute', () => {
    let history = NO_FAILURES;
    for (let failure = 1; failure <= 100; failure += 1) {
      const decision = afterEnd(
        { mode: 'on-failure', isEndless: true },
        history,
        failure % 2 === 0 ? failedStart : crashAfter(5),
      );
      assert.ok(decision.kind === 'restart');
      assert.ok(decision.delayMs <= MINUTE_MS);
      history = decision.history;
    }
  });

  it('never starts again what is to be started never', () => {
    assert.deepEqual(afterEnd(rule('never'), NO_FAILURES, crashAfter(5)), { kind: 'giveUp' });
    assert.deepEqual(afterEnd(rule('never'), NO_FAILURES, failedStart), { kind: 'giveUp' });
  });
});

function rule(mode: RestartMode): RestartRule {
  return { mode, isEndless: false };
}

/** Every decision up to the first that is not another start. */
function play(mode: RestartMode, ends: readonly RunEnd[]): Decision[] {
  const decisions: Decision[] = [];
  let history = NO_FAILURES;
  for (const end of ends) {
    const decision = afterEnd(rule(mode), history, end);
    decisions.push(decision);
    if (decision.kind !== 'restart') break;
    history = decision.history;
  }
  return decisions;
}

function waitsOf(decisions: readonly Decision[]): number[] {
  return decisions.flatMap((decision) => (decision.kind === 'restart' ? [decision.delayMs / 1000] : []));
}
