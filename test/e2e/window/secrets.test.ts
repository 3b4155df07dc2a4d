import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { serverScript } from '../../servers/start.ts';
import { makeTemporaryFolder } from '../../host/temporaryFolder.ts';
import type { TemporaryFolder } from '../../host/temporaryFolder.ts';
import { openWindow } from '../../host/window.ts';
import type { VscodeWindow } from '../../host/window.ts';
import { patience, serverRow } from './parts.ts';

const value = 'typed-5c1f/82+d=';
const theirs = {
  command: process.execPath,
  args: [serverScript('tellsEverything')],
  port: 'auto',
  env: { LEVEL: '${secret:window-token}' },
};

describe('a window whose folder defines a server that needs a secret', function () {
  this.timeout(90_000);
  let folder: TemporaryFolder;
  let window: VscodeWindow;
  let page: Page;
  let input: Locator;
  let dialog: Locator;

  before(async function () {
    this.timeout(300_000); // The first run installs VS Code and a browser.
    folder = await makeTemporaryFolder('secrets');
    await mkdir(join(folder.path, '.vscode'));
    const settings = { 'externalMcp.servers': { theirs } };
    await writeFile(join(folder.path, '.vscode', 'settings.json'), JSON.stringify(settings));
    window = await openWindow({ workspace: folder.path });
    page = window.page;
    page.setDefaultTimeout(patience);
    input = page.locator('.quick-input-widget');
    dialog = page.locator('.monaco-dialog-box');
    await page.getByRole('tab', { name: 'External MCP' }).click();
    await serverRow(page, 'theirs', 'Stopped').waitFor();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed-${this.currentTest.title.slice(0, 60)}`);
  });

  after(async () => {
    await window.close();
    await folder.remove();
  });

  const start = async (): Promise<void> => {
    await serverRow(page, 'theirs').hover();
    await serverRow(page, 'theirs').getByRole('button', { name: 'Start External MCP Server' }).click();
  };
  const fill = async (text: string): Promise<void> => {
    const box = input.locator('.quick-input-box input');
    await box.fill(text);
    await box.press('Enter');
  };

  it('asks for it, hidden, naming the server, the secret and what gets it; then says what is missing', async () => {
    await start();
    await input.getByText('“theirs” needs the secret “window-token”').waitFor();
    await input.getByText('and given to:').filter({ hasText: 'tellsEverything' }).waitFor();
    assert.equal(await input.locator('.quick-input-box input').getAttribute('type'), 'password');
    await window.screenshot('window-secret-asked');
    await fill('abc');
    await input.getByText('at least 4 characters').waitFor();
    await page.keyboard.press('Escape');
    await serverRow(page, 'theirs', 'Error').waitFor();
    await page.getByRole('treeitem', { name: /needs the secret “window-token”, which is not set/ }).waitFor();
  });

  it('closes the question when the start is cancelled', async () => {
    await start();
    await input.getByText('“theirs” needs the secret “window-token”').waitFor();
    await serverRow(page, 'theirs').hover();
    await serverRow(page, 'theirs').getByRole('button', { name: 'Stop External MCP Server' }).click();
    await input.waitFor({ state: 'hidden' });
    await serverRow(page, 'theirs', 'Stopped').waitFor();
  });

  it('leads from the error to setting it', async () => {
    await start();
    await input.getByText('“theirs” needs the secret “window-token”').waitFor();
    await page.keyboard.press('Escape');
    // With its test driver, VS Code shows notifications in their center alone.
    await window.runCommand('Notifications: Show Notifications');
    const notifications = page.locator('.notifications-center');
    await notifications.getByRole('button', { name: 'Set Secret' }).first().click();
    await input.getByText('Set the secret “window-token”').waitFor();
    await fill(value);
    await input.waitFor({ state: 'hidden' });
    await window.runCommand('Notifications: Show Notifications');
    await notifications.getByText('The secret “window-token” is set.').waitFor();
    assert.ok(!(await page.content()).includes(value));
  });

  it('asks whether the folder’s server may have it, which a person can refuse', async () => {
    await start();
    await dialog.getByText('“theirs” (Workspace settings) wants to use your secret “window-token”.').waitFor();
    await dialog.getByText('tellsEverything').waitFor();
    await window.screenshot('window-secret-consent');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('treeitem', { name: /may not use the secret “window-token”/ }).waitFor();
  });

  it('gives it to the server once that is allowed, and does not ask again', async () => {
    await start();
    await dialog.getByRole('button', { name: 'Allow' }).click();
    await serverRow(page, 'theirs', 'Running').waitFor();
    await serverRow(page, 'theirs').hover();
    await serverRow(page, 'theirs').getByRole('button', { name: 'Restart External MCP Server' }).click();
    await serverRow(page, 'theirs', 'Starting').waitFor();
    await serverRow(page, 'theirs', 'Running').waitFor();
    assert.equal(await dialog.count(), 0);
  });

  it('lists the secrets that are set and those that are missing, and clears one after a question', async () => {
    await window.runCommand('External MCP: Set Secret…');
    await input.getByRole('option', { name: /^window-token, set/ }).waitFor();
    await input.getByRole('option', { name: /^New Secret…/ }).waitFor();
    await page.keyboard.press('Escape');
    await window.runCommand('External MCP: Clear Secret…');
    await input.getByRole('option', { name: /^window-token/ }).click();
    await dialog.getByText('Clear the secret “window-token”?').waitFor();
    await dialog.getByRole('button', { name: 'Clear' }).click();
    await dialog.waitFor({ state: 'detached' });
    await window.runCommand('External MCP: Set Secret…');
    await input.getByRole('option', { name: /^window-token, not set · “theirs” needs it/ }).waitFor();
    await page.keyboard.press('Escape');
  });
});
