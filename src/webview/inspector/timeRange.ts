import type { Overview } from '../../messages/inspector.ts';

/** A stretch of time, in milliseconds since the epoch; `from` is not after `to`. */
export interface TimeRange {
  from: number;
  to: number;
}

/** All that the overview shows. */
export function wholeRange({ from, width, counts }: Overview): TimeRange {
  return { from, to: from + width * counts.length };
}

/** The time at a share (0 to 1) of the overview's width. */
export function timeAt(overview: Overview, share: number): number {
  const { from, to } = wholeRange(overview);
  return from + (to - from) * Math.max(0, Math.min(1, share));
}

/** Where a time stands, as a share (0 to 1) of the overview's width. */
export function shareOf(overview: Overview, time: number): number {
  const { from, to } = wholeRange(overview);
  return to <= from ? 0 : Math.max(0, Math.min(1, (time - from) / (to - from)));
}

/** Both ends in whichever order they were drawn. */
export function rangeBetween(one: number, other: number): TimeRange {
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

/** The range after one end was moved by so many buckets; it stays in the overview, and the ends do not pass each other. Nothing is left of a range that is all. */
export function moveEnd(
  overview: Overview,
  range: TimeRange | undefined,
  end: 'from' | 'to',
  buckets: number,
): TimeRange | undefined {
  const whole = wholeRange(overview);
  const now = range ?? whole;
  const wanted = now[end] + buckets * overview.width;
  const moved =
    end === 'from'
      ? { from: Math.max(whole.from, Math.min(wanted, now.to)), to: now.to }
      : { from: now.from, to: Math.min(whole.to, Math.max(wanted, now.from)) };
  return moved.from <= whole.from && moved.to >= whole.to ? undefined : moved;
}

/**
 * The outline of columns in a box of `counts.length` by 1, as the `d` of an SVG path. Heights are square roots of shares of `most`: a
 * flood must not make everything beside it invisible.
 */
export function columnsPath(counts: readonly number[], most: number): string {
  let path = '';
  counts.forEach((count, index) => {
    if (count === 0 || most === 0) return;
    const height = Math.max(0.08, Math.sqrt(Math.min(1, count / most)));
    path += `M${index} 1V${(1 - height).toFixed(3)}h0.85V1z`;
  });
  return path;
}
