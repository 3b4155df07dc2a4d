import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import getPort from 'get-port';
import type { Locator, Page } from 'playwright-core';
import { launchBrowser } from '../../host/browser.ts';
import { installDependencies, installFolder } from '../../host/installFolder.ts';
import { cacheFolder } from '../../host/paths.ts';
import { endGroup, signalGroup } from '../../host/processGroup.ts';
import { makeTemporaryFolder } from '../../host/temporaryFolder.ts';
import { type Figures, unfinished } from './figures.ts';
import type { FloodServer } from './floodServer.ts';
import { LimitError, STEP_LIMIT_MS, VIEWPORT, within } from './limits.ts';
import { countNodes, watch } from './pageProbe.ts';
import { settled, tasksSince } from './settled.ts';

const PACKAGE = '@modelcontextprotocol/inspector';
export const INSPECTOR_VERSION = '2.12.0';

/** Milliseconds that a connection gets, and how often it is asked for. */
const CONNECT_MS = 10_000;
const CONNECT_ATTEMPTS = 5;

/**
 * Views of its monitoring sidebar, each with the text that stands there once per notification. `Logs` is what it opens with;
 * `Protocol` lists messages, as our inspector does.
 */
const inspectorViews = { Logs: 'flood 0', Protocol: 'notifications/message' } as const;
type InspectorView = keyof typeof inspectorViews;

/** Floods MCP Inspector's own page, freshly started. Resolves within the limits of `limits.ts`, whatever the page does. */
export async function measureMcpInspector(server: FloodServer, view: InspectorView, n: number): Promise<Figures> {
  await using resources = new AsyncDisposableStack();
  const home = await makeTemporaryFolder('mcp-inspector');
  resources.defer(() => home.remove());
  const inspector = await startInspector(await ensureInspector(), home.path, server.url);
  resources.defer(() => inspector.end());
  const browser = await launchBrowser();
  resources.defer(() => browser.close());
  const page = await browser.newPage({ viewport: VIEWPORT });
  page.setDefaultTimeout(STEP_LIMIT_MS);
  // Its fonts are somebody else's business.
  await page.route(
    ({ hostname }) => hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  await page.goto(inspector.url);
  await openFlood(page, view);
  await page.unrouteAll();

  await watch(page, { kind: 'text', text: inspectorViews[view] });
  await page.getByRole('textbox', { name: 'n', exact: true }).fill(String(n));
  await press(page.getByRole('button', { name: 'Execute Tool', disabled: false }));
  try {
    const result = await settled(page, server, n, ({ count }) => count >= n);
    const { longest, total } = tasksSince(result.flood.firstByteAt, result.seen.longTasks);
    return {
      shown: result.shown,
      longestTask: longest,
      longestOwnTask: longest,
      processorTime: Number.NaN,
      blocked: total,
      nodes: await within(STEP_LIMIT_MS, 'counting nodes', countNodes(page)),
      messages: result.seen.drawn.at(-1)?.count ?? Number.NaN,
      hostStall: Number.NaN,
      hostWaited: Number.NaN,
      lastRow: undefined,
    };
  } catch (error) {
    if (error instanceof LimitError) return unfinished;
    throw error;
  }
}

/** Connects, and goes to where the tool is called and the notifications are shown. */
async function openFlood(page: Page, view: InspectorView): Promise<void> {
  await connect(page);
  await press(page.getByRole('radio', { name: 'Tools' }));
  await page.getByRole('button', { name: 'flood', exact: true }).click();
  await press(page.getByRole('radio', { name: view }));
  await page.getByRole('heading', { name: view === 'Logs' ? 'Log Stream' : 'Messages' }).waitFor();
}

/** Presses the switch until the page listens: what comes before that is lost without a trace. */
async function connect(page: Page): Promise<void> {
  const disconnect = page.getByRole('button', { name: 'Disconnect from server' });
  for (let attempt = 1; ; attempt += 1) {
    await press(page.getByRole('switch', { name: /^Connect or disconnect/, checked: false }));
    try {
      return await disconnect.waitFor({ timeout: CONNECT_MS });
    } catch (error) {
      if (attempt === CONNECT_ATTEMPTS) throw error;
    }
  }
}

/** Returns at once: labels lie over some of these, so that no click by the mouse reaches them, and a click waits for a frozen page. */
async function press(input: Locator): Promise<void> {
  await input.evaluate((element) => {
    if (element instanceof HTMLElement) setTimeout(() => element.click());
  });
}

/** Its launcher's script; the package is installed on first use, as the tests' other programs are. */
async function ensureInspector(): Promise<string> {
  const folder = join(cacheFolder, `mcp-inspector-${INSPECTOR_VERSION}`);
  await installFolder(folder, `MCP Inspector ${INSPECTOR_VERSION}`, async (staging) => {
    const manifest = { private: true, dependencies: { [PACKAGE]: INSPECTOR_VERSION } };
    await writeFile(join(staging, 'package.json'), JSON.stringify(manifest));
    await installDependencies(staging);
    return staging;
  });
  return join(folder, 'node_modules', PACKAGE, 'clients/launcher/build/index.js');
}

/** Its web server on loopback, which opens no browser and keeps what it stores in `home`; `url` carries its token. */
async function startInspector(
  script: string,
  home: string,
  target: string,
): Promise<{ url: string; end(): Promise<void> }> {
  const child = spawn(process.execPath, [script, '--web', '--server-url', target, '--transport', 'http'], {
    cwd: home,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      HOST: '127.0.0.1',
      CLIENT_PORT: String(await getPort({ host: '127.0.0.1' })),
      MCP_SANDBOX_PORT: '0',
      MCP_AUTO_OPEN_ENABLED: 'false',
      MCP_INSPECTOR_SECRET_STORE: 'memory',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('MCP Inspector could not be started');
  const kill = (): boolean => signalGroup(pid, 'SIGKILL');
  process.once('exit', kill);
  const end = async (): Promise<void> => {
    await endGroup(pid);
    process.off('exit', kill);
  };
  try {
    const url = Promise.withResolvers<string>();
    let text = '';
    for (const output of [child.stdout, child.stderr]) {
      output.setEncoding('utf8').on('data', (piece: string) => {
        text = (text + piece).slice(-10_000);
        const match = /http:\/\/\S+API_TOKEN=\w+(?=\s)/.exec(text);
        if (match !== null) url.resolve(match[0]);
      });
    }
    child.once('exit', (code) => url.reject(new Error(`MCP Inspector ended with ${code}:\n${text}`)));
    return { url: await within(STEP_LIMIT_MS, 'starting MCP Inspector', url.promise), end };
  } catch (error) {
    await end();
    throw error;
  }
}
