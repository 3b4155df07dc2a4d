import assert from 'node:assert/strict';
import type { Clock } from '../../../../src/base/clock.ts';
import { toDisposable } from '../../../../src/base/lifecycle.ts';
import type { Timing } from '../../../../src/traffic/slices.ts';
import { NoteTaker } from '../../../../src/traffic/specification/noteTaker.ts';
import type { TrafficLog } from '../../../../src/traffic/trafficLog.ts';
import { newLog, nextTurn, record } from '../records.ts';
import { initialize, initialized, notification, Wire } from './wire.ts';

/** A clock that a test moves; what was asked for is kept until it is run by hand. */
function handTiming(): Timing & { tasks: (() => void)[]; waits: (number | 'soon')[]; now: number; step: number } {
  const keep = (wait: number | 'soon', task: () => void) => {
    timing.tasks.push(task);
    timing.waits.push(wait);
    return toDisposable(() => void timing.tasks.splice(timing.tasks.indexOf(task), 1));
  };
  const clock: Clock = {
    // Time passes by being looked at.
    now: () => (timing.now += timing.step),
    wallTime: () => timing.now,
    after: (ms, task) => keep(ms, task),
  };
  const timing = {
    clock,
    soon: (task: () => void) => keep('soon', task),
    tasks: [] as (() => void)[],
    waits: [] as (number | 'soon')[],
    now: 0,
    step: 0,
  };
  return timing;
}

interface Taken {
  taker: NoteTaker;
  timing: ReturnType<typeof handTiming>;
  notes: [number, string][];
  errors: unknown[];
}

/** A note taker whose checker is loaded and which waits for its first slice. */
async function takerOf(log: TrafficLog): Promise<Taken> {
  const timing = handTiming();
  const notes: [number, string][] = [];
  const errors: unknown[] = [];
  const taker = new NoteTaker(log, {
    timing,
    onFindings: (seq, findings) => notes.push(...findings.map(({ rule }): [number, string] => [seq, rule])),
    onError: (error) => errors.push(error),
  });
  await nextTurn();
  while (timing.tasks.length === 0) await nextTurn();
  return { taker, timing, notes, errors };
}

const wrong = (): ReturnType<typeof record> => record('not JSON\n');

describe('traffic: notes are taken behind the traffic', () => {
  it('finds what is there, and what comes, in order', async () => {
    const log = newLog();
    log.append(wrong());
    const { taker, timing, notes, errors } = await takerOf(log);
    timing.tasks.shift()?.();
    log.append(record(`${JSON.stringify(initialize())}\n`, { direction: 'sent' }));
    log.append(wrong());
    await nextTurn();
    assert.deepEqual(notes, [[1, 'stdio.message']]);
    timing.tasks.shift()?.();
    assert.deepEqual(notes, [
      [1, 'stdio.message'],
      [3, 'stdio.message'],
    ]);
    assert.equal(taker.lastChecked, 3);
    assert.deepEqual([timing.tasks, errors], [[], []]);
    taker.dispose();
  });

  it('stops after a slice, pauses while more comes in, and goes on at once when nothing does', async () => {
    const log = newLog();
    for (let entry = 0; entry < 20; entry += 1) log.append(wrong());
    const { taker, timing } = await takerOf(log);
    timing.step = 1;
    timing.waits.length = 0;
    timing.tasks.shift()?.();
    const first = taker.lastChecked;
    assert.ok(first > 0 && first < 10, `a slice has checked ${first}`);
    log.append(wrong());
    timing.tasks.shift()?.();
    timing.tasks.shift()?.();
    assert.deepEqual(timing.waits.slice(0, 3), [20, 20, 'soon']);
    while (timing.tasks.length > 0) timing.tasks.shift()?.();
    assert.equal(taker.lastChecked, 21);
    taker.dispose();
  });

  it('does nothing while entries are appended', async () => {
    const log = newLog();
    log.append(wrong());
    const { taker, timing, notes } = await takerOf(log);
    for (let entry = 0; entry < 1000; entry += 1) log.append(wrong());
    await nextTurn();
    assert.deepEqual([timing.tasks.length, notes], [1, []]);
    taker.dispose();
  });

  it('passes over what was dropped, and leaves open what follows from it', async () => {
    const log = newLog();
    const wire = new Wire().pipes();
    for (const entry of wire.records) log.append(entry);
    const { taker, timing, notes } = await takerOf(log);
    log.clear();
    // Answers and progress, whose requests may have been among those.
    log.append(record(`${JSON.stringify(initialized())}\n`));
    log.append(
      record(`${JSON.stringify(notification('notifications/progress', { progressToken: 1, progress: 1 }))}\n`),
    );
    await nextTurn();
    while (timing.tasks.length > 0) timing.tasks.shift()?.();
    assert.deepEqual(notes, []);
    assert.equal(taker.lastChecked, 5);
    taker.dispose();
  });

  it('ends with everything that it had planned', async () => {
    const log = newLog();
    log.append(wrong());
    const { taker, timing, notes } = await takerOf(log);
    taker.dispose();
    log.append(wrong());
    await nextTurn();
    assert.deepEqual([timing.tasks, notes], [[], []]);
  });

  it('goes on behind an entry that somebody who hears of it cannot take', async () => {
    const log = newLog();
    log.append(wrong());
    log.append(wrong());
    const timing = handTiming();
    const errors: unknown[] = [];
    const taker = new NoteTaker(log, {
      timing,
      onFindings: () => {
        throw new Error('Not now');
      },
      onError: (error) => errors.push(error),
    });
    while (timing.tasks.length === 0) await nextTurn();
    timing.tasks.shift()?.();
    assert.equal(errors.length, 2);
    assert.equal(taker.lastChecked, 2);
    taker.dispose();
  });
});
