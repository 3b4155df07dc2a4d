import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import type { Locator, Page } from 'playwright-core';
import { repositoryRoot } from '../../host/paths.ts';
import { makeTemporaryFolder } from '../../host/temporaryFolder.ts';
import type { TemporaryFolder } from '../../host/temporaryFolder.ts';
import { openWindow } from '../../host/window.ts';
import type { VscodeWindow } from '../../host/window.ts';
import { chooseTheme, patience, serverRow, statusItem, themes } from './parts.ts';

/** Looked at often, so that nobody has to wait. */
const health = { intervalSeconds: 1, failureThreshold: 2 };

const servers = {
  steady: { ...program('echo'), health, memoryLimitMb: 2048, autoStart: 'onOpen' },
  crashing: { ...program('diesAtPing'), health: { intervalSeconds: 0.5 } },
  done: { ...program('diesAtPing'), health, env: { CODE: '0' }, autoStart: 'onOpen' },
  attached: { url: 'http://127.0.0.1:9/mcp', autoStart: 'onOpen' },
  locked: { ...program('httpStatus'), env: { STATUS: '401', WWW_AUTHENTICATE: 'Bearer' }, autoStart: 'onOpen' },
  wrong: { comand: 'node' },
  off: { ...program('echo'), disabled: true },
};

describe('a window that looks after its servers', function () {
  this.timeout(90_000);
  let folder: TemporaryFolder;
  let window: VscodeWindow;
  let page: Page;
  let elsewhere: ReturnType<typeof runElsewhere>;

  before(async function () {
    this.timeout(300_000); // The first run installs VS Code and a browser.
    folder = await makeTemporaryFolder('supervision');
    const port = await getPort({ host: '127.0.0.1' });
    elsewhere = runElsewhere(port);
    const all = { ...servers, shared: { ...program('echo'), port } };
    await mkdir(join(folder.path, '.vscode'));
    await writeFile(join(folder.path, '.vscode', 'settings.json'), JSON.stringify({ 'externalMcp.servers': all }));
    // Otherwise VS Code talks about the ports of this machine.
    window = await openWindow({ workspace: folder.path, settings: { 'remote.autoForwardPorts': false } });
    page = window.page;
    page.setDefaultTimeout(patience);
    await page.getByRole('tab', { name: 'External MCP' }).click();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed-${this.currentTest.title.slice(0, 60)}`);
  });

  after(async () => {
    await window.close();
    elsewhere.kill();
    await elsewhere;
    await folder.remove();
  });

  it('shows each state in words', async () => {
    await serverRow(page, 'steady', 'Running, http · 1 tool').waitFor();
    await serverRow(page, 'done', 'Stopped, exited with code 0').waitFor();
    await serverRow(page, 'attached', 'Reconnecting, ').waitFor();
    await serverRow(page, 'locked', 'Authentication Required').waitFor();
    await serverRow(page, 'wrong', 'Error').waitFor();
    await serverRow(page, 'off', 'Disabled').waitFor();
  });

  it('counts the seconds until a server is connected to again, and offers what fits it', async () => {
    const row = serverRow(page, 'attached');
    await row.getByText(/Reconnecting in \d+ s/).waitFor();
    assert.deepEqual(await actionsOf(row), ['Disconnect', 'Reconnect', 'Open Traffic Inspector']);
  });

  it('shows process, address, health and memory of a server that runs, and in words to a screen reader', async () => {
    await unfold('Details');
    const rows = [/^Process \d+$/, /^Address http:/, /^Uptime /, /^Health .* ms, \d+ checks, all answered/];
    for (const name of rows) await page.getByRole('treeitem', { name }).waitFor();
    const memory = page.getByRole('treeitem', { name: /^Memory \d.* MB, limit 2048 MB/ });
    await memory.waitFor();
    await memory.getByText(/[▁▂▃▄▅▆▇█]/).waitFor();
    assert.doesNotMatch(String(await memory.getAttribute('aria-label')), /[▁▂▃▄▅▆▇█]/);
    await page.getByRole('treeitem', { name: /^CPU \d+ % of a core, 1 process/ }).waitFor();
  });

  it('says more of a server that is pointed at', async () => {
    await serverRow(page, 'steady').hover();
    const tooltip = page.locator('.monaco-hover:visible').filter({ hasText: 'Running since' });
    await tooltip.getByText(/Memory: \d.* MB [▁▂▃▄▅▆▇█]+ · limit 2048 MB/).waitFor();
    await window.screenshot('window-server-tooltip');
    await statusItem(page).hover();
    await page.locator('.monaco-hover:visible').filter({ hasText: 'attached: Reconnecting' }).waitFor();
    await window.screenshot('window-status-tooltip');
  });

  it('looks at home in every theme', async () => {
    for (const [title, style, name] of themes) {
      await chooseTheme(window, title, style);
      await window.screenshot(`window-${name}-supervision`);
    }
  });

  it('starts a server again that was killed from outside, and says when and why it ended', async () => {
    const before = await processId();
    process.kill(before, 'SIGKILL');
    const waiting = serverRow(page, 'steady', 'Restarting, .*SIGKILL');
    await waiting.waitFor();
    await window.screenshot('window-restarting');
    await serverRow(page, 'steady', 'Running').waitFor();
    // The details were open, and are again.
    await page.getByRole('treeitem', { name: /^Restarts 1 · / }).waitFor();
    assert.notEqual(await processId(), before);
  });

  it('finds a server that hangs, shows it as degraded and starts it again', async () => {
    const before = await processId();
    process.kill(before, 'SIGSTOP');
    await serverRow(page, 'steady', 'Degraded').waitFor();
    await page.getByRole('treeitem', { name: /missed 2 health checks in a row/ }).waitFor();
    await window.screenshot('window-degraded');
    // To end it takes longer than the wait before the next start.
    await page.getByRole('treeitem', { name: /^Restarts 2 · / }).waitFor();
    await serverRow(page, 'steady', 'Running').waitFor();
    await unfold('Restarts');
    await page.getByRole('treeitem', { name: /^\d.*missed 3 health checks in a row/ }).waitFor();
    await window.screenshot('window-restarts');
    assert.notEqual(await processId(), before);
  });

  it('says once that a server is given up, and starts it again when asked', async () => {
    await startByHand('crashing');
    const row = serverRow(page, 'crashing');
    await row.getByText(/Restarting in [1-8] s/).waitFor();
    assert.deepEqual(await actionsOf(row), [
      'Stop External MCP Server',
      'Restart External MCP Server',
      'Open Traffic Inspector',
    ]);
    await serverRow(page, 'crashing', 'Error, failed 5 times').waitFor({ timeout: 2 * patience });
    const status = await statusItem(page).getAttribute('aria-label');
    assert.match(String(status), /1 of 8 servers running, 2 with an error, .*1 restarting/);
    // With its test driver, VS Code shows notifications in their center alone.
    await window.runCommand('Notifications: Show Notifications');
    const notifications = page.locator('.notifications-center');
    const notice = notifications.getByRole('dialog').filter({ hasText: '“crashing” exited with code 3' });
    await notice.waitFor();
    await window.screenshot('window-crash-loop');
    assert.equal(await notice.count(), 1);
    await notice.getByRole('button', { name: 'Restart' }).click();
    await serverRow(page, 'crashing', '(?:Starting|Running|Restarting)').waitFor();
  });

  it('offers to attach to a server that another window runs at the same port', async () => {
    await startByHand('shared');
    await serverRow(page, 'shared', 'Error').waitFor();
    await window.runCommand('Notifications: Show Notifications');
    const notice = page.getByRole('dialog').filter({ hasText: 'is taken by a server of another External MCP window' });
    await notice.getByRole('button', { name: 'Attach Instead' }).click();
    const attached = serverRow(page, 'shared (of the other window)', 'Running, http · 1 tool');
    await attached.waitFor();
    assert.deepEqual(await actionsOf(attached), ['Disconnect', 'Reconnect', 'Open Traffic Inspector']);
  });

  async function startByHand(name: string): Promise<void> {
    const row = serverRow(page, name);
    await row.hover();
    await row.getByRole('button', { name: 'Start External MCP Server' }).click();
  }

  /** Unfolds the first row of that name, unless it is unfolded. */
  async function unfold(name: string): Promise<void> {
    const row = page.getByRole('treeitem', { name: new RegExp(`^${name}\\b`) }).first();
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.monaco-tl-twistie').click();
    await page
      .getByRole('treeitem', { name: new RegExp(`^${name}\\b`), expanded: true })
      .first()
      .waitFor();
  }

  /** As the tree shows it. */
  async function processId(): Promise<number> {
    const label = await page
      .getByRole('treeitem', { name: /^Process \d+$/ })
      .first()
      .getAttribute('aria-label');
    const pid = Number(/\d+/.exec(String(label))?.[0]);
    assert.ok(pid > 1);
    return pid;
  }
});

/** The buttons on a row, in their order. */
async function actionsOf(row: Locator): Promise<(string | null)[]> {
  await row.hover();
  const actions = await row.getByRole('toolbar').getByRole('button').all();
  return Promise.all(actions.map((action) => action.getAttribute('aria-label')));
}

function program(name: string): { command: string; args: string[]; port: unknown } {
  return { command: process.execPath, args: [join(repositoryRoot, 'test/servers', `${name}.ts`)], port: 'auto' };
}

/** As another window would run it: every process of ours carries the variable, whose value says whose it is. */
function runElsewhere(port: number) {
  const { command, args } = program('echo');
  return execa(command, args, { env: { EXTERNAL_MCP_SUPERVISOR: 'another.1', PORT: String(port) }, reject: false });
}
