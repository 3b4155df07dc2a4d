import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { packageCopy } from './packageCopy.ts';
import type { BenchRow } from './row.ts';

/** Time to build from clean, and the size of what is shipped; kB and MB are powers of ten. */
export async function bench(): Promise<BenchRow[]> {
  const { dist, vsix, buildMs } = await packageCopy();
  const rows: BenchRow[] = [
    { name: 'build: from clean, production', value: buildMs / 1000, unit: 's', target: 5 },
    { name: 'size: external-mcp.vsix', value: (await stat(vsix)).size / 1_000_000, unit: 'MB', target: 1 },
  ];
  const files = (await readdir(dist, { recursive: true })).filter((file) => /\.c?js$/.test(file)).sort();
  for (const file of files) {
    rows.push({ name: `size: dist/${file}`, value: (await stat(join(dist, file))).size / 1000, unit: 'kB' });
  }
  return rows;
}
