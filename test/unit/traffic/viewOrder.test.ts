import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EVERYTHING } from '../../../src/traffic/filter.ts';
import type { SortColumn } from '../../../src/traffic/sortKeys.ts';
import type { TrafficRow } from '../../../src/traffic/entry.ts';
import type { TrafficLog } from '../../../src/traffic/trafficLog.ts';
import { FilteredView, type ViewChange } from '../../../src/traffic/view.ts';
import { ManualTiming } from './manualTiming.ts';
import { comment, filterOf, newLog, nextTurn, record, responseHead, rpc } from './records.ts';

function seqs(view: FilteredView): number[] {
  return view.page(0, 1000).map(({ seq }) => seq);
}

const DIRECTIONS = ['sent', 'received', 'internal'];
const KINDS = ['request', 'response', 'error', 'notification', 'comment', 'other'];

/** What a row is sorted by, read from what people see of it. */
function keyOf(row: TrafficRow, column: SortColumn): string | number | undefined {
  switch (column) {
    case 'time':
    case 'waterfall':
      return row.seq;
    case 'duration':
      return row.durationMs;
    case 'direction':
      return DIRECTIONS.indexOf(row.direction);
    case 'kind':
      return KINDS.indexOf(row.kind);
    case 'server':
    case 'label':
      return row[column].toLowerCase();
    case 'tool':
      return row.tool?.toLowerCase();
    default:
      return row[column];
  }
}

function sortedRows(log: TrafficLog, column: SortColumn, descending: boolean): number[] {
  const rows = log.entries().flatMap(({ seq }) => log.row(seq) ?? []);
  const compare = (a: TrafficRow, b: TrafficRow): number => {
    const [left, right] = [keyOf(a, column), keyOf(b, column)];
    if (left === right) return a.seq - b.seq;
    if (left === undefined) return 1;
    if (right === undefined) return -1;
    return left < right === descending ? 1 : -1;
  };
  return rows.toSorted(compare).map(({ seq }) => seq);
}

const columns: readonly SortColumn[] = [
  'time',
  'server',
  'direction',
  'label',
  'tool',
  'kind',
  'status',
  'size',
  'duration',
  'waterfall',
];

describe('A view in another order', () => {
  for (const column of columns) {
    for (const descending of [false, true]) {
      it(`sorts by ${column}, ${descending ? 'greatest' : 'least'} first, also what comes and what is answered later`, async () => {
        const step = fc.record({
          server: fc.constantFrom('beta', 'Alpha', 'gamma'),
          what: fc.constantFrom('request', 'answer', 'comment', 'head'),
          id: fc.nat(5),
          tool: fc.constantFrom('echo', 'Grep'),
          clear: fc.nat(80),
          run: fc.nat(2),
        });
        await fc.assert(
          fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
            const log = newLog({ maxBytes: 60_000 });
            const timing = new ManualTiming();
            timing.step = 2;
            const order = { column, descending };
            const view = new FilteredView(log, { filter: EVERYTHING, heads: true, order, timing });
            let time = 1000;
            for (const { server, what, id, tool, clear, run } of steps) {
              time += 7;
              const call = rpc({ id, method: 'tools/call', params: { name: tool } });
              if (what === 'request') log.append(record(JSON.stringify(call), { server, direction: 'sent', time }));
              else if (what === 'answer') log.append(record(JSON.stringify(rpc({ id, result: {} })), { server, time }));
              else if (what === 'comment') log.append(comment(`c${id}`, { server, time }));
              else log.append(responseHead(200 + id, '', { server, time, exchange: id + 1 }));
              if (clear === 0) log.clear();
              if (run === 0) await nextTurn();
              else timing.runNext();
            }
            await nextTurn();
            timing.runAll();
            const expected = sortedRows(log, column, descending);
            if ((column === 'time' || column === 'waterfall') && descending) expected.sort((a, b) => b - a);
            assert.deepEqual(seqs(view), expected);
            for (const [position, seq] of expected.entries()) assert.equal(view.indexOf(seq), position);
            assert.equal(view.indexOf(log.lastSeq + 1), -1);
            view.dispose();
            log.dispose();
          }),
          { numRuns: 25 },
        );
      });
    }
  }

  it('sorts more rows than are sorted at once, with the same result', () => {
    const log = newLog({ maxBytes: 256 * 1024 * 1024 });
    for (let index = 0; index < 10_000; index += 1) log.append(record('x'.repeat((index * 7919) % 101)));
    const timing = new ManualTiming();
    timing.step = 0.5;
    const order = { column: 'size', descending: true } as const;
    const view = new FilteredView(log, { filter: EVERYTHING, heads: false, order, timing });
    assert.deepEqual([view.total, view.progress < 1], [0, true]);
    timing.runAll();
    const expected = log
      .entries()
      .toSorted((a, b) => b.size - a.size || a.seq - b.seq)
      .map(({ seq }) => seq);
    const found = Array.from({ length: 10 }, (_, page) => view.page(page * 1000, 1000).map(({ seq }) => seq)).flat();
    assert.deepEqual(found, expected);
    assert.deepEqual([view.total, view.progress], [10_000, 1]);
  });

  it('merges what comes at most every 250 ms', async () => {
    const log = newLog();
    log.append(record('x'));
    const timing = new ManualTiming();
    const order = { column: 'size', descending: false } as const;
    const view = new FilteredView(log, { filter: EVERYTHING, heads: false, order, timing });
    await nextTurn();
    const times: number[] = [];
    view.onDidChange(() => times.push(timing.clock.now()));
    for (let index = 0; index < 3; index += 1) {
      log.append(record('xx'));
      await nextTurn();
    }
    assert.deepEqual([times, view.total], [[], 1]);
    timing.runAll();
    assert.deepEqual([times, view.total], [[250], 4]);
  });

  it('shows the newest first without sorting, and says that positions have changed', async () => {
    const log = newLog();
    for (let index = 0; index < 3; index += 1) log.append(record('x'));
    const order = { column: 'time', descending: true } as const;
    const view = new FilteredView(log, { filter: EVERYTHING, heads: false, order });
    await nextTurn();
    const changes: ViewChange[] = [];
    view.onDidChange((change) => changes.push(change));
    log.append(record('x'));
    assert.deepEqual(seqs(view), [4, 3, 2, 1]);
    assert.deepEqual(changes, [{ total: 4, dropped: 0, isReordered: true }]);
    assert.deepEqual([view.indexOf(4), view.indexOf(1), view.page(4, 1)], [0, 3, []]);
  });
});

describe('A view of a part', () => {
  it('has the entries of one server, by its exact name, within a range of time', () => {
    const log = newLog();
    for (const [server, time] of [
      ['a*', 10],
      ['ab', 20],
      ['a*', 30],
      ['A*', 30],
      ['a*', 40],
    ] as const) {
      log.append(record('x', { server, time }));
    }
    const options = { filter: EVERYTHING, heads: false };
    assert.deepEqual(seqs(new FilteredView(log, { ...options, server: 'a*' })), [1, 3, 5]);
    assert.deepEqual(seqs(new FilteredView(log, { ...options, from: 20, to: 30 })), [2, 3, 4]);
    assert.deepEqual(seqs(new FilteredView(log, { ...options, server: 'a*', from: 30 })), [3, 5]);
    assert.deepEqual(seqs(new FilteredView(log, { ...options, to: 10 })), [1]);
  });
});

describe('A view of what may change', () => {
  function request(id: number): string {
    return JSON.stringify(rpc({ id, method: 'ping' }));
  }

  for (const words of ['is:pending', 'is:pending ping']) {
    it(`lets a row of ${words} go when it is answered, and says that positions have changed`, async () => {
      const log = newLog();
      for (const id of [1, 2, 3]) log.append(record(request(id), { direction: 'sent' }));
      const timing = new ManualTiming();
      const view = new FilteredView(log, { filter: filterOf(words), heads: false, timing });
      await nextTurn();
      timing.runAll();
      assert.deepEqual(seqs(view), [1, 2, 3]);
      const changes: ViewChange[] = [];
      view.onDidChange((change) => changes.push(change));
      log.append(record(JSON.stringify(rpc({ id: 2, result: {} }))));
      await nextTurn();
      timing.runAll();
      assert.deepEqual(seqs(view), [1, 3]);
      assert.deepEqual(changes, [{ total: 2, dropped: 0, isReordered: true }]);
    });
  }

  it('says nothing where what has changed makes no difference', async () => {
    const log = newLog();
    for (const id of [1, 2]) log.append(record(request(id), { direction: 'sent' }));
    const timing = new ManualTiming();
    const view = new FilteredView(log, { filter: filterOf('is:pending'), heads: false, timing });
    await nextTurn();
    timing.runAll();
    view.onDidChange(() => assert.fail('nothing of ours has changed'));
    log.addNotes(1, [{ rule: 'jsonrpc.shape', severity: 'error', message: 'no' }]);
    await nextTurn();
    timing.runAll();
    assert.equal(view.total, 2);
  });

  it('takes in a row that gets a note later', async () => {
    const log = newLog();
    log.append(record('x'));
    log.append(record('y'));
    const timing = new ManualTiming();
    const view = new FilteredView(log, { filter: filterOf('note:error'), heads: false, timing });
    await nextTurn();
    log.addNotes(1, [{ rule: 'jsonrpc.shape', severity: 'error', message: 'no' }]);
    await nextTurn();
    timing.runAll();
    assert.deepEqual(seqs(view), [1]);
  });
});
