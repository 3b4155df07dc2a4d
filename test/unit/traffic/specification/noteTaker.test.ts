import assert from 'node:assert/strict';
import type { Clock } from '../../../../src/base/clock.ts';
import { toDisposable } from '../../../../src/base/lifecycle.ts';
import { NoteTaker } from '../../../../src/traffic/specification/noteTaker.ts';
import type { TrafficLog } from '../../../../src/traffic/trafficLog.ts';
import { newLog, nextTurn, record } from '../records.ts';
import { initialize, initialized, notification, Wire } from './wire.ts';

/** A clock that a test moves; what was asked for is kept until it is run by hand. */
interface HandClock extends Clock {
  readonly tasks: (() => void)[];
  /** Milliseconds that were asked for. */
  readonly waits: number[];
  time: number;
  /** Time that passes by being looked at. */
  step: number;
}

function handClock(): HandClock {
  const clock: HandClock = {
    tasks: [],
    waits: [],
    time: 0,
    step: 0,
    now: () => (clock.time += clock.step),
    wallTime: () => clock.time,
    after(ms, task) {
      clock.tasks.push(task);
      clock.waits.push(ms);
      return toDisposable(() => void clock.tasks.splice(clock.tasks.indexOf(task), 1));
    },
  };
  return clock;
}

interface Taken {
  taker: NoteTaker;
  clock: HandClock;
  notes: [number, string][];
  errors: unknown[];
}

/** A note taker whose checker is loaded and which waits for its first slice. */
async function takerOf(log: TrafficLog): Promise<Taken> {
  const clock = handClock();
  const notes: [number, string][] = [];
  const errors: unknown[] = [];
  const taker = new NoteTaker(log, {
    clock,
    onFindings: (seq, findings) => notes.push(...findings.map(({ rule }): [number, string] => [seq, rule])),
    onError: (error) => errors.push(error),
  });
  await nextTurn();
  while (clock.tasks.length === 0) await nextTurn();
  return { taker, clock, notes, errors };
}

const wrong = (): ReturnType<typeof record> => record('not JSON\n');

describe('traffic: notes are taken behind the traffic', () => {
  it('finds what is there, and what comes, in order', async () => {
    const log = newLog();
    log.append(wrong());
    const { taker, clock, notes, errors } = await takerOf(log);
    clock.tasks.shift()?.();
    log.append(record(`${JSON.stringify(initialize())}\n`, { direction: 'sent' }));
    log.append(wrong());
    await nextTurn();
    assert.deepEqual(notes, [[1, 'stdio.message']]);
    clock.tasks.shift()?.();
    assert.deepEqual(notes, [
      [1, 'stdio.message'],
      [3, 'stdio.message'],
    ]);
    assert.equal(taker.lastChecked, 3);
    assert.deepEqual([clock.tasks, errors], [[], []]);
    taker.dispose();
  });

  it('stops after a slice, and pauses for longer while more comes in', async () => {
    const log = newLog();
    for (let entry = 0; entry < 20; entry += 1) log.append(wrong());
    const { taker, clock } = await takerOf(log);
    clock.step = 1;
    clock.waits.length = 0;
    clock.tasks.shift()?.();
    const first = taker.lastChecked;
    assert.ok(first > 0 && first < 10, `a slice has checked ${first}`);
    log.append(wrong());
    clock.tasks.shift()?.();
    clock.tasks.shift()?.();
    assert.deepEqual(clock.waits.slice(0, 3), [50, 50, 5]);
    while (clock.tasks.length > 0) clock.tasks.shift()?.();
    assert.equal(taker.lastChecked, 21);
    taker.dispose();
  });

  it('does nothing while entries are appended', async () => {
    const log = newLog();
    log.append(wrong());
    const { taker, clock, notes } = await takerOf(log);
    for (let entry = 0; entry < 1000; entry += 1) log.append(wrong());
    await nextTurn();
    assert.deepEqual([clock.tasks.length, notes], [1, []]);
    taker.dispose();
  });

  it('passes over what was dropped, and leaves open what follows from it', async () => {
    const log = newLog();
    const wire = new Wire().pipes();
    for (const entry of wire.records) log.append(entry);
    const { taker, clock, notes } = await takerOf(log);
    log.clear();
    // Answers and progress, whose requests may have been among those.
    log.append(record(`${JSON.stringify(initialized())}\n`));
    log.append(
      record(`${JSON.stringify(notification('notifications/progress', { progressToken: 1, progress: 1 }))}\n`),
    );
    await nextTurn();
    while (clock.tasks.length > 0) clock.tasks.shift()?.();
    assert.deepEqual(notes, []);
    assert.equal(taker.lastChecked, 5);
    taker.dispose();
  });

  it('ends with everything that it had planned', async () => {
    const log = newLog();
    log.append(wrong());
    const { taker, clock, notes } = await takerOf(log);
    taker.dispose();
    log.append(wrong());
    await nextTurn();
    assert.deepEqual([clock.tasks, notes], [[], []]);
  });

  it('goes on behind an entry that somebody who hears of it cannot take', async () => {
    const log = newLog();
    log.append(wrong());
    log.append(wrong());
    const clock = handClock();
    const errors: unknown[] = [];
    const taker = new NoteTaker(log, {
      clock,
      onFindings: () => {
        throw new Error('Not now');
      },
      onError: (error) => errors.push(error),
    });
    while (clock.tasks.length === 0) await nextTurn();
    clock.tasks.shift()?.();
    assert.equal(errors.length, 2);
    assert.equal(taker.lastChecked, 2);
    taker.dispose();
  });
});
