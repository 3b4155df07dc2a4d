import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { makeTemporaryFolder } from '../../host/temporaryFolder.ts';
import type { TemporaryFolder } from '../../host/temporaryFolder.ts';
import { openWindow } from '../../host/window.ts';
import type { VscodeWindow } from '../../host/window.ts';
import { callPage, chooseTheme, editorLine, patience, themes } from './parts.ts';

/** Nothing of that name is on any machine, so every action that needs a server fails; and with a token there is no way to sign in. */
const linkedin = { flavour: 'token', command: 'external-mcp-no-such-program' };
const settings = { 'externalMcp.plugins': { linkedin } };

describe('the view of plugins', function () {
  this.timeout(90_000);
  let folder: TemporaryFolder;
  let window: VscodeWindow;
  let page: Page;

  before(async function () {
    this.timeout(300_000); // The first run installs VS Code and a browser.
    folder = await makeTemporaryFolder('plugins');
    await mkdir(join(folder.path, '.vscode'));
    await writeFile(join(folder.path, '.vscode', 'settings.json'), JSON.stringify(settings));
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

  /** A row of the view, by what is read out of it. */
  const row = (name: string): Locator => page.getByRole('treeitem', { name: new RegExp(`^${RegExp.escape(name)}`) });
  const input = (): Locator => page.locator('.quick-input-widget');
  const box = (): Locator => page.locator('.quick-input-box input');

  /** Once the box has stopped fading in. */
  const pictureOfInput = async (name: string): Promise<void> => {
    await input().evaluate((box) => Promise.all(box.getAnimations().map(({ finished }) => finished)));
    await window.screenshot(name);
  };

  it('stands folded below the servers, and shows LinkedIn with its actions', async () => {
    await page.getByRole('tab', { name: 'External MCP' }).click();
    await page.getByRole('button', { name: 'Plugins Section' }).click();
    await row('LinkedIn, Idle, version ').waitFor();
    for (const action of ['Get Person Profile', 'Get Company Profile', 'Close Browser Session', 'Sign In']) {
      await row(action).first().waitFor();
    }
    await window.screenshot('plugins-view');
  });

  it('offers to set its secrets on the row of a plugin, and to run on the row of an action', async () => {
    assert.deepEqual(await inlineActions(row('LinkedIn')), ['Set Secret…']);
    assert.deepEqual(await inlineActions(row('Get Person Profile')), ['Run Plugin Action…']);
  });

  it('asks for parameters one after the other, checks each and finds the way back', async () => {
    await row('Get Person Profile').click();
    await input().getByText('LinkedIn: Get Person Profile (1/3)').waitFor();
    await input()
      .getByText(/^linkedin_username: /)
      .waitFor();
    await box().press('Enter');
    await input().getByText('A value is needed.').waitFor();
    await box().fill('williamhgates');
    await input().getByText('A value is needed.').waitFor({ state: 'hidden' });
    await pictureOfInput('plugins-input');
    await box().press('Enter');
    await input().getByText('(2/3)').waitFor();
    await input()
      .getByText(/^sections \(optional\): /)
      .waitFor();
    await box().press('Enter');
    await input().getByText('(3/3)').waitFor();
    await box().fill('many');
    await box().press('Enter');
    await input().getByText('Write a number.').waitFor();
    await input().getByRole('button', { name: 'Back' }).click();
    await input().getByText('(2/3)').waitFor();
    await input().getByRole('button', { name: 'Back' }).click();
    await input().getByText('(1/3)').waitFor();
    assert.equal(await box().inputValue(), 'williamhgates');
    for (const step of [1, 2, 3]) {
      await input().getByText(`(${step}/3)`).waitFor();
      await box().press('Enter');
    }
  });

  it('shows why an action failed, and what to do next', async () => {
    const call = await callPage(page);
    await call.getByRole('heading', { name: 'Get Person Profile' }).waitFor();
    await call.locator('.outcome.bad .message').waitFor();
    await call.getByText('Parameters', { exact: true }).click();
    await call.getByText('"linkedin_username": "williamhgates"').waitFor();
    await window.screenshot('plugins-failed');
    await row('LinkedIn, ').waitFor();
  });

  it('opens the parameters in the JSON editor, from where Ctrl+Enter runs the action', async () => {
    await (await callPage(page)).getByRole('button', { name: 'Edit Parameters' }).click();
    await page.getByRole('tab', { name: /^get_person_profile\.json/ }).waitFor();
    await editorLine(page, '"linkedin_username": "williamhgates"').click();
    await page.locator('.codelens-decoration').filter({ hasText: 'Run get_person_profile of LinkedIn' }).waitFor();
    await page.keyboard.press('ControlOrMeta+Enter');
    await (await callPage(page)).locator('.outcome.bad .message').waitFor();
    // Neither hides the other.
    await editorLine(page, '"linkedin_username": "williamhgates"').waitFor();
  });

  it('leads from the questions to the JSON editor, with what was answered', async () => {
    await row('Get Person Profile').click();
    await input().getByText('(1/3)').waitFor();
    await box().fill('satyanadella');
    await box().press('Enter');
    await input().getByText('(2/3)').waitFor();
    await input().getByRole('button', { name: 'Edit as JSON' }).click();
    await editorLine(page, '"linkedin_username": "satyanadella"').waitFor();
  });

  it('runs an action without parameters at once, by the palette', async () => {
    await window.runCommand('External MCP: Run Plugin Action…');
    await input().getByPlaceholder('Which action?').waitFor();
    await pictureOfInput('plugins-actions');
    await box().fill('close');
    await input()
      .getByRole('option', { name: /^Close Browser Session/ })
      .click();
    await (await callPage(page)).getByRole('heading', { name: 'Close Browser Session' }).waitFor();
  });

  it('does what a plugin offers beside a failure', async () => {
    await row('Sign In').first().click();
    const call = await callPage(page);
    await call.getByRole('heading', { name: 'Sign In' }).waitFor();
    await call
      .getByRole('group', { name: 'What to do next' })
      .getByRole('button', { name: 'Set Access Token' })
      .waitFor();
    await window.screenshot('plugins-offers');
    await call.getByRole('button', { name: 'Set Access Token' }).click();
    await input()
      .getByText(/access token/i)
      .first()
      .waitFor();
    await pictureOfInput('plugins-offered');
    await box().press('Escape');
  });

  it('reloads a plugin from its row', async () => {
    await row('LinkedIn, Ready').hover();
    await row('LinkedIn').getByRole('button', { name: 'Reload Plugin' }).click();
    await row('LinkedIn, Idle').waitFor();
  });

  it('looks at home in every theme', async () => {
    await window.runCommand('Notifications: Clear All Notifications');
    await row('Get Person Profile').click();
    await input().getByText('(1/3)').waitFor();
    await box().fill('williamhgates');
    for (const step of [1, 2, 3]) {
      await input().getByText(`(${step}/3)`).waitFor();
      await box().press('Enter');
    }
    await (await callPage(page)).locator('.outcome.bad .message').waitFor();
    for (const [title, style, name] of themes) {
      await chooseTheme(window, title, style);
      await row('LinkedIn').hover();
      await window.screenshot(`plugins-${name}`);
      await row('Get Company Profile').click();
      await input().getByText('(1/3)').waitFor();
      await pictureOfInput(`plugins-${name}-input`);
      await box().press('Escape');
    }
  });
});

/** Names of the buttons that a row shows under the mouse. */
async function inlineActions(row: Locator): Promise<(string | null)[]> {
  await row.hover();
  const actions = await row.getByRole('toolbar').getByRole('button').all();
  return Promise.all(actions.map((action) => action.getAttribute('aria-label')));
}
