import assert from 'node:assert/strict';
import type { TrafficRow } from '../../../src/messages/inspector.ts';
import { rowMenu, type RowMenuHandlers } from '../../../src/webview/inspector/rowMenu.ts';
import { isFailure, rowSummary } from '../../../src/webview/inspector/rowText.ts';

const row: TrafficRow = {
  seq: 12,
  time: new Date(2026, 10, 22, 9, 41, 0, 7).getTime(),
  server: 'echo',
  direction: 'sent',
  channel: 'http-request',
  kind: 'request',
  origin: 'user',
  label: 'tools/call',
  tool: 'add',
  size: 120,
  durationMs: 4,
  status: 200,
};

describe('the summary of a row', () => {
  it('says in one breath what its cells show', () => {
    assert.equal(rowSummary(row), 'sent request tools/call add, status 200, 4.0 ms, 120 B, echo, 09:41:00.007');
  });

  it('says of which day a session or process is', () => {
    const summary = rowSummary({ ...row, label: 'spawned node', isBoundary: true });
    assert.equal(summary, 'spawned node, echo, 2026-11-22 09:41:00.007');
  });

  it('says what is odd about it before the numbers', () => {
    const odd: TrafficRow = {
      ...row,
      isPending: true,
      mark: 'late',
      notes: { count: 2, severity: 'warning' },
      call: 3,
    };
    assert.match(rowSummary(odd), /add, waiting for its answer, late, 2 notes, the worst a warning, status/);
    assert.match(rowSummary(odd), /belongs to #3/);
  });

  it('has nothing in it that could not be seen', () => {
    const summary = rowSummary({ ...row, label: 'a\u202eb\u001b[31mc' });
    assert.ok(!summary.includes('\u202e') && !summary.includes('\u001b'));
  });
});

describe('a row of a failure', () => {
  it('is an error, a refusal, or the note that an exchange broke, as the overview and the statistics count them', () => {
    const fails = (changes: Partial<TrafficRow>): boolean => isFailure({ ...row, ...changes });
    assert.ok(fails({ kind: 'error' }));
    assert.ok(fails({ status: 400 }));
    assert.ok(fails({ direction: 'internal', channel: 'http-response', kind: 'other' }));
    assert.ok(!fails({}));
    assert.ok(!fails({ direction: 'received', channel: 'http-response', kind: 'other' }));
    assert.ok(!fails({ direction: 'internal', channel: 'process', kind: 'other' }));
  });
});

describe('the menu of a row', () => {
  const nothing = (): void => {};
  const handlers: RowMenuHandlers = {
    open: nothing,
    copyAs: nothing,
    compare: nothing,
    replay: nothing,
    goTo: nothing,
    select: nothing,
    filterByServer: nothing,
    filterByMethod: nothing,
    filterBySession: nothing,
  };
  const context = { canCompare: false, isSelected: false, isFile: false };
  const labels = (of: TrafficRow, changes: Partial<typeof context> = {}): string[] =>
    rowMenu(of, { ...context, ...changes }, handlers).flatMap((item) => (item === undefined ? [] : [item.label]));

  it('offers what the row can be', () => {
    assert.ok(labels(row).includes('Copy as cURL'));
    assert.ok(labels(row).includes('Replay'));
    assert.ok(!labels({ ...row, channel: 'stdio' }).includes('Copy as cURL'));
    assert.ok(!labels({ ...row, direction: 'received' }).includes('Replay'));
    assert.ok(!labels({ ...row, kind: 'other' }).includes('Copy as JSON-RPC'));
  });

  it('offers the command of what has no method too, and of what answers a request', () => {
    const commands = (changes: Partial<TrafficRow>): string[] =>
      labels({ ...row, ...changes }).filter((label) => /cURL|PowerShell|fetch|JSON-RPC|SDK/.test(label));
    const http = ['Copy as cURL', 'Copy as PowerShell', 'Copy as fetch'];
    // A head, a DELETE, a batch; an answer that is no message; the note that an exchange broke.
    assert.deepEqual(commands({ kind: 'other', label: 'GET /mcp' }), http);
    assert.deepEqual(commands({ kind: 'other', direction: 'received', channel: 'http-response' }), http);
    assert.deepEqual(commands({ kind: 'other', direction: 'internal', channel: 'http-response' }), http);
    for (const kind of ['response', 'error'] as const) {
      assert.deepEqual(commands({ kind, direction: 'received', channel: 'sse' }), ['Copy as JSON-RPC', ...http]);
    }
    assert.deepEqual(commands({ kind: 'request', direction: 'received', channel: 'sse' }), ['Copy as JSON-RPC']);
    assert.deepEqual(commands({ kind: 'comment', direction: 'received', channel: 'sse' }), []);
    assert.deepEqual(commands({ kind: 'other', direction: 'received', channel: 'stdio' }), []);
  });

  it('sends nothing from a file', () => {
    assert.ok(!labels(row, { isFile: true }).some((label) => /Replay|Resend/.test(label)));
  });

  it('compares when there is something to compare with', () => {
    const compare = (canCompare: boolean): boolean | undefined =>
      rowMenu(row, { ...context, canCompare }, handlers).find((item) => item?.label === 'Compare with Selected')
        ?.isDisabled;
    assert.deepEqual([compare(false), compare(true)], [true, false]);
  });
});
