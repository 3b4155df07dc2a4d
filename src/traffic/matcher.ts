import { assertNever } from '../base/assert.ts';
import { origins } from './codes.ts';
import type { FilterTerm, TrafficFilter } from './filter.ts';
import type { Segment } from './segment.ts';

/** Says whether a row of the segment it was made for passes. */
export type RowTest = (row: number) => boolean;

/**
 * Makes filters into tests of rows that look at columns only. A string is compared once per segment, however many rows have it.
 * @param heads false leaves out the HTTP heads whose message has a row of its own
 */
export function compileFilter(filter: TrafficFilter, heads: boolean): (segment: Segment) => RowTest {
  const terms = filter.terms.map((term) => ({ ...term, matches: compileValue(term) }));
  return ({ columns, strings }) => {
    const tests = terms.map(({ word, negated, matches }) => {
      const column = columns[word];
      const textOf = (number: number): string | undefined =>
        word === 'origin' ? origins.decode(number) : strings.at(number);
      const verdicts: boolean[] = [];
      return (row: number) => {
        const number = column[row] ?? 0;
        return (verdicts[number] ??= matches(textOf(number)) !== negated);
      };
    });
    return (row) =>
      (heads || columns.isHead[row] === 0 || columns.standsAlone[row] === 1) && tests.every((test) => test(row));
  };
}

/** Servers and origins are compared whole, methods by part; all without regard to case. A row without the value matches no term. */
function compileValue({ word, value }: FilterTerm): (text: string | undefined) => boolean {
  const pieces = value.toLowerCase().split('*');
  switch (word) {
    case 'server':
    case 'origin':
      return (text) => text !== undefined && matchesWhole(pieces, text.toLowerCase());
    case 'method':
      return (text) => text !== undefined && findPieces(pieces, text.toLowerCase(), 0) !== -1;
    default:
      return assertNever(word);
  }
}

function matchesWhole(pieces: readonly string[], text: string): boolean {
  const first = pieces[0] ?? '';
  if (pieces.length === 1) return text === first;
  const last = pieces.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = findPieces(pieces.slice(1, -1), text, first.length);
  return end !== -1 && end <= text.length - last.length;
}

/** Finds the pieces one behind the other, each as early as can be, which no backtracking could better. Returns where the last ends, or -1. */
function findPieces(pieces: readonly string[], text: string, from: number): number {
  let position = from;
  for (const piece of pieces) {
    const found = text.indexOf(piece, position);
    if (found === -1) return -1;
    position = found + piece.length;
  }
  return position;
}
