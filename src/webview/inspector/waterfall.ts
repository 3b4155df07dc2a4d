import type { TrafficRow } from '../../messages/inspector.ts';

/**
 * What the width of the waterfall stands for. It is laid over the rows that are seen: over a whole log of hours, every bar would be a
 * point. In the order of time, `from` is the time (milliseconds since the epoch) at its left edge; in another order rows have nothing to do with
 * their neighbours, so all bars begin at the left and are compared by length: then `from` is absent.
 */
export interface WaterfallScale {
  from?: number;
  /** Milliseconds, more than 0. */
  span: number;
}

/** A piece of a bar, in shares of the width: `connect` until there is a connection, `wait` until the first byte, `stream` until the answer, `open` until the exchange ends, `live` what goes on. */
export interface BarPart {
  phase: 'connect' | 'wait' | 'stream' | 'open' | 'live';
  left: number;
  width: number;
}

export interface Bar {
  parts: readonly BarPart[];
  /** Where the row's message itself stands, when it has no parts. */
  point?: number;
  /** It goes on beyond the right edge. */
  isCut: boolean;
}

/** A scale spans at least that many milliseconds, so that two rows of the same moment do not look like ends of the world. */
const LEAST_SPAN_MS = 5;
/** Something that waits may take that much more room than all that is known, but not so little that it does not move: milliseconds. */
const LEAST_GROWTH_MS = 500;

/**
 * The scale for rows. A stream that stays open for an hour does not stretch it, and what still waits does so up to twice what the others need.
 * @param now milliseconds since the epoch
 */
export function waterfallScale(rows: readonly TrafficRow[], now: number, isChronological: boolean): WaterfallScale {
  const origin = (row: TrafficRow): number => (isChronological ? row.time : 0);
  let from = Infinity;
  let to = -Infinity;
  let live = -Infinity;
  for (const row of rows) {
    from = Math.min(from, origin(row));
    to = Math.max(to, origin(row) + answered(row));
    if (row.isPending === true) live = Math.max(live, origin(row) + Math.max(0, now - row.time));
  }
  if (from > to) return { span: LEAST_SPAN_MS };
  const known = to - from;
  const most = to + Math.max(known, LEAST_GROWTH_MS);
  const span = Math.max(LEAST_SPAN_MS, Math.max(to, Math.min(live, most)) - from);
  return isChronological ? { from, span } : { span };
}

function answered({ timing, durationMs, mark }: TrafficRow): number {
  if (timing === undefined) return 0;
  // What got no answer is over with its stream.
  if (mark === 'unanswered' && timing.endMs !== undefined) return Math.max(0, timing.endMs);
  return Math.max(0, timing.answerMs ?? durationMs ?? timing.firstByteMs ?? timing.connectMs ?? 0);
}

/** The bar of a row, its pieces within 0 and 1. Times that are out of order, as from a foreign file, are put into it. */
export function barOf(row: TrafficRow, scale: WaterfallScale, now: number): Bar {
  const start = scale.from === undefined ? 0 : row.time - scale.from;
  const { timing } = row;
  if (timing === undefined && row.isPending !== true) {
    return { parts: [], point: share(start, scale), isCut: false };
  }
  const { connectMs, firstByteMs, answerMs, endMs } = timing ?? {};
  const ends: [BarPart['phase'], number | undefined][] = [
    ['connect', connectMs],
    ['wait', firstByteMs],
    ['stream', answerMs],
    ['open', endMs],
    ['live', row.isPending === true ? Math.max(0, now - row.time) : undefined],
  ];
  const isAnswered = answerMs !== undefined;
  const parts: BarPart[] = [];
  let at = 0;
  for (const [phase, end] of ends) {
    if (end === undefined || end < at || (phase === 'open' && !isAnswered && row.mark !== 'unanswered')) continue;
    const [left, right] = [share(start + at, scale), share(start + end, scale)];
    if (right > left || phase === 'live') parts.push({ phase, left, width: right - left });
    at = end;
  }
  if (parts.length === 0) return { parts, point: share(start, scale), isCut: false };
  return { parts, isCut: start + at > scale.span * 1.0001 };
}

function share(ms: number, { span }: WaterfallScale): number {
  return Math.max(0, Math.min(1, ms / span));
}
