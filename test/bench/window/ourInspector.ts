import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';
import type { Browser, Frame } from 'playwright-core';
import { callPage, inspectorPage, serverRow, writeArguments } from '../../e2e/window/parts.ts';
import { launchBrowser } from '../../host/browser.ts';
import { ensureHost } from '../../host/installHost.ts';
import { makeTemporaryFolder } from '../../host/temporaryFolder.ts';
import { startVscodeServer } from '../../host/vscodeServer.ts';
import { VscodeWindow } from '../../host/window.ts';
import { closeWorkbench, quietSettings, workbenchReady, workbenchUrl } from '../../host/workbench.ts';
import { type Figures, unfinished } from './figures.ts';
import type { FloodServer } from './floodServer.ts';
import { HostProbe } from './hostProbe.ts';
import { LimitError, STEP_LIMIT_MS, VIEWPORT } from './limits.ts';
import { countNodes, seen, watch } from './pageProbe.ts';
import { ownTasks, settled, tasksSince } from './settled.ts';
import { TaskTrace } from './taskTrace.ts';

/** Not alike: a row of the tree is found by how its name begins. */
const SERVER = 'bench';
const TOOL = 'flood';

/** Milliseconds without another row after which a filter counts as done. */
const FILTER_CALM_MS = 500;

/** Floods our inspector in a real VS Code window that is opened for it, with the call panel and the arguments beside it. */
export async function measureOurInspector(
  server: FloodServer,
  { vsix, n }: { vsix: string; n: number },
): Promise<Figures> {
  await using resources = new AsyncDisposableStack();
  const { window, browser, hostPort } = await openWindow(server, vsix, resources);
  const { page } = window;
  const inspector = await layOut(window);
  // Not before: a host that is still loading Node's own modules cannot be asked for them.
  const host = await HostProbe.connect(hostPort);
  resources.defer(() => host.close());
  const before = await rowCount(inspector);
  await writeArguments(page, TOOL, { n });
  await watch(inspector, { kind: 'grid' });
  const call = await callPage(page);
  await watch(call, { kind: 'tasks' });
  const trace = await TaskTrace.start(browser, page);
  await host.reset();
  await page.keyboard.press('ControlOrMeta+Enter');
  try {
    const result = await settled(inspector, server, n, ({ count, last }) => count >= before + n && last);
    const { firstByteAt } = result.flood;
    const stalls = await host.stalls();
    const processorTime = await trace.mostProcessorTime(firstByteAt);
    const all = tasksSince(firstByteAt, result.seen.longTasks);
    const own = tasksSince(firstByteAt, [...ownTasks(result.seen), ...ownTasks(await seen(call))]);
    return {
      shown: result.shown,
      longestTask: all.longest,
      longestOwnTask: own.longest,
      processorTime,
      blocked: all.total,
      nodes: await countNodes(inspector),
      lastRow: await takesFocus(inspector),
      // One of them is the first call's.
      messages: (await countMessages(inspector)) - 1,
      hostStall: stalls.longest,
      hostWaited: stalls.waited,
    };
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    const { longest, waited } = await host.stalls();
    return { ...unfinished, hostStall: longest, hostWaited: waited };
  }
}

/** The arguments and the panel of the call above, the inspector below; resolves when a first call has gone through all of them. */
async function layOut(window: VscodeWindow): Promise<Frame> {
  const { page } = window;
  await page.getByRole('tab', { name: 'External MCP' }).click();
  await serverRow(page, SERVER, 'Running').waitFor();
  await writeArguments(page, TOOL, { n: 1 });
  await window.runCommand('View: New Editor Group Below');
  await window.runCommand('External MCP: Open Traffic Inspector');
  const inspector = await inspectorPage(page);
  await writeArguments(page, TOOL, { n: 1 });
  await page.keyboard.press('ControlOrMeta+Enter');
  await (await callPage(page)).getByText('sent 1').waitFor();
  await inspector
    .getByRole('row', { name: /notifications\/message/ })
    .first()
    .waitFor();
  return inspector;
}

async function rowCount(inspector: Frame): Promise<number> {
  return Number(await inspector.getByRole('grid').getAttribute('aria-rowcount'));
}

function takesFocus(inspector: Frame): Promise<boolean> {
  return inspector.evaluate(() => {
    const count = document.querySelector('[role=grid]')?.getAttribute('aria-rowcount');
    const row = document.querySelector(`[role=grid] [role=row][aria-rowindex="${count}"]`);
    if (!(row instanceof HTMLElement)) return false;
    row.focus();
    return document.activeElement === row;
  });
}

/** How many there are in the list, by its own filter. */
async function countMessages(inspector: Frame): Promise<number> {
  const all = await rowCount(inspector);
  const filter = inspector.getByRole('textbox', { name: 'Filter traffic' });
  await filter.fill('method:notifications/message');
  await filter.press('Enter');
  await inspector.locator(`[role=grid]:not([aria-rowcount="${all}"])`).waitFor();
  // The filter may still be running over what there is.
  const over = AbortSignal.timeout(STEP_LIMIT_MS);
  let counted = await rowCount(inspector);
  for (let earlier = -1; counted !== earlier && !over.aborted; counted = await rowCount(inspector)) {
    earlier = counted;
    await sleep(FILTER_CALM_MS);
  }
  return counted;
}

type OpenedWindow = { window: VscodeWindow; browser: Browser; hostPort: number };

/** A window whose extension host listens for a debugger. `resources` get what is to be closed, in the order to close it. */
async function openWindow(server: FloodServer, vsix: string, resources: AsyncDisposableStack): Promise<OpenedWindow> {
  const folder = await makeTemporaryFolder('bench-window');
  resources.defer(() => folder.remove());
  const workspace = join(folder.path, 'workspace');
  await mkdir(join(workspace, '.vscode'), { recursive: true });
  const settings = { 'externalMcp.servers': { [SERVER]: { url: server.url, autoStart: 'onOpen' } } };
  await writeFile(join(workspace, '.vscode/settings.json'), JSON.stringify(settings));
  const vscode = await startVscodeServer({ host: await ensureHost(), vsix, settings: quietSettings });
  resources.defer(() => vscode.close());
  const browser = await launchBrowser();
  resources.defer(() => browser.close());
  const page = await browser.newPage({ viewport: VIEWPORT });
  page.setDefaultTimeout(STEP_LIMIT_MS);
  const port = await getPort({ host: '127.0.0.1' });
  await page.goto(workbenchUrl(vscode, workspace, [['inspect-extensions', String(port)]]));
  resources.defer(() => closeWorkbench(page, vscode));
  await workbenchReady(page);
  return { window: new VscodeWindow(page, vscode, browser), browser, hostPort: port };
}
