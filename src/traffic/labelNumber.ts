import { kinds } from './codes.ts';
import { isHead, type SegmentView } from './segment.ts';

/** Number of the method that is the row's label; 0 where the label is in its bytes, as what is no message may have inherited a method. */
export function labelNumber(segment: SegmentView, row: number): number {
  const { columns } = segment;
  const kind = kinds.decode(columns.kind[row] ?? 0);
  return kind === 'comment' || kind === 'other' || isHead(segment, row) ? 0 : (columns.method[row] ?? 0);
}
