import { copyFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';

/** Milliseconds between two looks, and looks until we give up: VS Code activates some seconds after its window is restored. */
const POLL = { everyMs: 100, times: 600 };
/** A turn of the event loop that comes within this many ms of its time, several times in a row, says that the host has settled. */
const SETTLED = { withinMs: 5, turns: 10 };

/** What the bench reads. */
export interface ProbeReport {
  /** VS Code's own account of its start. */
  startup: string;
  /** Loading the code once more, from a file that V8 has never seen, while nothing else happens; ms. */
  quietLoadMs: number;
}

/** Runs in the extension host: waits until VS Code has activated the extension by itself, then measures and saves. */
export async function run(): Promise<void> {
  const file = process.env['EXTERNAL_MCP_TEST_ACTIVATION_FILE'];
  if (file === undefined) throw new Error('EXTERNAL_MCP_TEST_ACTIVATION_FILE is not set');
  const extension = vscode.extensions.getExtension('external-mcp.external-mcp');
  if (extension === undefined) throw new Error('The extension is not installed');
  await poll(() => extension.isActive);
  // "Developer: Startup Performance": it opens an editor, whose text is complete as soon as it has any.
  await vscode.commands.executeCommand('perfview.show');
  const text = (): string => vscode.window.activeTextEditor?.document.getText() ?? '';
  await poll(() => text().includes('Extension Activation'));
  const report: ProbeReport = { startup: text(), quietLoadMs: await quietLoad(extension.extensionPath) };
  await writeFile(file, JSON.stringify(report));
}

async function quietLoad(extensionPath: string): Promise<number> {
  const copy = join(extensionPath, 'dist', `copy-${process.pid}.cjs`);
  await copyFile(join(extensionPath, 'dist', 'extension.cjs'), copy);
  // V8 knows code by its text.
  await writeFile(copy, `\n// ${copy} ${Date.now()}`, { flag: 'a' });
  await settle();
  const require = createRequire(copy);
  const started = performance.now();
  require(copy);
  return performance.now() - started;
}

async function settle(): Promise<void> {
  let calm = 0;
  await poll(async () => {
    const started = performance.now();
    await sleep(SETTLED.withinMs);
    calm = performance.now() - started < 2 * SETTLED.withinMs ? calm + 1 : 0;
    return calm >= SETTLED.turns;
  });
}

async function poll(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let look = 0; look < POLL.times; look += 1) {
    if (await holds()) return;
    await sleep(POLL.everyMs);
  }
  throw new Error(`It did not come to that: ${holds.toString()}`);
}
