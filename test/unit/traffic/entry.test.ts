import assert from 'node:assert/strict';
import type { TrafficEntry as PublicEntry } from '../../../src/api.ts';
import type { TrafficRow as InspectorRow } from '../../../src/messages/inspector.ts';
import type { TrafficEntry, TrafficRow } from '../../../src/traffic/entry.ts';
import { appendCall, newLog } from './records.ts';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

describe('the shapes that leave the traffic layer', () => {
  it('are the public entry and the inspector’s row, in both directions', () => {
    // Compiling is the test; the layers may not import each other, so nothing else holds them together.
    const entries: Same<Required<TrafficEntry>, Required<PublicEntry>> = true;
    const rows: Same<Required<TrafficRow>, Required<InspectorRow>> = true;
    const entriesWithGaps: Same<TrafficEntry, PublicEntry> = true;
    const rowsWithGaps: Same<TrafficRow, InspectorRow> = true;
    assert.deepEqual([entries, rows, entriesWithGaps, rowsWithGaps], [true, true, true, true]);
  });

  it('have no fields with the value undefined', () => {
    const log = newLog();
    for (const seq of appendCall(log, 1)) {
      for (const shape of [log.entry(seq), log.row(seq)]) {
        assert.ok(shape !== undefined && Object.values(shape).every((value) => value !== undefined));
      }
    }
  });
});
