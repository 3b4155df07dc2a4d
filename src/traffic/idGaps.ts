/** Ids that a stream has skipped before an event: how many, and the id that was there before them. */
export interface IdGap {
  count: number;
  after: string;
}

/** Digits of a number that is counted with; more are no counter, or not exact. */
const MOST_DIGITS = 15;

interface Counter {
  /** Every number there is, in rising order. */
  readonly all: readonly number[];
  readonly seen: Set<number>;
  last: { number: number; id: string } | undefined;
}

/**
 * Where ids that count up have left numbers out, by the positions of the events; `ids` are those of consecutive events of one stream. Ids count up
 * where they end in a number, behind the same text or none, and at least half of them are one more than the one before: others, such as
 * times or random numbers, skip nothing. A number that came out of order is not missing.
 */
export function idGaps(ids: readonly (string | undefined)[]): ReadonlyMap<number, IdGap> {
  const counters = countersOf(ids);
  const gaps = new Map<number, IdGap>();
  for (const [index, id] of ids.entries()) {
    const parts = numbered(id);
    const counter = parts && counters.get(parts.prefix);
    if (parts === undefined || counter === undefined || counter.seen.has(parts.number)) continue;
    counter.seen.add(parts.number);
    const { last } = counter;
    if (last !== undefined && parts.number < last.number) continue;
    counter.last = { number: parts.number, id: parts.id };
    if (last === undefined) continue;
    const count = parts.number - last.number - 1 - between(counter.all, last.number, parts.number);
    if (count > 0) gaps.set(index, { count, after: last.id });
  }
  return gaps;
}

/** The prefixes of which the numbers count up. */
function countersOf(ids: readonly (string | undefined)[]): Map<string, Counter> {
  const numbers = new Map<string, Set<number>>();
  for (const id of ids) {
    const parts = numbered(id);
    if (parts === undefined) continue;
    const known = numbers.get(parts.prefix);
    if (known === undefined) numbers.set(parts.prefix, new Set([parts.number]));
    else known.add(parts.number);
  }
  const counters = new Map<string, Counter>();
  for (const [prefix, known] of numbers) {
    const all = [...known].toSorted((left, right) => left - right);
    const single = all.filter((number) => known.has(number - 1)).length;
    if (single * 2 >= all.length - 1 && single > 0) counters.set(prefix, { all, seen: new Set(), last: undefined });
  }
  return counters;
}

function numbered(id: string | undefined): { id: string; prefix: string; number: number } | undefined {
  if (id === undefined) return undefined;
  // From its end: an expression would look for the beginning of the digits at every place of a long id.
  let start = id.length;
  while (start > 0 && isDigit(id.charCodeAt(start - 1))) start -= 1;
  const digits = id.length - start;
  if (digits === 0 || digits > MOST_DIGITS) return undefined;
  return { id, prefix: id.slice(0, start), number: Number(id.slice(start)) };
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** How many of the sorted numbers lie between two others. */
function between(sorted: readonly number[], low: number, high: number): number {
  return firstAtLeast(sorted, high) - firstAtLeast(sorted, low + 1);
}

function firstAtLeast(sorted: readonly number[], least: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
