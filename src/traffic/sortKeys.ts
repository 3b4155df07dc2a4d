import { labelNumber } from './labelNumber.ts';
import { isHead, type SegmentView } from './segment.ts';
import type { Place } from './segments.ts';
import type { TrafficReader } from './trafficReader.ts';

/** What rows can be sorted by. `waterfall` is the start, like `time`. */
export type SortColumn =
  'time' | 'server' | 'direction' | 'label' | 'tool' | 'kind' | 'status' | 'size' | 'duration' | 'waterfall';

/** The shape of the inspector's order. */
export interface SortOrder {
  column: SortColumn;
  descending: boolean;
}

/** A column that has to be sorted; the others have the order of the entries' numbers. */
export type SortedColumn = Exclude<SortColumn, 'time' | 'waterfall'>;

/** The column that has to be sorted for an order. */
export function sortedColumn({ column }: SortOrder): SortedColumn | undefined {
  return column === 'time' || column === 'waterfall' ? undefined : column;
}

/** Reads a number of each row, by which rows are compared. */
export interface SortKeys {
  read(place: Place): number;
  /** To be called when keys have been read, before they are compared. */
  prepare(): void;
  /** What makes of a key a number to compare: the smaller is first. What is absent is last in both directions. */
  rank(key: number): number;
}

/** @param descending what is greater is first */
export function sortKeys(reader: TrafficReader, column: SortedColumn, descending: boolean): SortKeys {
  const sign = descending ? -1 : 1;
  switch (column) {
    case 'server':
    case 'tool':
    case 'label':
      return new TextKeys(textReader(reader, column), sign);
    case 'direction':
    case 'kind':
      return numberKeys(({ segment, row }) => segment.columns[column][row], sign);
    case 'status':
      return numberKeys(({ segment, row }) => segment.columns.status[row] || Number.NaN, sign);
    case 'size':
      return numberKeys(({ segment, row }) => (isHead(segment, row) ? 0 : segment.columns.length[row]), sign);
    case 'duration':
      return numberKeys(({ segment, row }) => segment.columns.durationMs[row], sign);
  }
}

function numberKeys(read: (place: Place) => number | undefined, sign: number): SortKeys {
  return {
    read: (place) => read(place) ?? Number.NaN,
    prepare() {},
    rank: (key) => (Number.isNaN(key) ? Number.POSITIVE_INFINITY : key * sign),
  };
}

/** Different texts that are told apart; further ones, which only a hostile server has, come behind them in the order of time. */
const MAX_TEXTS = 10_000;
/** UTF-16 units of a text that are compared. */
const TEXT_LENGTH = 100;
const ABSENT = -1;
const BEYOND = -2;

/** The key of a text is the number it was given when first seen, so keys stay as they are when further texts come. */
class TextKeys implements SortKeys {
  readonly #read: (place: Place) => string | undefined;
  readonly #sign: number;
  readonly #keys = new Map<string, number>();
  #ranks: number[] = [];

  constructor(read: (place: Place) => string | undefined, sign: number) {
    this.#read = read;
    this.#sign = sign;
  }

  read(place: Place): number {
    const text = this.#read(place)?.slice(0, TEXT_LENGTH).toLowerCase();
    if (text === undefined) return ABSENT;
    const known = this.#keys.get(text);
    if (known !== undefined) return known;
    if (this.#keys.size === MAX_TEXTS) return BEYOND;
    this.#keys.set(text, this.#keys.size);
    return this.#keys.size - 1;
  }

  prepare(): void {
    if (this.#ranks.length === this.#keys.size) return;
    const sorted = [...this.#keys].toSorted(([a], [b]) => (a < b ? -1 : 1));
    this.#ranks = Array.from(sorted, () => 0);
    for (const [rank, [, key]] of sorted.entries()) this.#ranks[key] = rank * this.#sign;
  }

  rank(key: number): number {
    if (key === ABSENT) return Number.POSITIVE_INFINITY;
    return key === BEYOND ? Number.MAX_VALUE : (this.#ranks[key] ?? 0);
  }
}

/** Texts as they are shown: sorting by what is masked would give it away. Those of the strings are masked once per segment. */
function textReader(reader: TrafficReader, column: 'server' | 'tool' | 'label'): (place: Place) => string | undefined {
  let masked: (string | undefined)[] = [];
  let current: SegmentView | undefined;
  return ({ segment, row }) => {
    if (segment !== current) masked = [];
    current = segment;
    const number = column === 'label' ? labelNumber(segment, row) : (segment.columns[column][row] ?? 0);
    if (number === 0) return column === 'label' ? reader.row(segment.firstSeq + row)?.label : undefined;
    masked[number] ??= reader.redactor.text(segment.strings.at(number) ?? '');
    return masked[number];
  };
}
