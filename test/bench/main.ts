/**
 * Measures what issue and README promise, and prints one table. Options: --only NAME (a benchmark of the table below; may be
 * repeated), --json FILE (writes the rows). Ends with 0 unless something could not be measured: a missed target is a finding.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import * as activation from './activation.bench.ts';
import * as build from './build.bench.ts';
import * as filter from './filter.bench.ts';
import * as importFile from './import.bench.ts';
import * as latency from './latency.bench.ts';
import * as ready from './ready.bench.ts';
import type { BenchRow } from './row.ts';
import * as sampling from './sampling.bench.ts';
import * as spawn from './spawn.bench.ts';
import * as supervision from './supervision.bench.ts';
import * as stream from './stream.bench.ts';
import { formatTable } from './table.ts';
import * as traffic from './trafficStore.bench.ts';

/** In this order: what measures in this process comes before what fills its heap. */
const benches = {
  spawn,
  sampling,
  latency,
  ready,
  supervision,
  stream,
  build,
  activation,
  traffic,
  filter,
  importFile,
};

const { values: options } = parseArgs({
  options: { only: { type: 'string', multiple: true }, json: { type: 'string' } },
});

const unknown = options.only?.filter((name) => !(name in benches)) ?? [];
if (unknown.length > 0)
  throw new Error(`There is no ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`);

const rows: BenchRow[] = [];
for (const [name, { bench }] of Object.entries(benches)) {
  if (options.only !== undefined && !options.only.includes(name)) continue;
  console.error(`measuring ${name} …`);
  try {
    const measured = await bench();
    rows.push(...measured);
    if (measured.some(({ value }) => !Number.isFinite(value))) throw new Error('A row has no value');
  } catch (error) {
    console.error(`${name} could not be measured:`, error);
    process.exitCode = 1;
  }
}
console.log(formatTable(rows));
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(rows, undefined, 2)}\n`);
