import type { Frame, Locator, Page } from 'playwright-core';
import type { VscodeWindow } from '../../host/window.ts';

/** Milliseconds; the first start of a server on a loaded machine. */
export const patience = 30_000;

/** Milliseconds between two looks at the frames of a page, which tell of no change. */
const interval = 50;

/** VS Code's themes: what its picker calls it, the class of its workbench, and a name for a file. */
export const themes = [
  ['Dark Modern', 'vs-dark', 'dark'],
  ['Light Modern', 'vs', 'light'],
  ['Dark High Contrast', 'hc-black', 'hc-dark'],
  ['Light High Contrast', 'hc-light', 'hc-light'],
] as const;

/** A server's row in the tree, in the given state (`Running`, `Stopped`, `Error` …). */
export function serverRow(page: Page, name: string, state = ''): Locator {
  return page.getByRole('treeitem', { name: new RegExp(`^${RegExp.escape(name)}, ${state}`) });
}

/** A tool's row in the tree. */
export function toolRow(page: Page, tool: string): Locator {
  return page.getByRole('treeitem', { name: new RegExp(`^${RegExp.escape(tool)}\\b`) }).first();
}

/** Our item in the status bar. */
export function statusItem(page: Page): Locator {
  return page.locator('.statusbar').getByRole('button', { name: /^External MCP: / });
}

/** The page inside the webview that shows `selector`: several may be open side by side. */
export async function webviewWith(page: Page, selector: string): Promise<Frame> {
  const deadline = performance.now() + patience;
  while (performance.now() < deadline) {
    for (const frame of page.frames()) {
      // A frame that is replaced while it is looked at has nothing to show.
      const shown = await frame
        .locator(selector)
        .first()
        .isVisible()
        .catch(() => false);
      if (shown && frame !== page.mainFrame()) return frame;
    }
    await page.waitForTimeout(interval);
  }
  throw new Error(`No webview shows ${selector}.`);
}

/** The inspector. */
export function inspectorPage(page: Page): Promise<Frame> {
  return webviewWith(page, '[role=grid]');
}

/** The panel of a call. */
export function callPage(page: Page): Promise<Frame> {
  return webviewWith(page, '.call-head');
}

/** The line of the open editor that holds `text`. */
export function editorLine(page: Page, text: string): Locator {
  // The editor shows spaces as no-break spaces.
  return page
    .locator('.editor-instance .view-line')
    .filter({ hasText: new RegExp(RegExp.escape(text).replaceAll('\\x20', '\\s')) });
}

/** Opens the arguments of a tool by its row in the tree, and replaces them. */
export async function writeArguments(page: Page, tool: string, args: object): Promise<void> {
  await toolRow(page, tool).click();
  await page.getByRole('tab', { name: new RegExp(`^${RegExp.escape(tool)}\\.json`) }).waitFor();
  await page
    .locator('.codelens-decoration')
    .filter({ hasText: `Call ${tool} on` })
    .waitFor();
  await page.locator('.editor-instance .monaco-editor').first().click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(JSON.stringify(args));
}

/** Adds a server over HTTP through the palette; `place` is where its definition is kept. */
export async function addServer(window: VscodeWindow, name: string, command: string, place: string): Promise<void> {
  const { page } = window;
  await window.runCommand('External MCP: Add Server…');
  const input = page.locator('.quick-input-widget');
  await input.getByText('A name for the server').waitFor();
  // Not typed into whatever has the focus: the box may not have it yet.
  const box = page.locator('.quick-input-box input');
  await box.fill(name);
  await box.press('Enter');
  await input.getByText('The command that starts it, or the URL where it runs').waitFor();
  await box.fill(command);
  await box.press('Enter');
  await input.getByRole('option', { name: /^Over HTTP/ }).click();
  await input.getByRole('option', { name: new RegExp(`^${place}`) }).click();
}

/** Changes the theme as people do, and waits until it is there. */
export async function chooseTheme(window: VscodeWindow, title: string, style: string): Promise<void> {
  const { page } = window;
  await window.runCommand('Preferences: Color Theme');
  await page.locator('.quick-input-widget input').fill(title);
  await page
    .locator('.quick-input-list')
    .getByRole('option', { name: new RegExp(`^${title}`) })
    .first()
    .click();
  await page.locator(`.monaco-workbench.${style}`).waitFor();
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}
