const SIZE = /^(\d{1,12}(?:\.\d{1,6})?)(b|kb|kib|mb|mib|gb|gib|)$/i;
const BYTES = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1000],
  ['kib', 1024],
  ['mb', 1000 ** 2],
  ['mib', 1024 ** 2],
  ['gb', 1000 ** 3],
  ['gib', 1024 ** 3],
]);

const DURATION = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|min|h|d)$/i;
const MILLISECONDS = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;
const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/i;

/** Bytes that `10kB` (1000), `10KiB` (1024) or `10` stand for; undefined where it is no size. */
export function readSize(value: string): number | undefined {
  return amount(SIZE.exec(value), BYTES);
}

/** Milliseconds that `500ms`, `1.5s`, `10m`, `2h` or `1d` stand for; undefined where it is no duration. */
export function readDuration(value: string): number | undefined {
  return amount(DURATION.exec(value), MILLISECONDS);
}

/**
 * Milliseconds since the epoch of `10m` (that long before `now`), of `14:05` or `14:05:30` (the last time that a clock here showed it), or of
 * an ISO time (local where it names no zone); undefined where it is no time.
 */
export function readTime(value: string, now: number): number | undefined {
  const ago = readDuration(value);
  if (ago !== undefined) return now - ago;
  const clock = CLOCK.exec(value);
  if (clock !== null) return lastShown(clock, now);
  if (!ISO.test(value)) return undefined;
  // A date alone would be read as midnight in Greenwich.
  const time = Date.parse(value.length === 'yyyy-mm-dd'.length ? `${value}T00:00` : value.toUpperCase());
  return Number.isNaN(time) ? undefined : time;
}

function lastShown([, hours, minutes, seconds = '0']: RegExpExecArray, now: number): number {
  const date = new Date(now);
  date.setHours(Number(hours), Number(minutes), Number(seconds), 0);
  if (date.getTime() > now) date.setDate(date.getDate() - 1);
  return date.getTime();
}

function amount(found: RegExpExecArray | null, units: ReadonlyMap<string, number>): number | undefined {
  if (found === null) return undefined;
  return Number(found[1]) * (units.get((found[2] ?? '').toLowerCase()) ?? Number.NaN);
}
