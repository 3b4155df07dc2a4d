import { type Clock, systemClock } from '../base/clock.ts';
import type { Redactor } from '../base/redact.ts';
import { channels, directions, kinds, origins, severities } from './codes.ts';
import type { FilterWord } from './filterWords.ts';
import { type SegmentView, storedNotes } from './segment.ts';
import type { TrafficReader } from './trafficReader.ts';

/** Words whose values a log can tell. */
export type SeenWord = Extract<
  FilterWord,
  'server' | 'method' | 'tool' | 'status' | 'kind' | 'channel' | 'direction' | 'origin' | 'session' | 'note'
>;

/** The values in a log and how often each is there, most frequent first, secrets masked. */
export type SeenValues = Readonly<Record<SeenWord, readonly SeenValue[]>>;

export interface SeenValue {
  value: string;
  count: number;
}

/** Different values of a word that are counted; further ones, which only a hostile server has, are not. */
const MAX_COUNTED = 5000;
/** Values of a word that are kept. */
const MAX_KEPT = 200;
/** Milliseconds for which what was counted is good enough. */
const FRESH_MS = 1000;

const CODES = { kind: kinds, channel: channels, direction: directions, origin: origins };
const TEXTS = { server: 'server', method: 'method', tool: 'tool', session: 'sessionId' } as const;

const latest = new WeakMap<TrafficReader, { time: number; values: SeenValues }>();

/** Counts what is in the columns of a log: some 20 ms for a million entries, and at most once a second. */
export function seenValues(reader: TrafficReader, clock: Clock = systemClock): SeenValues {
  const known = latest.get(reader);
  const time = clock.now();
  if (known !== undefined && time - known.time < FRESH_MS) return known.values;
  const values = count(reader);
  latest.set(reader, { time, values });
  return values;
}

function count({ segments, redactor }: TrafficReader): SeenValues {
  const counters: Record<SeenWord, Counter> = {
    server: new Counter(),
    method: new Counter(),
    tool: new Counter(),
    status: new Counter(),
    kind: new Counter(),
    channel: new Counter(),
    direction: new Counter(),
    origin: new Counter(),
    session: new Counter(),
    note: new Counter(),
  };
  for (const segment of segments) {
    const { columns, strings } = segment;
    for (const word of ['server', 'method', 'tool', 'session'] as const) {
      tally(columns[TEXTS[word]], segment.count, (number, rows) => {
        if (number !== 0) counters[word].add(redactor.text(strings.at(number) ?? ''), rows);
      });
    }
    for (const word of ['kind', 'channel', 'direction', 'origin'] as const) {
      tally(columns[word], segment.count, (number, rows) => counters[word].add(CODES[word].decode(number), rows));
    }
    tally(columns.status, segment.count, (number, rows) => {
      if (number !== 0) counters.status.add(String(number), rows);
    });
    countNotes(segment, counters.note, redactor);
  }
  return {
    server: counters.server.top(),
    method: counters.method.top(),
    tool: counters.tool.top(),
    status: counters.status.top(),
    kind: counters.kind.top(),
    channel: counters.channel.top(),
    direction: counters.direction.top(),
    origin: counters.origin.top(),
    session: counters.session.top(),
    note: counters.note.top(),
  };
}

/** Room for every number that a column can hold; empty between uses. */
const counts = new Uint32Array(2 ** 16);

/** Tells each number of a column once, with how many rows have it. */
function tally(column: Uint8Array | Uint16Array, rows: number, tell: (number: number, rows: number) => void): void {
  let greatest = 0;
  for (let row = 0; row < rows; row += 1) {
    const number = column[row] ?? 0;
    counts[number] = (counts[number] ?? 0) + 1;
    if (number > greatest) greatest = number;
  }
  for (let number = 0; number <= greatest; number += 1) {
    const times = counts[number] ?? 0;
    counts[number] = 0;
    if (times > 0) tell(number, times);
  }
}

/** Rules, and severities, which are no rules but may stand in their place. */
function countNotes(segment: SegmentView, counter: Counter, redactor: Redactor): void {
  const { notes } = segment.columns;
  const byText = new Map<number, { row: number; rows: number }>();
  for (let row = 0; row < segment.count; row += 1) {
    const number = notes[row] ?? 0;
    if (number === 0) continue;
    const known = byText.get(number) ?? { row, rows: 0 };
    known.rows += 1;
    byText.set(number, known);
  }
  for (const { row, rows } of byText.values()) {
    const stored = storedNotes(segment, row);
    for (const rule of new Set(stored.map((note) => note.rule))) counter.add(redactor.text(rule), rows);
    for (const severity of new Set(stored.map((note) => note.severity))) {
      if (severities.encode(severity) !== 0) counter.add(severity, rows);
    }
  }
}

class Counter {
  readonly #counts = new Map<string, number>();

  add(value: string, times: number): void {
    const known = this.#counts.get(value);
    if (known === undefined && this.#counts.size === MAX_COUNTED) return;
    this.#counts.set(value, (known ?? 0) + times);
  }

  top(): SeenValue[] {
    return Array.from(this.#counts, ([value, times]) => ({ value, count: times }))
      .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, MAX_KEPT);
  }
}
