/**
 * What `npm start` runs: packages the extension, opens it in a real VS Code with a sample workspace, does there what it is for,
 * and stays until Ctrl-C; when standard output is no terminal it ends after the job. Exit code 0: every step succeeded.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import {
  callPage,
  inspectorPage,
  patience,
  serverRow,
  statusItem,
  toolRow,
  writeArguments,
} from '../e2e/window/parts.ts';
import { outFolder, repositoryRoot } from './paths.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';
import { openWindow } from './window.ts';
import type { VscodeWindow } from './window.ts';

const message = 'Hello from npm start';

const interrupted = Promise.withResolvers<never>();
interrupted.promise.catch(() => {}); // Whoever waits at that moment is told.
const onSignal = (): void => interrupted.reject(new Interruption());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);

class Interruption extends Error {}

let window: VscodeWindow | undefined;
const folder = await makeTemporaryFolder('start');
try {
  await main();
} catch (error) {
  process.exitCode = error instanceof Interruption ? 130 : 1;
} finally {
  await window?.close();
  await folder.remove();
}
// A step that was interrupted may still wait for a window that is gone.
process.exit();

async function main(): Promise<void> {
  const begun = performance.now();
  await step('Build and package', () => execa('npm', ['run', 'package'], { cwd: repositoryRoot, all: true }));
  const workspace = join(folder.path, 'sample-workspace');
  await step('Write a workspace with two servers', () => writeWorkspace(workspace));
  // Installing VS Code and a browser, the first time, is told on standard error.
  const opened = await step('Open VS Code with the extension', () => openWindow({ workspace }));
  window = opened;
  await job(opened);
  console.log(`\nDone in ${((performance.now() - begun) / 1000).toFixed(1)} s. Screenshots are in ${outFolder}`);
  if (!process.stdout.isTTY) return;
  console.log(`VS Code stays open at ${opened.url}\nPress Ctrl-C to end it.`);
  await interrupted.promise.catch(() => {});
}

/** What the extension is for, as a person does it. */
async function job(window: VscodeWindow): Promise<void> {
  const { page } = window;
  page.setDefaultTimeout(patience);
  await step('See both servers in the tree', async () => {
    await page.getByRole('tab', { name: 'External MCP' }).click();
    await Promise.all(['everything', 'sample'].map((name) => serverRow(page, name, 'Stopped').waitFor()));
    await shoot('1-servers');
  });
  await step('Start server-everything', async () => {
    await window.runCommand('Start External MCP Server');
    await page
      .locator('.quick-input-list')
      .getByRole('option', { name: /^everything/ })
      .click();
    await serverRow(page, 'everything', 'Running').waitFor();
    await statusItem(page)
      .and(page.getByRole('button', { name: '1 of 2 servers running' }))
      .waitFor();
  });
  await step('Find its session', async () => {
    await serverRow(page, 'everything').hover();
    const hover = page.locator('.monaco-hover').filter({ hasText: /Session: [0-9a-f-]{36}/ });
    await hover.first().waitFor();
    await shoot('2-session');
    await page.mouse.move(640, 400);
    await hover.first().waitFor({ state: 'hidden' });
  });
  await step('List its 13 tools', async () => {
    await serverRow(page, 'everything', 'Running, http · 13 tools').waitFor();
    await toolRow(page, 'trigger-long-running-operation').waitFor();
    await shoot('3-tools');
  });
  await step('Call the tool echo', async () => {
    await writeArguments(page, 'echo', { message });
    await page.keyboard.press('ControlOrMeta+Enter');
    const call = await callPage(page);
    await call.getByText(`Echo: ${message}`).first().waitFor();
    await shoot('4-call');
  });
  await step('See the traffic of the call', async () => {
    const call = await callPage(page);
    await call.getByRole('button', { name: 'Show Traffic' }).click();
    const inspector = await inspectorPage(page);
    await inspector
      .getByRole('row', { name: /tools\/call/ })
      .first()
      .waitFor();
    await inspector.getByRole('tab', { name: 'Raw' }).click();
    await inspector.getByRole('tabpanel').getByText(message).first().waitFor();
    await shoot('5-traffic');
  });
  await step('Start the sample server beside it', async () => {
    await serverRow(page, 'sample').hover();
    await serverRow(page, 'sample').getByRole('button', { name: 'Start External MCP Server' }).click();
    await serverRow(page, 'sample', 'Running').waitFor();
    await shoot('6-both');
  });
}

async function shoot(name: string): Promise<void> {
  await window?.screenshot(`start-${name}`);
}

/** Does one thing and prints that it did, and for how long; or what failed, with a picture of it. */
async function step<T>(title: string, action: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const time = (): string => `${Math.round(performance.now() - started)} ms`;
  try {
    const result = await Promise.race([action(), interrupted.promise]);
    console.log(`✓ ${title.padEnd(40)} ${time().padStart(9)}`);
    return result;
  } catch (error) {
    if (error instanceof Interruption) {
      console.log(`\n${title}: interrupted`);
      throw error;
    }
    console.log(`✗ ${title.padEnd(40)} ${time().padStart(9)}`);
    console.error(describe(error));
    const picture = await window?.screenshot('start-failed').catch(() => undefined);
    if (picture !== undefined) console.error(`What the window showed then: ${picture}`);
    throw error;
  }
}

function describe(error: unknown): string {
  if (error instanceof Error && 'all' in error) return `${String(error.all)}\n${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** Absolute paths, so that the workspace also works from the window of whoever opens the printed address. */
async function writeWorkspace(workspace: string): Promise<void> {
  const everything = 'node_modules/@modelcontextprotocol/server-everything/dist/index.js';
  const node = { command: process.execPath, port: 'auto' };
  const servers = {
    everything: { ...node, args: [join(repositoryRoot, everything), 'streamableHttp'] },
    sample: { ...node, args: [join(repositoryRoot, 'dist', 'sample.cjs')] },
  };
  await mkdir(join(workspace, '.vscode'), { recursive: true });
  await writeFile(
    join(workspace, '.vscode', 'settings.json'),
    `${JSON.stringify({ 'externalMcp.servers': servers }, undefined, 2)}\n`,
  );
}
