import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FilteredView, type ViewChange } from '../../../src/traffic/view.ts';
import { ManualTiming } from './manualTiming.ts';
import { filterOf, newLog, nextTurn, record } from './records.ts';

function seqs(view: FilteredView): number[] {
  return view.page(0, 1000).map(({ seq }) => seq);
}

describe('A view that searches bodies', () => {
  it('goes on in slices, tells how far it is, and has found everything at the end', () => {
    const log = newLog();
    for (let index = 1; index <= 100; index += 1) log.append(record(index % 2 === 0 ? 'needle' : 'hay'));
    const timing = new ManualTiming();
    timing.step = 1;
    const view = new FilteredView(log, { filter: filterOf('NEEDLE'), heads: false, timing });
    const shares: number[] = [];
    view.onDidProgress((share) => shares.push(share));
    assert.ok(view.total > 0 && view.total < 10, `${view.total} in the first slice`);
    assert.ok(view.progress > 0 && view.progress < 0.2);
    const totals: number[] = [];
    view.onDidChange(({ total }) => totals.push(total));
    timing.runAll();
    assert.deepEqual([view.total, view.progress, shares.at(-1), totals.at(-1)], [50, 1, 1, 50]);
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => a - b),
    );
    assert.equal(view.indexOf(100), 49);
    assert.equal(timing.waiting, 0);
  });

  it('does not start the clock for rows that the columns rule out', () => {
    const log = newLog();
    for (let index = 0; index < 1000; index += 1) log.append(record('needle', { server: 'other' }));
    log.append(record('needle'));
    const timing = new ManualTiming();
    timing.step = 1;
    const view = new FilteredView(log, { filter: filterOf('needle server:alpha'), heads: false, timing });
    assert.deepEqual([view.total, view.progress], [1, 1]);
  });

  it('looks at ids in slices too, as nearly every row has another', () => {
    const log = newLog();
    for (let id = 0; id < 100; id += 1)
      log.append(record(JSON.stringify({ jsonrpc: '2.0', id: `call-${id}`, method: 'ping' })));
    const timing = new ManualTiming();
    timing.step = 1;
    const view = new FilteredView(log, { filter: filterOf('id:call-9*'), heads: false, timing });
    assert.equal(view.total, 0);
    assert.ok(view.progress < 0.2);
    timing.runAll();
    assert.deepEqual([view.total, view.progress], [11, 1]);
    const bySeq = new FilteredView(log, { filter: filterOf('id:#7'), heads: false, timing });
    assert.deepEqual([seqs(bySeq), bySeq.progress], [[7], 1]);
  });

  it('keeps what was found when it is stopped, and looks at what comes after', async () => {
    const log = newLog();
    for (let index = 0; index < 100; index += 1) log.append(record('needle'));
    const timing = new ManualTiming();
    timing.step = 1;
    const view = new FilteredView(log, { filter: filterOf('needle'), heads: false, timing });
    const found = view.total;
    view.stop();
    assert.equal(view.progress, 1);
    timing.runAll();
    assert.equal(view.total, found);
    await nextTurn();
    log.append(record('needle'));
    await nextTurn();
    timing.runAll();
    assert.deepEqual([view.total, view.indexOf(101)], [found + 1, found]);
  });

  it('has no task left once it is disposed of', () => {
    const log = newLog();
    for (let index = 0; index < 100; index += 1) log.append(record('needle'));
    const timing = new ManualTiming();
    timing.step = 1;
    const view = new FilteredView(log, { filter: filterOf('needle'), heads: false, timing });
    assert.ok(timing.waiting > 0);
    view.dispose();
    assert.equal(timing.waiting, 0);
  });

  it('gives up an expression that does not come to an end, and says so', () => {
    const log = newLog();
    log.append(record('x'.repeat(200)));
    log.append(record('xxy'));
    const timing = new ManualTiming();
    const view = new FilteredView(log, { filter: filterOf('/(x+x+)+y/'), heads: false, timing });
    timing.runAll();
    assert.equal(view.progress, 1);
    assert.match(view.problem ?? '', /takes too long/);
    // Else each entry that comes would cost the time that it takes to give up.
    log.append(record('xxy'));
    timing.runAll();
    assert.deepEqual(seqs(view), []);
    const other = new FilteredView(log, { filter: filterOf('/x+y/'), heads: false, timing });
    timing.runAll();
    assert.deepEqual([seqs(other), other.problem], [[2, 3], undefined]);
  });

  it('has the rows that a fresh search finds, under any appending, dropping and slicing', async () => {
    const step = fc.record({
      text: fc.constantFrom('a needle', 'hay'),
      size: fc.nat(1500),
      clear: fc.nat(60),
      turn: fc.nat(8),
      run: fc.nat(3),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), fc.boolean(), async (steps, sorted) => {
        const log = newLog({ maxBytes: 30_000 });
        const timing = new ManualTiming();
        timing.step = 3;
        const order = sorted ? { order: { column: 'size', descending: true } as const } : {};
        const view = new FilteredView(log, { filter: filterOf('needle'), heads: false, timing, ...order });
        let total = 0;
        view.onDidChange((change: ViewChange) => {
          total = change.total;
        });
        for (const { text, size, clear, turn, run } of steps) {
          log.append(record(text + '.'.repeat(size)));
          if (clear === 0) log.clear();
          if (turn === 0) await nextTurn();
          for (let times = 0; times < run; times += 1) timing.runNext();
        }
        await nextTurn();
        timing.runAll();
        const entries = log.entries(filterOf('needle'));
        const expected = (sorted ? entries.toSorted((a, b) => b.size - a.size || a.seq - b.seq) : entries).map(
          ({ seq }) => seq,
        );
        assert.deepEqual(seqs(view), expected);
        assert.equal(total, expected.length);
        for (const [position, seq] of expected.entries()) assert.equal(view.indexOf(seq), position);
        view.dispose();
        log.dispose();
      }),
      { numRuns: 60 },
    );
  });
});
