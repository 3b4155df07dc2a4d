import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ENTRIES, uuidOf, writeImportFile } from './importFile.ts';
import type { ImportCost } from './importProcess.ts';
import { type BenchRow, median } from './row.ts';

/** Each reads a file of half a gigabyte. */
const RUNS = 3;
const run = promisify(execFile);

/** Opening a file of a million entries with messages of 200 bytes, each time in a process of its own. Targets: issue 5, "Must hold". */
export async function bench(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mcptraffic-'));
  try {
    const path = join(folder, 'million.mcptraffic');
    await writeImportFile(path);
    const megabytes = (await stat(path)).size / 1_000_000;
    const costs: ImportCost[] = [];
    for (let index = 0; index < RUNS; index += 1) costs.push(await open(path));
    const uuids = join(folder, 'uuids.mcptraffic');
    await writeImportFile(uuids, uuidOf);
    const withUuids = await open(uuids);
    const of = (value: (cost: ImportCost) => number): number => median(costs.map(value));
    return [
      { name: 'import: size of the file of a million entries', value: megabytes, unit: 'MB' },
      { name: 'import: until the first rows', value: of(({ firstRows }) => firstRows), unit: 'ms', target: 1000 },
      {
        name: 'import: until all is indexed (at 50 MB/s)',
        value: of(({ time }) => time),
        unit: 'ms',
        target: (megabytes / 50) * 1000,
      },
      { name: 'import: indexing', value: of(({ time }) => (megabytes / time) * 1000), unit: 'MB/s' },
      { name: 'import: longest stall meanwhile', value: of(({ stall }) => stall), unit: 'ms', target: 15 },
      { name: 'import: longest turn, in processor time', value: of(({ turn }) => turn), unit: 'ms', target: 50 },
      {
        name: 'import: memory per entry',
        value: of(({ memory, entries }) => memory / entries),
        unit: 'B',
        target: 100,
      },
      {
        name: 'import: memory per entry, ids being UUIDs',
        value: withUuids.memory / withUuids.entries,
        unit: 'B',
        target: 100,
      },
      { name: 'import: filter by method', value: of(({ filter }) => filter), unit: 'ms', target: 300 },
      { name: 'import: rows of the last page of 100', value: of(({ lastPage }) => lastPage), unit: 'ms' },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function open(path: string): Promise<ImportCost> {
  const program = join(import.meta.dirname, 'importProcess.ts');
  const { stdout } = await run(process.execPath, ['--expose-gc', program, path]);
  // Printed by that program.
  const cost = JSON.parse(stdout) as ImportCost;
  if (cost.entries !== ENTRIES) throw new Error(`${cost.entries} of ${ENTRIES} entries were read`);
  return cost;
}
