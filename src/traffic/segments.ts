import type { SegmentView } from './segment.ts';

/** Where an entry is. */
export interface Place<S extends SegmentView = SegmentView> {
  segment: S;
  row: number;
}

/** Says whether a row of the segment it was made for passes. */
export type RowTest = (row: number) => boolean;

/** Segments in the order of their entries, each beginning where the one before ends. */
export interface Segments<S extends SegmentView = SegmentView> {
  /** Oldest first. */
  readonly segments: readonly S[];
  /** `seq` of the oldest entry; one more than `lastSeq` when there is none. */
  readonly firstSeq: number;
  /** `seq` of the newest entry that ever was, 0 before the first. */
  readonly lastSeq: number;
}

export function findPlace<S extends SegmentView>(all: Segments<S>, seq: number): Place<S> | undefined {
  const { segments } = all;
  if (!Number.isInteger(seq) || seq < all.firstSeq || seq > all.lastSeq) return undefined;
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((segments[middle]?.firstSeq ?? 0) <= seq) low = middle;
    else high = middle - 1;
  }
  const segment = segments[low];
  return segment === undefined ? undefined : { segment, row: seq - segment.firstSeq };
}

/** Places of rows after `seq`, oldest first, that pass the test made for their segment. */
export function* searchPlaces<S extends SegmentView>(
  { segments }: Segments<S>,
  seq: number,
  passes: (segment: SegmentView) => RowTest,
): Generator<Place<S>> {
  for (const segment of segments) {
    if (segment.firstSeq + segment.count <= seq + 1) continue;
    const test = passes(segment);
    for (let row = Math.max(0, seq + 1 - segment.firstSeq); row < segment.count; row += 1) {
      if (test(row)) yield { segment, row };
    }
  }
}
