import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { makeTemporaryFolder } from '../../host/temporaryFolder.ts';
import type { TemporaryFolder } from '../../host/temporaryFolder.ts';
import { openWindow } from '../../host/window.ts';
import type { VscodeWindow } from '../../host/window.ts';
import { addServer, patience, serverRow } from './parts.ts';

const program = { command: process.execPath, args: ['-e', 'process.exit(3)'], port: 'auto' };

describe('a window with a folder that is not trusted', function () {
  this.timeout(90_000);
  let folder: TemporaryFolder;
  let window: VscodeWindow;
  let page: Page;

  before(async function () {
    this.timeout(300_000); // The first run installs VS Code and a browser.
    folder = await makeTemporaryFolder('untrusted');
    await mkdir(join(folder.path, '.vscode'));
    const settings = { 'externalMcp.servers': { theirs: { ...program, autoStart: 'onOpen' } } };
    await writeFile(join(folder.path, '.vscode', 'settings.json'), JSON.stringify(settings));
    window = await openWindow({ workspace: folder.path, trust: true });
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

  it('says so instead of reading the definitions of the folder', async () => {
    await page.getByRole('tab', { name: 'External MCP' }).click();
    await page.getByText('This workspace is not trusted, so no server is started or connected to.').waitFor();
    await page.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    assert.equal(await serverRow(page, 'theirs').count(), 0);
    await window.screenshot('window-untrusted-welcome');
  });

  it('says so in the tree, above the servers of the user', async () => {
    await addServer(window, 'mine', 'node -e "process.exit(3)"', 'All my workspaces');
    await page.getByRole('treeitem', { name: /This workspace is not trusted/ }).waitFor();
    await serverRow(page, 'mine', 'Stopped').waitFor();
    await window.screenshot('window-untrusted');
  });

  it('says why when a server is started all the same, and leads to Manage Workspace Trust', async () => {
    await serverRow(page, 'mine').hover();
    await serverRow(page, 'mine').getByRole('button', { name: 'Start External MCP Server' }).click();
    // With its test driver, VS Code shows notifications in their center alone.
    await window.runCommand('Notifications: Show Notifications');
    const notifications = page.locator('.notifications-center');
    await notifications.getByText('“mine” was not started: this workspace is not trusted').waitFor();
    // VS Code does not say the same once more, as “Error running command …”.
    assert.equal(await notifications.getByRole('dialog').filter({ hasText: '“mine” was not started' }).count(), 1);
    await notifications.getByRole('button', { name: 'Manage Workspace Trust' }).click();
    await page.getByText('You are in Restricted Mode').first().waitFor();
  });

  it('reads the definitions of the folder and starts servers once it is trusted', async () => {
    await serverRow(page, 'mine', 'Stopped').waitFor();
    await page.getByRole('button', { name: 'Trust', exact: true }).click();
    await page.getByRole('treeitem', { name: /This workspace is not trusted/ }).waitFor({ state: 'detached' });
    await serverRow(page, 'theirs').waitFor();
    await page.keyboard.press('Escape');
    await window.runCommand('Start External MCP Server');
    await page.locator('.quick-input-list').getByRole('option', { name: /^mine/ }).click();
    await serverRow(page, 'mine', 'Restarting, ').waitFor();
    await page.getByRole('treeitem', { name: /^“mine” exited with code 3/ }).waitFor();
  });
});
