import type { BenchRow } from './row.ts';

/** The rows as one aligned table: name, value, unit, target, and whether the target is met. */
export function formatTable(rows: readonly BenchRow[]): string {
  const cells = rows.map((row) => [
    row.name,
    formatValue(row.value),
    row.unit,
    row.target === undefined ? '' : `≤ ${row.target}`,
    row.target === undefined ? '' : row.value <= row.target ? 'ok' : 'short',
  ]);
  const table = [['name', 'value', 'unit', 'target', ''], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table
    .map(([name = '', value = '', unit = '', target = '', verdict = '']) =>
      [
        name.padEnd(widths[0] ?? 0),
        value.padStart(widths[1] ?? 0),
        unit.padEnd(widths[2] ?? 0),
        target.padEnd(widths[3] ?? 0),
        verdict,
      ]
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Three significant digits at least; more says nothing on a machine that does other things too. */
function formatValue(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}
