import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { launchBrowser } from '../host/browser.ts';
import { ensureHost } from '../host/installHost.ts';
import { makeTemporaryFolder } from '../host/temporaryFolder.ts';
import { runTestsIn } from '../host/testPage.ts';
import { startVscodeServer } from '../host/vscodeServer.ts';
import { closeWorkbench, quietSettings } from '../host/workbench.ts';
import { loadingCpuMs } from './codeLoading.ts';
import { packageCopy } from './packageCopy.ts';
import { type BenchRow, median, RUNS } from './row.ts';

/** What VS Code itself measured, in ms. */
interface Activation {
  /** Reading and running the code of the extension. */
  load: number;
  /** The call of `activate`. */
  call: number;
}

/** Longest wait for one window, in ms. */
const WINDOW_TIMEOUT_MS = 120_000;

/**
 * Activation of the packaged extension, each time in a fresh extension host of a real VS Code, which activates it by itself
 * (`onStartupFinished`). The figures are VS Code's own, of "Developer: Startup Performance"; it rounds them to milliseconds.
 */
export async function bench(): Promise<BenchRow[]> {
  await using resources = new AsyncDisposableStack();
  const { dist, vsix } = await packageCopy();
  const temporary = await makeTemporaryFolder('bench');
  resources.defer(() => temporary.remove());
  const workspace = join(temporary.path, 'workspace');
  await mkdir(workspace);
  const probe = join(temporary.path, 'probe.cjs');
  await build({
    entryPoints: [fileURLToPath(new URL('activationProbe.ts', import.meta.url))],
    outfile: probe,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
  });
  const reportFile = join(temporary.path, 'report.md');
  process.env['EXTERNAL_MCP_TEST_ACTIVATION_FILE'] = reportFile;

  const server = await startVscodeServer({ host: await ensureHost(), vsix, settings: quietSettings });
  resources.defer(() => server.close());
  const browser = await launchBrowser();
  resources.defer(() => browser.close());

  const activations: Activation[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const page = await browser.newPage();
    const code = await runTestsIn(page, {
      server,
      folder: workspace,
      extensionDevelopmentPath: join(import.meta.dirname, '../host/driver'),
      extensionTestsPath: probe,
      signal: AbortSignal.timeout(WINDOW_TIMEOUT_MS),
    });
    if (code !== 0) throw new Error(`The probe ended with ${code}`);
    activations.push(readActivation(await readFile(reportFile, 'utf8')));
    await closeWorkbench(page, server);
    await page.close();
  }
  const cpu: number[] = [];
  for (let run = 0; run < RUNS; run += 1) cpu.push(await loadingCpuMs(join(dist, 'extension.cjs')));
  return [
    {
      name: 'activation: code loading and activate call',
      value: median(activations.map(({ load, call }) => load + call)),
      unit: 'ms',
      target: 50,
    },
    { name: 'activation: code loading', value: median(activations.map(({ load }) => load)), unit: 'ms' },
    { name: 'activation: activate call', value: median(activations.map(({ call }) => call)), unit: 'ms' },
    { name: 'activation: code loading in a bare Node, CPU time', value: median(cpu), unit: 'ms' },
  ];
}

/** Its row of the table "Extension Activation Stats": `| id | eager | load | call | finish | event | by |`. */
function readActivation(report: string): Activation {
  const row = /^\| *external-mcp\.external-mcp *\|[^|]*\| *(\d+) *\| *(\d+) *\|/m.exec(report);
  if (row === null) throw new Error(`VS Code does not tell of the activation:\n${report.slice(0, 2000)}`);
  return { load: Number(row[1]), call: Number(row[2]) };
}
