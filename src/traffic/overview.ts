import { isFailure, type SegmentView } from './segment.ts';
import type { RowTest, Segments } from './segments.ts';

/** Milliseconds on either side of the epoch that a date can be; what an imported file has beyond it is no time. */
const LAST_TIME = 8.64e15;

/** How much happened when: `counts[i]` entries, `errors[i]` of them failures, from `from + i * width` on. Milliseconds since the epoch. */
export interface Overview {
  from: number;
  width: number;
  counts: number[];
  errors: number[];
}

/**
 * Counts the entries that pass, in one pass over their columns. The range is that of all entries, so that it stays as it is whatever passes;
 * what an imported file has out of order counts at its ends. Undefined where there are none.
 * @param passes the test of a filter's columns, as `splitFilter` makes it
 */
export function overview(
  { segments }: Pick<Segments, 'segments'>,
  buckets: number,
  passes: (segment: SegmentView) => RowTest,
): Overview | undefined {
  const range = rangeOf(segments);
  if (range === undefined) return undefined;
  const { from, to } = range;
  // A moment has a width too, and the last entry belongs to the last bucket.
  const width = Math.max(1, to - from) / buckets;
  const [counts, errors] = [zeros(buckets), zeros(buckets)];
  for (const segment of segments) {
    const test = passes(segment);
    for (let row = 0; row < segment.count; row += 1) {
      const time = segment.columns.time[row] ?? Number.NaN;
      if (!isTime(time) || !test(row)) continue;
      const bucket = Math.max(0, Math.min(buckets - 1, Math.floor((time - from) / width)));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      if (isFailure(segment, row)) errors[bucket] = (errors[bucket] ?? 0) + 1;
    }
  }
  return { from, width, counts, errors };
}

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}

function rangeOf(segments: readonly SegmentView[]): { from: number; to: number } | undefined {
  const ends = segments
    .filter(({ count }) => count > 0)
    .flatMap(({ columns, count }) => [columns.time[0] ?? Number.NaN, columns.time[count - 1] ?? Number.NaN])
    .filter(isTime);
  return ends.length === 0 ? undefined : { from: Math.min(...ends), to: Math.max(...ends) };
}

function isTime(time: number): boolean {
  return Math.abs(time) <= LAST_TIME;
}
