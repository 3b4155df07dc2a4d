import { assertNever } from '../base/assert.ts';
import type { Redactor } from '../base/redact.ts';
import { channels, directions, kinds, marks, origins } from './codes.ts';
import { readDuration, readSize, readTime } from './filterValues.ts';
import { type FilterWord, SLOW_MS, type State, STATES } from './filterWords.ts';
import { isFailure, isHead, isPending, type SegmentView, storedNotes } from './segment.ts';
import type { RowTest } from './segments.ts';
import { likeName, likeWhole } from './wildcard.ts';

/** A test of rows, made for one segment, so that each of its strings is compared once however many rows have it. */
export type SegmentTest = (segment: SegmentView) => RowTest;

type TextColumn = 'server' | 'method' | 'tool' | 'sessionId';
type TextTest = (text: string | undefined) => boolean;

/**
 * What a word and its value want of a row's columns. A row without the value does not pass.
 * @param now milliseconds since the epoch, for `since:`
 */
export function columnTest(word: FilterWord, value: string, redactor: Redactor, now: number): SegmentTest {
  switch (word) {
    case 'server':
      return textColumn('server', likeWhole(value), redactor);
    case 'method':
    case 'tool':
      return textColumn(word, likeName(value), redactor);
    case 'session':
      return textColumn('sessionId', likeName(value), redactor);
    case 'kind':
      return codeColumn('kind', kinds, likeWhole(value));
    case 'channel':
      return codeColumn('channel', channels, likeWhole(value));
    case 'direction':
      return codeColumn('direction', directions, likeWhole(value));
    case 'origin':
      return codeColumn('origin', origins, likeWhole(value));
    case 'status':
      return statusTest(value);
    case 'id':
      return idTest(value, redactor);
    case 'note':
      return noteTest(value);
    case 'is': {
      const state = STATES.find((known) => known === value.toLowerCase());
      return state === undefined ? () => () => false : stateTest(state);
    }
    case 'larger-than': {
      const bytes = readSize(value) ?? Number.NaN;
      return (segment) => (row) => (segment.columns.length[row] ?? 0) > bytes && !isHead(segment, row);
    }
    case 'slower-than': {
      const limit = readDuration(value) ?? Number.NaN;
      return ({ columns }) =>
        (row) =>
          (columns.durationMs[row] ?? 0) > limit;
    }
    case 'since':
      return timeTest(readTime(value, now) ?? Number.NaN, Number.POSITIVE_INFINITY);
    default:
      return assertNever(word);
  }
}

/** Whether a row's time lies between two, both included; milliseconds since the epoch. */
export function timeTest(from: number, to: number): SegmentTest {
  return ({ columns }) =>
    (row) => {
      const time = columns.time[row] ?? 0;
      return time >= from && time <= to;
    };
}

/** Whether the server of a row has exactly that name, in which `*` is an asterisk. */
export function serverTest(name: string): SegmentTest {
  return perNumber('server', (number, { strings }) => strings.at(number) === name);
}

function textColumn(column: TextColumn, matches: TextTest, redactor: Redactor): SegmentTest {
  return perNumber(column, (number, { strings }) => matches(masked(strings.at(number), redactor)));
}

function codeColumn(
  column: 'kind' | 'channel' | 'direction' | 'origin',
  codes: { decode(number: number): string },
  matches: TextTest,
): SegmentTest {
  return perNumber(column, (number) => matches(codes.decode(number)));
}

function statusTest(value: string): SegmentTest {
  const pattern = new RegExp(`^${value.replace(/x/gi, '\\d').replaceAll('*', '\\d*')}$`);
  return perNumber('status', (number) => number !== 0 && pattern.test(String(number)));
}

function noteTest(value: string): SegmentTest {
  const severity = value.toLowerCase();
  const matches = likeWhole(value);
  const passes = (segment: SegmentView, row: number): boolean =>
    storedNotes(segment, row).some((note) => note.severity === severity || matches(note.rule));
  return (segment) => {
    const verdicts = new Map<number, boolean>();
    return (row) => {
      const number = segment.columns.notes[row] ?? 0;
      if (number === 0) return false;
      const known = verdicts.get(number) ?? passes(segment, row);
      verdicts.set(number, known);
      return known;
    };
  };
}

function idTest(value: string, redactor: Redactor): SegmentTest {
  if (/^#\d+$/.test(value)) {
    const seq = Number(value.slice(1));
    return ({ firstSeq }) => {
      return (row) => firstSeq + row === seq;
    };
  }
  const matches = likeWhole(value);
  return ({ ids }) => {
    // Requests and answers have the same, and are not far apart.
    const verdicts = new Map<number, boolean>();
    return (row) => {
      const text = ids.textNumber(row);
      const known = text === 0 ? undefined : verdicts.get(text);
      if (known !== undefined) return known;
      const id = ids.at(row)?.toString();
      // What does not match in clear does not match masked either, as a filter's text has no asterisk that stands for itself.
      const verdict = matches(id) && matches(masked(id, redactor));
      if (text !== 0) verdicts.set(text, verdict);
      return verdict;
    };
  };
}

function stateTest(state: State): SegmentTest {
  switch (state) {
    case 'error':
      return (segment) => (row) => isFailure(segment, row);
    case 'pending':
      return (segment) => (row) => isPending(segment, row);
    case 'slow':
      return ({ columns }) =>
        (row) =>
          (columns.durationMs[row] ?? 0) >= SLOW_MS;
    case 'late':
    case 'duplicate':
    case 'orphan':
    case 'unanswered':
    case 'failed': {
      const mark = marks.encode(state);
      return ({ columns }) =>
        (row) =>
          columns.mark[row] === mark;
    }
    default:
      return assertNever(state);
  }
}

/** A test of what a number in a column stands for, asked once per number and segment. */
function perNumber(
  column: TextColumn | 'status' | 'kind' | 'channel' | 'direction' | 'origin',
  test: (number: number, segment: SegmentView) => boolean,
): SegmentTest {
  return (segment) => {
    const numbers = segment.columns[column];
    const verdicts: boolean[] = [];
    return (row) => {
      const number = numbers[row] ?? 0;
      return (verdicts[number] ??= test(number, segment));
    };
  };
}

/** Compared as they are shown: otherwise a filter could find out a secret letter by letter. */
function masked(text: string | undefined, redactor: Redactor): string | undefined {
  return text === undefined ? undefined : redactor.text(text);
}
