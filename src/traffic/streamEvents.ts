import { asBuffer } from '../base/asBuffer.ts';
import type { Redactor } from '../base/redact.ts';
import { startsStream } from './classify.ts';
import { channels } from './codes.ts';
import { Part } from './columns.ts';
import { type IdGap, idGaps } from './idGaps.ts';
import { rowsOfExchange } from './segment.ts';
import type { Place, Segments } from './segments.ts';
import { readSseLines } from './sseLines.ts';

/** One event of a stream, as it stood there; the shape of the inspector's list of events. */
export interface StreamEvent {
  seq: number;
  /** Milliseconds since the epoch. */
  time: number;
  /** Milliseconds since the event before; absent on the first. */
  gapMs?: number;
  /** Bytes before it in the stream. */
  offset: number;
  size: number;
  /** How many reads from the socket it came in. */
  chunks: number;
  event?: string;
  id?: string;
  retry?: string;
  data?: string;
  comments: string[];
  malformed: string[];
  /** The event has an id that the stream has had before. */
  isRepeated?: boolean;
  /** The stream ended before the empty line that would have made an event of it: no client acts on it. */
  isUnfinished?: boolean;
  /** Ids that count up have left out some before this one. */
  missing?: IdGap;
}

/** Characters of an event's data, as many as the page takes. */
const PREVIEW_LENGTH = 2000;
/** Characters of any other text of an event. */
const FIELD_LENGTH = 500;
/** How many events before the page are looked at for ids. What repeats an older one, or comes with a gap to it, is not marked. */
const ID_MEMORY = 2000;

/**
 * Events `first` to `first + count - 1` of the stream that an entry belongs to, and how many there are; secrets are masked. None where the
 * entry is of no HTTP exchange, or its answer is no stream.
 */
export function streamEvents(
  reader: Pick<Segments, 'segments'> & { place(seq: number): Place | undefined },
  redactor: Pick<Redactor, 'text'>,
  seq: number,
  first: number,
  count: number,
): { events: StreamEvent[]; total: number } {
  const place = reader.place(seq);
  const exchange = place?.segment.columns.exchange[place.row] ?? 0;
  if (exchange === 0) return { events: [], total: 0 };
  const places = eventsOf(reader.segments, exchange);
  const from = Math.max(0, first - ID_MEMORY);
  const ids = places.slice(from, first + count).map(idOf);
  const gaps = idGaps(ids);
  const seen = new Set(ids.slice(0, first - from));
  const events = places.slice(first, first + count).map((at, index) => {
    const event = describe(at, places[first + index - 1], seen, redactor);
    const gap = gaps.get(first - from + index);
    return gap === undefined ? event : { ...event, missing: { ...gap, after: shownText(redactor, gap.after) } };
  });
  return { events, total: places.length };
}

function eventsOf(segments: Segments['segments'], exchange: number): Place[] {
  const sse = channels.encode('sse');
  const places: Place[] = [];
  for (const segment of segments) {
    const { columns } = segment;
    for (const row of rowsOfExchange(segment, exchange))
      if (columns.channel[row] === sse && columns.part[row] === Part.content) places.push({ segment, row });
  }
  return places;
}

function describe(
  { segment, row }: Place,
  before: Place | undefined,
  ids: Set<string | undefined>,
  redactor: Pick<Redactor, 'text'>,
): StreamEvent {
  const { columns, firstSeq } = segment;
  const { event, id, retry, data, comments, malformed, isEvent } = linesOf({ segment, row });
  const shown = (text: string, length = FIELD_LENGTH): string => shownText(redactor, text, length);
  const time = columns.time[row] ?? 0;
  const result: StreamEvent = {
    seq: firstSeq + row,
    time,
    offset: offsetOf({ segment, row }) ?? 0,
    size: columns.length[row] ?? 0,
    chunks: segment.chunkStarts(row).length + 1,
    comments: comments.map((text) => shown(text)),
    malformed: malformed.map((text) => shown(text)),
  };
  if (before !== undefined) result.gapMs = Math.max(0, time - (before.segment.columns.time[before.row] ?? 0));
  if (event !== undefined) result.event = shown(event);
  if (id !== undefined) result.id = shown(id);
  if (retry !== undefined) result.retry = shown(retry);
  if (data !== undefined) result.data = shown(data, PREVIEW_LENGTH);
  if (data !== undefined && !isEvent) result.isUnfinished = true;
  // An empty id takes the last one back.
  if (id !== undefined && id !== '') {
    if (ids.has(id)) result.isRepeated = true;
    ids.add(id);
  }
  return result;
}

function shownText(redactor: Pick<Redactor, 'text'>, text: string, length = FIELD_LENGTH): string {
  return redactor.text(text).slice(0, length);
}

function idOf(place: Place): string | undefined {
  // Most streams have no ids, and then nothing need be read.
  const raw = place.segment.raw(place.row);
  return asBuffer(raw).includes('id') ? linesOf(place).id : undefined;
}

function linesOf(place: Place): ReturnType<typeof readSseLines> {
  return readSseLines(place.segment.raw(place.row), startsStream(offsetOf(place)));
}

/** Undefined where it is not known. */
function offsetOf({ segment, row }: Place): number | undefined {
  const offset = segment.columns.offset[row];
  return offset === undefined || Number.isNaN(offset) ? undefined : offset;
}
