import type { SegmentView } from '../segment.ts';
import type { Place } from '../segments.ts';

/** The columns that may change after an entry was written, and what makes whole numbers of them. */
const LATER = ['method', 'tool', 'mark', 'notes', 'connectMs', 'firstByteMs', 'endMs'] as const;
const PER_MS = 1000;
/** Stands for a number that there is not, which 0 would be taken for. */
const ABSENT = -1;

/**
 * Remembers in which state entries were written: 4 bytes each, which go with their segment. Two states that are taken for the same, one pair in
 * four billion, cost an update.
 */
export class WrittenStates {
  readonly #states = new WeakMap<SegmentView, Uint32Array>();

  /** Whether the entry is not as it was when this was last asked. */
  hasChanged({ segment, row }: Place): boolean {
    let states = this.#states.get(segment);
    if (states === undefined) {
      states = new Uint32Array(segment.columns.time.length);
      this.#states.set(segment, states);
    }
    const state = stateOf(segment, row);
    if (states[row] === state) return false;
    states[row] = state;
    return true;
  }
}

function stateOf({ columns, ids }: SegmentView, row: number): number {
  // FNV-1a over whole numbers.
  const id = ids.at(row);
  const values = LATER.map((column) => columns[column][row] ?? Number.NaN);
  let hash = 0x811c9dc5;
  for (const value of [ids.textNumber(row), typeof id === 'number' ? id : Number.NaN, ...values])
    hash = Math.imul(hash ^ (Number.isNaN(value) ? ABSENT : Math.round(value * PER_MS)), 0x01000193);
  return hash >>> 0;
}
