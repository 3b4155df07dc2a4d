import { t } from '@vscode/l10n';
import type { Redactor } from '../base/redact.ts';
import { regexTest, textTest } from './bodySearch.ts';
import { columnTest, type SegmentTest, serverTest, timeTest } from './columnTests.ts';
import { Part } from './columns.ts';
import type { FilterTerm, TrafficFilter } from './filter.ts';
import { parseRegex } from './regexTerm.ts';

/** What is shown of a log, beside the filter. */
export interface MatchOptions {
  /** Show all HTTP heads. Otherwise only those that tell what no other row does: of requests without a body, and of responses from status 300 on. */
  heads: boolean;
  redactor: Redactor;
  /** Only what this one said, by exact name. */
  server?: string;
  /** Milliseconds since the epoch, both included. */
  from?: number;
  to?: number;
  /** What `since:` counts back from, in milliseconds since the epoch; now, by default. */
  now?: number;
}

/** A filter as tests: of columns, which take some 10 ns a row, and of bodies, which may take milliseconds, or other texts. A row must pass both. */
export interface CompiledFilter {
  columns: SegmentTest;
  /** Absent where no term asks for bytes. */
  bodies?: SegmentTest;
  /** Some of them are expressions, which may take for ever. */
  mayBeEndless: boolean;
  /** A row may pass later that does not now, or the other way round: when it is answered, marked or remarked on. */
  isVolatile: boolean;
}

/** Words of what may change after an entry came; those of a head change when its body comes. */
const VOLATILE_WORDS = new Set<FilterTerm['word']>(['is', 'note', 'slower-than']);
const VOLATILE_HEAD_WORDS = new Set<FilterTerm['word']>(['method', 'tool', 'id']);

/** Makes a filter into tests of rows, the quick ones apart from those that read bodies. */
export function splitFilter(filter: TrafficFilter, options: MatchOptions): CompiledFilter {
  const { heads, redactor, server, from, to, now = Date.now() } = options;
  const columns: SegmentTest[] = heads ? [] : [isShown];
  if (server !== undefined) columns.push(serverTest(server));
  if (from !== undefined || to !== undefined) {
    columns.push(timeTest(from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY));
  }
  const bodies: SegmentTest[] = [];
  for (const { word, value, negated } of filter.terms) {
    if (word === 'text') bodies.push(negate(textTest(value, redactor), negated));
    else if (word === 'regex') bodies.push(negate(compiledRegex(value, redactor), negated));
    // Nearly every row has another: a million that are texts take 300 ms.
    else if (word === 'id' && !value.startsWith('#'))
      bodies.push(negate(columnTest(word, value, redactor, now), negated));
    else columns.push(negate(columnTest(word, value, redactor, now), negated));
  }
  return {
    columns: all(columns),
    ...(bodies.length === 0 ? {} : { bodies: all(bodies) }),
    mayBeEndless: filter.terms.some(({ word }) => word === 'regex'),
    isVolatile: filter.terms.some(({ word }) => VOLATILE_WORDS.has(word) || (heads && VOLATILE_HEAD_WORDS.has(word))),
  };
}

/** A test that wants all of them, in that order. */
function all(tests: readonly SegmentTest[]): SegmentTest {
  const [first, ...others] = tests;
  if (first === undefined) return () => () => true;
  return others.reduce((before, next) => both(before, next), first);
}

function both(left: SegmentTest, right: SegmentTest): SegmentTest {
  return (segment) => {
    const passesLeft = left(segment);
    const passesRight = right(segment);
    return (row) => passesLeft(row) && passesRight(row);
  };
}

const isShown: SegmentTest =
  ({ columns }) =>
  (row) =>
    columns.part[row] !== Part.head;

function compiledRegex(value: string, redactor: Redactor): SegmentTest {
  const regex = parseRegex(value);
  return typeof regex === 'string' ? () => () => false : regexTest(regex, redactor);
}

function negate(test: SegmentTest, negated: boolean): SegmentTest {
  if (!negated) return test;
  return (segment) => {
    const passes = test(segment);
    return (row) => !passes(row);
  };
}

/** Why a search was given up. */
export function endlessExpression(): string {
  return t(
    'The search was stopped, as the expression takes too long. Repetitions within repetitions do, such as (a+)+.',
  );
}
