/**
 * Floods MCP Inspector's page and our inspector in a real VS Code window with log notifications, one after the other, from the
 * same server, and prints one table. Options: --only inspector or --only ours, --vsix FILE (default: the packaged extension), --json FILE
 * (writes the figures). Ends with 0 unless something could not be measured: a missed target is a finding.
 */
import '../../host/exitOnSignal.ts';
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { packagedExtension } from '../../host/paths.ts';
import type { Figures, Measured } from './figures.ts';
import { FloodServer } from './floodServer.ts';
import { INSPECTOR_VERSION, measureMcpInspector } from './mcpInspector.ts';
import { measureOurInspector } from './ourInspector.ts';
import { formatTable } from './table.ts';

/** Notifications per flood: both get the first, MCP Inspector would not end with the second. */
const BOTH = [100, 300];
const OURS = [10_000, 100_000];

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    vsix: { type: 'string', default: packagedExtension },
    json: { type: 'string' },
  },
});
const { only, vsix } = options;
if (only !== undefined && only !== 'inspector' && only !== 'ours')
  throw new Error(`There is no ${only}; there are inspector and ours.`);
// What is open is ended when this process exits.
process.on('SIGINT', () => process.exit(130));

const measured: Measured[] = [];
await using server = await FloodServer.start();
if (only !== 'inspector')
  for (const n of [...BOTH, ...OURS])
    await measure('External MCP', 'inspector', n, () => measureOurInspector(server, { vsix, n }));
if (only !== 'ours')
  for (const view of ['Logs', 'Protocol'] as const)
    for (const n of BOTH) await measure('MCP Inspector', view, n, () => measureMcpInspector(server, view, n));

console.log(
  `MCP Inspector ${INSPECTOR_VERSION} beside External MCP: n log notifications of 200 B on one POST's stream`,
);
console.log(formatTable(measured));
console.log(`Load of the machine in the last minute: ${loadavg()[0]?.toFixed(1)}`);
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(measured, undefined, 2)}\n`);

async function measure(
  subject: Measured['subject'],
  view: string,
  n: number,
  run: () => Promise<Figures>,
): Promise<void> {
  console.error(`${subject}, ${view}, ${n} …`);
  try {
    measured.push({ subject, view, n, figures: await run() });
  } catch (error) {
    console.error('could not be measured:', error);
    process.exitCode = 1;
  }
}
