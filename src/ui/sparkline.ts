const BLOCKS = '▁▂▃▄▅▆▇█';
/** Stands for a value that should be there and is not; a shape of its own, since colour is not to be had here. */
const MISSING = '×';

/**
 * A course of values as text, oldest first: `▁▂▃×█`. What is undefined is missing. Values at or below `low` are the lowest block, at or above
 * `high` the highest.
 * @param width most characters, so few that a narrow view shows the newest too; of more values, each character shows the highest of several,
 *   or that one of them is missing
 */
export function sparkline(
  values: readonly (number | undefined)[],
  { low, high, width = 12 }: { low: number; high: number; width?: number },
): string {
  return columnsOf(values, width)
    .map((value) => (value === undefined ? MISSING : blockOf((value - low) / (high - low))))
    .join('');
}

function columnsOf(values: readonly (number | undefined)[], width: number): (number | undefined)[] {
  if (values.length <= width) return [...values];
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * values.length) / width);
    const to = Math.floor(((column + 1) * values.length) / width);
    const part = values.slice(from, to);
    const present = part.filter((value) => value !== undefined);
    return present.length < part.length ? undefined : Math.max(...present);
  });
}

function blockOf(share: number): string {
  const last = BLOCKS.length - 1;
  const index = Number.isFinite(share) ? Math.round(share * last) : 0;
  return BLOCKS.charAt(Math.max(0, Math.min(last, index)));
}
