import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { execa } from 'execa';
import { launchBrowser } from '../host/browser.ts';
import { ensureHost } from '../host/installHost.ts';
import { makeTemporaryFolder } from '../host/temporaryFolder.ts';
import { runTestsIn } from '../host/testPage.ts';
import { startVscodeServer } from '../host/vscodeServer.ts';
import { closeWorkbench, quietSettings } from '../host/workbench.ts';
import type { ProbeReport } from './activationProbe.ts';
import { loadingCpuMs } from './codeLoading.ts';
import { packageCopy } from './packageCopy.ts';
import { type BenchRow, median, RUNS } from './row.ts';

/** In ms. */
interface Activation {
  /** Loading the code in a host that does nothing else. */
  quietLoad: number;
  /** VS Code's own figure for loading the code; its start loads a dozen extensions at once, and an empty one takes 40 to 130 ms. */
  load: number;
  /** VS Code's own figure for the call of `activate`. */
  call: number;
}

/** Longest wait for one window, in ms. */
const WINDOW_TIMEOUT_MS = 120_000;

/**
 * Activation of the packaged extension, each time in a fresh extension host of a real VS Code, which activates it by itself
 * (`onStartupFinished`). Two views of it: by itself, and as "Developer: Startup Performance" tells of it among all the others
 * that start at that moment, beside an extension that does nothing (`emptied`), which shows what of that is not ours.
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

  const measure = (extension: string): Promise<Activation[]> => measureIn(extension, workspace, probe, reportFile);
  const ours = await measure(vsix);
  const empty = await measure(await emptied(vsix, temporary.path));
  const cpu: number[] = [];
  for (let run = 0; run < RUNS; run += 1) cpu.push(await loadingCpuMs(join(dist, 'extension.cjs')));
  const row = (name: string, values: number[], target?: number): BenchRow => {
    return {
      name: `activation: ${name}`,
      value: median(values),
      unit: 'ms',
      ...(target === undefined ? {} : { target }),
    };
  };
  return [
    row(
      'code loading and activate call, by itself',
      ours.map(({ quietLoad, call }) => quietLoad + call),
      50,
    ),
    row(
      'code loading, by itself',
      ours.map(({ quietLoad }) => quietLoad),
    ),
    row(
      'activate call',
      ours.map(({ call }) => call),
    ),
    row(
      'code loading, among all that start',
      ours.map(({ load }) => load),
    ),
    row(
      'code loading, among all that start, of an empty extension',
      empty.map(({ load }) => load),
    ),
    row('code loading in a bare Node, CPU time', cpu),
  ];
}

async function measureIn(vsix: string, workspace: string, probe: string, reportFile: string): Promise<Activation[]> {
  await using resources = new AsyncDisposableStack();
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
    const report = JSON.parse(await readFile(reportFile, 'utf8')) as ProbeReport;
    activations.push({ quietLoad: report.quietLoadMs, ...readActivation(report.startup) });
    await closeWorkbench(page, server);
    await page.close();
  }
  return activations;
}

/** The same package with nothing in its main file. */
async function emptied(vsix: string, folder: string): Promise<string> {
  const copy = join(folder, 'emptied.vsix');
  const main = 'extension/dist/extension.cjs';
  await copyFile(vsix, copy);
  await mkdir(join(folder, dirname(main)), { recursive: true });
  await writeFile(join(folder, main), 'exports.activate = () => {};');
  await execa('zip', ['-q', copy, main], { cwd: folder });
  return copy;
}

/** Its row of the table "Extension Activation Stats": `| id | eager | load | call | finish | event | by |`. */
function readActivation(report: string): Omit<Activation, 'quietLoad'> {
  const row = /^\| *external-mcp\.external-mcp *\|[^|]*\| *(\d+) *\| *(\d+) *\|/m.exec(report);
  if (row === null) throw new Error(`VS Code does not tell of the activation:\n${report.slice(0, 2000)}`);
  return { load: Number(row[1]), call: Number(row[2]) };
}
