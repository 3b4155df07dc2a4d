import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { makeTemporaryFolder } from '../../host/temporaryFolder.ts';
import type { TemporaryFolder } from '../../host/temporaryFolder.ts';
import { openWindow } from '../../host/window.ts';
import type { VscodeWindow } from '../../host/window.ts';
import { closeWorkbench, workbenchReady } from '../../host/workbench.ts';
import {
  addServer,
  callPage,
  chooseTheme,
  editorLine,
  inspectorPage,
  patience,
  serverRow,
  statusItem,
  themes,
  toolRow,
  writeArguments,
} from './parts.ts';

const sample = 'Sample Server';

describe('a window with an empty folder', function () {
  this.timeout(90_000);
  let folder: TemporaryFolder;
  let window: VscodeWindow;
  let page: Page;

  before(async function () {
    this.timeout(300_000); // The first run installs VS Code and a browser.
    folder = await makeTemporaryFolder('window');
    window = await openWindow({ workspace: folder.path });
    page = window.page;
    page.setDefaultTimeout(patience);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed-${this.currentTest.title.slice(0, 60)}`);
  });

  after(async () => {
    await window.close();
    await folder.remove();
  });

  it('welcomes with a sample server to try and a server to add', async () => {
    await page.getByRole('tab', { name: 'External MCP' }).click();
    await page.getByText('No MCP servers yet.').waitFor();
    await page.getByRole('button', { name: 'Add Server' }).first().waitFor();
    assert.equal(await statusItem(page).count(), 0);
    await window.screenshot('window-welcome');
    await page.getByRole('button', { name: 'Try the Sample Server' }).click();
  });

  it('shows the sample server with its tools, and how many servers run', async () => {
    await serverRow(page, sample, 'Running, http · 6 tools').waitFor();
    for (const tool of ['echo', 'add', 'slow', 'chatty', 'fail', 'crash']) await toolRow(page, tool).waitFor();
    assert.equal(await statusItem(page).getAttribute('aria-label'), 'External MCP: 1 of 1 servers running');
  });

  it('offers stop, restart and its traffic on the row of a server', async () => {
    const row = serverRow(page, sample, 'Running');
    await row.hover();
    const actions = await row.getByRole('toolbar').getByRole('button').all();
    const names = await Promise.all(actions.map((action) => action.getAttribute('aria-label')));
    assert.deepEqual(names, ['Stop External MCP Server', 'Restart External MCP Server', 'Open Traffic Inspector']);
    await row.getByRole('button', { name: 'Stop External MCP Server' }).click();
    const stopped = serverRow(page, sample, 'Stopped');
    await stopped.waitFor();
    await stopped.hover();
    await stopped.getByRole('button', { name: 'Start External MCP Server', exact: true }).click();
    await serverRow(page, sample, 'Running').waitFor();
  });

  it('runs what ran before again after a reload', async () => {
    // The page is another document from here on.
    await Promise.all([page.waitForEvent('domcontentloaded'), window.runCommand('Developer: Reload Window')]);
    await workbenchReady(page);
    await serverRow(page, sample, 'Running').waitFor();
    assert.equal(await statusItem(page).getAttribute('aria-label'), 'External MCP: 1 of 1 servers running');
  });

  it('completes arguments from the schema of the tool', async () => {
    await toolRow(page, 'slow').click();
    await editorLine(page, '"$schema"').click();
    await page.keyboard.press('End');
    await page.keyboard.type(',\n"');
    await page.keyboard.press('Control+Space');
    const suggestions = page.locator('.suggest-widget').getByRole('option');
    await suggestions.filter({ hasText: 'seconds' }).waitFor();
    await suggestions.filter({ hasText: 'steps' }).waitFor();
    await window.screenshot('window-completion');
    await page.keyboard.press('Escape');
  });

  it('underlines an argument of the wrong type and names it among the problems', async () => {
    await writeArgumentsWithSchema('slow', '"seconds": "many"');
    await page.locator('.editor-instance .squiggly-warning, .editor-instance .squiggly-error').first().waitFor();
    await page.keyboard.press('ControlOrMeta+Shift+M');
    await page.getByRole('treeitem', { name: /Incorrect type\. Expected "number"/ }).waitFor();
    await window.screenshot('window-validation');
    await page.keyboard.press('ControlOrMeta+Shift+M');
  });

  it('calls a tool with Ctrl+Enter and shows its result and how long it took', async () => {
    await writeArguments(page, 'add', { a: 2, b: 40 });
    await page.keyboard.press('ControlOrMeta+Enter');
    const call = await callPage(page);
    await call.getByRole('heading', { name: 'Add two numbers' }).waitFor();
    await call.getByText('2 + 40 = 42').waitFor();
    assert.match(await call.locator('.outcome').innerText(), /OK\s+\d+(?:\.\d+)? m?s/);
  });

  it('shows the traffic of that call: the row is selected, and its raw text is what was sent', async () => {
    await (await callPage(page)).getByRole('button', { name: 'Show Traffic' }).click();
    const inspector = await inspectorPage(page);
    const selected = inspector.getByRole('row', { selected: true });
    await selected.filter({ hasText: 'tools/call' }).waitFor();
    const tabs = inspector.getByRole('tablist').getByRole('tab');
    const titles = ['Headers', 'Parsed', 'Raw', 'Hex', 'Events', 'Timing', 'Schema', 'Related'];
    assert.deepEqual(await tabs.allInnerTexts(), titles);
    await inspector.getByRole('tab', { name: 'Raw' }).click();
    // Not `innerText`: before the next frame the browser has not laid the text out.
    const raw = (await inspector.getByRole('tabpanel').locator('pre').textContent()) ?? '';
    const { id, params } = JSON.parse(raw) as { id: unknown; params: { _meta: { progressToken: unknown } } };
    const { progressToken } = params._meta;
    const sent = { name: 'add', arguments: { a: 2, b: 40 }, _meta: { progressToken } };
    assert.equal(raw, JSON.stringify({ method: 'tools/call', params: sent, jsonrpc: '2.0', id }));
    await inspector.getByRole('tab', { name: 'Headers' }).click();
    await inspector.getByRole('tabpanel').getByText('mcp-session-id').first().waitFor();
    await inspector.getByRole('tab', { name: 'Parsed' }).click();
    await inspector.getByRole('tabpanel').getByText('arguments').first().waitFor();
  });

  it('filters the traffic by server and method', async () => {
    const inspector = await inspectorPage(page);
    const grid = inspector.getByRole('grid');
    const all = Number(await grid.getAttribute('aria-rowcount'));
    assert.ok(all > 6);
    const filter = inspector.getByRole('textbox', { name: 'Filter traffic' });
    await filter.fill('method:tools/call');
    await filter.press('Enter');
    await inspector.locator('[role=grid][aria-rowcount="2"]').waitFor();
    await inspector
      .getByRole('row', { name: /tools\/call.*add/ })
      .nth(1)
      .waitFor();
    await filter.fill('server:nobody');
    await filter.press('Enter');
    await inspector.getByText('Nothing matches').waitFor();
    await filter.fill('server:');
    await filter.press('Enter');
    await inspector.getByRole('alert').filter({ hasText: /\S/ }).waitFor();
    await filter.fill('');
    await filter.press('Enter');
    await inspector.locator(`[role=grid][aria-rowcount="${all}"]`).waitFor();
  });

  it('cancels a slow call with the button Cancel', async () => {
    await writeArguments(page, 'slow', { seconds: 60, steps: 100 });
    await page.keyboard.press('ControlOrMeta+Enter');
    const call = await callPage(page);
    await call.getByRole('progressbar', { name: 'Progress' }).waitFor();
    await call.getByText(/Step \d+ of 100/).waitFor();
    await window.screenshot('window-progress');
    await call.getByRole('button', { name: 'Cancel' }).click();
    await call.locator('.outcome').filter({ hasText: 'Cancelled' }).waitFor();
  });

  it('says that a tool reported an error, and that arguments do not fit', async () => {
    await writeArguments(page, 'fail', { message: 'no luck' });
    await page.keyboard.press('ControlOrMeta+Enter');
    const call = await callPage(page);
    await call.getByText('Tool reported an error').waitFor();
    await call.getByRole('tabpanel').getByText('no luck').waitFor();
    await writeArguments(page, 'add', { a: 'two' });
    await page.keyboard.press('ControlOrMeta+Enter');
    await (await callPage(page)).getByText('The arguments do not fit').first().waitFor();
  });

  it('looks at home in every theme', async () => {
    await window.runCommand('View: Close All Editors');
    await page
      .getByRole('button', { name: "Don't Save" })
      .click({ timeout: 2_000 })
      .catch(() => {
        // Nothing was left unsaved.
      });
    await window.runCommand('Notifications: Clear All Notifications');
    await writeArguments(page, 'add', { a: 2, b: 40 });
    await page.keyboard.press('ControlOrMeta+Enter');
    const call = await callPage(page);
    await call.getByText('2 + 40 = 42').waitFor();
    for (const [title, style, name] of themes) {
      await chooseTheme(window, title, style);
      await window.screenshot(`window-${name}-call`);
    }
    await window.runCommand('View: Close All Editors');
    await window.runCommand('External MCP: Open Traffic Inspector');
    const inspector = await inspectorPage(page);
    await inspector
      .getByRole('row', { name: /tools\/call/ })
      .last()
      .click();
    await inspector.getByRole('tab', { name: 'Parsed' }).click();
    for (const [title, style, name] of themes) {
      await chooseTheme(window, title, style);
      await window.screenshot(`window-${name}-inspector`);
    }
  });

  it('adds a server through the palette: the definition is in the settings of the workspace', async () => {
    await addServer(window, 'mine', 'node "my server.js" --verbose', 'This workspace');
    await serverRow(page, 'mine', 'Stopped').waitFor();
    assert.deepEqual(JSON.parse(await readFile(`${folder.path}/.vscode/settings.json`, 'utf8')), {
      'externalMcp.servers': { mine: { command: 'node', args: ['my server.js', '--verbose'], port: 'auto' } },
    });
  });

  it('shows what is wrong with a server that cannot be started', async () => {
    await serverRow(page, 'mine').hover();
    await serverRow(page, 'mine').getByRole('button', { name: 'Start External MCP Server' }).click();
    await serverRow(page, 'mine', 'Restarting, ').waitFor();
    await page.getByRole('treeitem', { name: /^“mine” .*code 1/ }).waitFor();
    await page.locator('.statusbar').getByRole('button', { name: '1 of 2 servers running, 1 restarting' }).waitFor();
    await window.screenshot('window-error');
  });

  it('leaves no process when it is closed', async () => {
    const { server } = window;
    assert.equal((await sampleProcesses(server.serverDataDir)).length, 1);
    await closeWorkbench(page, server);
    assert.deepEqual(await sampleProcesses(server.serverDataDir), []);
  });

  /** Opens a tool's arguments and writes one property after the reference to the schema. */
  async function writeArgumentsWithSchema(tool: string, property: string): Promise<void> {
    await writeArguments(page, tool, {});
    await page.keyboard.press('ControlOrMeta+z');
    await page.keyboard.press('ControlOrMeta+z');
    await editorLine(page, '"$schema"').click();
    await page.keyboard.press('End');
    await page.keyboard.insertText(`, ${property}`);
  }
});

/** Sample servers started by the extension that is installed below `folder`. */
async function sampleProcesses(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return commands.filter((command) => command.includes(folder) && command.includes('sample.cjs'));
}
